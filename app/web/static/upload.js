"use strict";
// Files one after the other, each with its progress; the form works without this script.
(() => {
  const form = document.getElementById("drop");
  const list = document.getElementById("uploads");
  const input = form.elements.files;
  const words = form.dataset;

  const send = (file) =>
    new Promise((resolve) => {
      const item = document.createElement("li");
      item.className = "sending";
      const name = Object.assign(document.createElement("strong"), { textContent: file.name });
      const bar = document.createElement("progress");
      bar.setAttribute("aria-label", file.name);
      const text = Object.assign(document.createElement("span"), { className: "aside" });
      item.append(name, bar, text);
      list.append(item);
      const request = new XMLHttpRequest();
      const body = new FormData();
      body.append("files", file);
      if (form.elements.redact?.checked) body.append("redact", "yes");
      let read = 0;
      let ok = false;
      const lines = () => {
        const whole = request.responseText.lastIndexOf("\n") + 1;
        for (const line of request.responseText.slice(read, whole).split("\n").filter(Boolean)) {
          const told = JSON.parse(line);
          if (told.html) {
            const made = document.createElement("template");
            made.innerHTML = told.html.trim();
            item.replaceWith(made.content);
            ok = told.ok;
          } else if (told.of) {
            bar.max = told.of;
            bar.value = told.done;
            text.textContent = words.of.replace("{n}", told.done).replace("{of}", told.of);
          }
        }
        read = whole;
      };
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        text.textContent = loaded < total ? words.sending : words.reading;
      });
      request.addEventListener("progress", () => request.status === 200 && lines());
      request.addEventListener("loadend", () => {
        if (request.status === 200) lines();
        if (item.isConnected) {
          let why = words.failed;
          try {
            why = JSON.parse(request.responseText).error.message;
          } catch {
            // no answer of ours
          }
          item.className = "refused";
          bar.remove();
          text.className = "level error";
          text.textContent = why;
        }
        resolve(ok);
      });
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/x-ndjson");
      request.send(body);
    });

  // The list of reports as it is now.
  const renew = async () => {
    const page = await (await fetch(location.href)).text();
    const made = new DOMParser().parseFromString(page, "text/html");
    document.getElementById("kept").replaceWith(made.getElementById("kept"));
  };

  let waiting = Promise.resolve();
  const take = (files) => {
    list.hidden = false;
    const chosen = [...files];
    waiting = waiting.then(async () => {
      form.setAttribute("aria-busy", "true");
      let done = 0;
      for (const file of chosen) done += await send(file);
      form.removeAttribute("aria-busy");
      const said = document.getElementById("said");
      said.hidden = false;
      said.textContent = `${words.done} ${done} / ${chosen.length}`;
      await renew();
      list.querySelector("li:last-child a")?.focus();
    });
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!input.files.length) return;
    take(input.files);
    input.value = "";
  });
  for (const type of ["dragover", "dragenter"])
    document.addEventListener(type, (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      form.classList.add("over");
    });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) form.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    form.classList.remove("over");
    take(event.dataTransfer.files);
  });
})();
