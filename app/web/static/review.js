"use strict";
// Reviewing by keyboard and without loading the page anew. Every action is a form or a link that works
// without this script.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const words = byId("words").dataset;
  const can = Boolean(document.querySelector("form.act"));
  let current = null; // the id of the finding that keys speak of
  let undo = null; // {id, fields}: what takes the last change back

  // --- Saying what happened -------------------------------------------------------------------
  const said = byId("said");
  let fading;
  const say = (text, undoable = false) => {
    clearTimeout(fading);
    said.hidden = false;
    said.replaceChildren(Object.assign(document.createElement("span"), { textContent: text }));
    if (undoable) {
      const button = Object.assign(document.createElement("button"), { type: "button" });
      button.append(words.undo, " ", Object.assign(document.createElement("kbd"), { textContent: "u" }));
      button.addEventListener("click", takeBack);
      said.append(button);
    }
    fading = setTimeout(() => (said.hidden = true), undoable ? 12000 : 6000);
  };
  if (!said.hidden) fading = setTimeout(() => (said.hidden = true), 6000);

  // --- Which finding --------------------------------------------------------------------------
  const findings = () => all(".finding");
  const inSight = () =>
    findings().find((one) => one.getBoundingClientRect().bottom > innerHeight * 0.25);
  const now = () =>
    document.activeElement?.closest(".finding") ?? byId(current ?? "") ?? inSight() ?? null;
  const mark = (finding) => {
    for (const one of all(".finding.current")) one.classList.remove("current");
    finding?.classList.add("current");
    current = finding?.id ?? null;
  };
  document.addEventListener("focusin", ({ target }) => {
    const finding = target.closest(".finding");
    if (finding) mark(finding);
  });
  const goTo = (finding) => {
    mark(finding);
    finding.querySelector("header a").focus({ preventScroll: true });
    finding.scrollIntoView({ block: "start", behavior: "instant" }); // far ones would come late
  };
  const next = () => {
    const list = findings();
    const at = list.indexOf(now());
    const found = list.slice(at + 1).find((one) => "unsure" in one.dataset);
    if (found) goTo(found);
    else (now() ?? document).querySelector("[data-act=next]")?.click();
    const link = document.querySelector("main [data-act=next]");
    if (!found && now() && !now().querySelector("[data-act=next]")) link?.click();
  };

  // --- Doing something ------------------------------------------------------------------------
  const send = async (finding, fields, undoing = false) => {
    const kept = finding.querySelector("form.act");
    const body = new URLSearchParams({
      back: location.pathname + location.search,
      full: kept?.elements.full?.value ?? "",
      ...fields,
    });
    finding.setAttribute("aria-busy", "true");
    try {
      const address = `/review/findings/${finding.dataset.id}`;
      const answer = await fetch(address, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
      });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.error?.message ?? answer.status);
      replace(finding, told.html);
      undo = Object.keys(told.undo).length ? { id: finding.id, fields: told.undo } : null;
      say(undoing ? `${words.undone} ${told.said}` : told.said, Boolean(undo) && !undoing);
      const bar = byId("progress");
      if (bar) {
        bar.value = told.accepted;
        byId("progress-text").textContent = told.progress;
        for (const [show, n] of Object.entries(told.counts))
          document.querySelector(`[name=show][value=${show}] ~ output`).value = n;
      }
      return true;
    } catch (error) {
      finding.removeAttribute("aria-busy");
      say(`${words.failed} ${error.message}`);
      return false;
    }
  };

  // The card comes anew from the server; what was open stays open, and the focus stays in place.
  const replace = (finding, html) => {
    const open = all("details", finding).map((one) => one.open);
    const focused = document.activeElement;
    const inside = finding.contains(focused);
    const way = inside ? path(focused, finding) : null;
    const made = document.createElement("template");
    made.innerHTML = html.trim();
    const card = made.content.firstElementChild;
    finding.replaceWith(card);
    const details = all("details", card);
    if (details.length === open.length) details.forEach((one, i) => (one.open = open[i]));
    card.dispatchEvent(new Event("replaced", { bubbles: true }));
    mark(card);
    if (inside || !document.activeElement || document.activeElement === document.body)
      (card.querySelector(way) ?? card.querySelector("header a")).focus({ preventScroll: true });
  };
  const path = (element) => {
    const act = element.dataset.act;
    if (act) return `[data-act="${act}"]`;
    if (element.dataset.task) return `[data-task="${element.dataset.task}"]`;
    if (element.id) return `#${CSS.escape(element.id)}`;
    const item = element.closest("[data-key]");
    if (item) return `[data-key="${item.dataset.key}"] button`;
    return "header a";
  };

  const takeBack = () => {
    if (!undo) return say(words.nothing);
    const { id, fields } = undo;
    return send(byId(id), fields, true);
  };
  const accept = async (finding) => {
    const button = finding?.querySelector("[data-act=accept][value=yes]");
    return button ? send(finding, { accepted: "yes" }) : Boolean(finding);
  };
  const judge = (finding, name) => {
    const focused = document.activeElement?.closest(".defects li");
    const item = focused ?? finding?.querySelector(".defects li:not([data-judged])");
    if (!item) return say(words.nodefect);
    return send(finding, { [name]: item.dataset.key });
  };

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form.act");
    if (!form) return;
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form, event.submitter));
    send(form.closest(".finding"), fields);
  });

  // --- The chooser of labels ------------------------------------------------------------------
  const dialog = byId("chooser");
  const input = byId("chooser-q");
  const list = byId("chooser-list");
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  let choosing = null; // {finding, task}
  let at = 0;

  const choose = (finding, task) => {
    if (!can || !finding?.querySelector(`a.label[data-task=${task}]`)) return;
    choosing = { finding, task };
    const value = finding.querySelector(`.label[data-task=${task}]`).dataset.value;
    byId("chooser-title").textContent = words.title
      .replace("{task}", words[task])
      .replace("{name}", finding.dataset.name);
    const options = all(`[data-task=${task}]`, byId("choices").content);
    list.replaceChildren(
      ...options.map((one, i) => {
        const copy = one.cloneNode(true);
        copy.id = `choice-${i}`;
        copy.classList.toggle("now", copy.dataset.value === value);
        return copy;
      }),
    );
    input.value = "";
    narrow(Math.max(0, options.findIndex((one) => one.dataset.value === value)));
    dialog.showModal();
    input.focus();
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const shown = () => [...list.children].filter((one) => !one.hidden);
  const narrow = (start = 0) => {
    const wanted = fold(input.value).split(/\s+/).filter(Boolean);
    for (const one of list.children)
      one.hidden = !wanted.every((word) => fold(one.textContent).includes(word));
    byId("chooser-none").hidden = shown().length > 0;
    light(start);
  };
  const light = (index) => {
    const options = shown();
    at = Math.min(Math.max(index, 0), options.length - 1);
    for (const one of list.children) one.setAttribute("aria-selected", one === options[at]);
    if (options[at]) input.setAttribute("aria-activedescendant", options[at].id);
    else input.removeAttribute("aria-activedescendant");
    options[at]?.scrollIntoView({ block: "nearest" });
  };
  const take = (option) => {
    const { finding, task } = choosing;
    dialog.close();
    if (option) send(finding, { [task]: option.dataset.value });
  };
  input.addEventListener("input", () => narrow());
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step) {
      event.preventDefault();
      light(at + step);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      take(shown()[at]);
    } else if (/^[1-9]$/.test(event.key) && !input.value && choosing.task !== "question" && choosing.task !== "area") {
      event.preventDefault(); // few choices: the number takes one at once
      const option = shown()[Number(event.key) - 1];
      if (option) take(option);
    }
  });
  list.addEventListener("click", ({ target }) => {
    const option = target.closest("[role=option]");
    if (option) take(option);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // outside of it
  });
  dialog.addEventListener("close", () => {
    const label = `#${choosing?.finding.id} a.label[data-task=${choosing?.task}]`;
    if (choosing) document.querySelector(label)?.focus({ preventScroll: true });
  });

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const label = event.target.closest("a.label");
    if (label) {
      event.preventDefault();
      choose(label.closest(".finding"), label.dataset.task);
      return;
    }
    const link = event.target.closest("[data-act=next]");
    const finding = link?.closest(".finding");
    const rest = finding ? findings().slice(findings().indexOf(finding) + 1) : [];
    const found = rest.find((one) => "unsure" in one.dataset);
    if (found) {
      event.preventDefault();
      goTo(found);
    }
  });

  // --- Keys -----------------------------------------------------------------------------------
  const help = byId("help");
  const keysOn = byId("keys-on");
  keysOn.checked = localStorage.getItem("bifinding-keys") !== "off";
  keysOn.addEventListener("change", () =>
    localStorage.setItem("bifinding-keys", keysOn.checked ? "on" : "off"),
  );
  const tasks = ["area", "question", "status", "severity"];
  document.addEventListener("keydown", async (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const { key, target } = event;
    if (target.closest("input, select, textarea, dialog")) return;
    if (key === "?") help.showModal();
    if (!keysOn.checked || key === "?") return;
    const finding = now();
    const did = {
      n: () => next(),
      u: () => can && takeBack(),
      "/": () => document.querySelector("[name=q]")?.focus(),
      a: () => can && accept(finding),
      A: () => can && accept(finding).then((done) => done && next()),
      c: () => can && judge(finding, "confirm"),
      d: () => can && judge(finding, "dismiss"),
      ...Object.fromEntries(tasks.map((task, i) => [i + 1, () => choose(finding, task)])),
    }[key];
    if (!did) return;
    event.preventDefault();
    did();
  });

  // On a narrow screen the filter is folded until it is asked for.
  const panel = byId("panel");
  if (panel && matchMedia("(max-width: 60rem)").matches && !location.search) panel.open = false;
  // A finding that an address leads to takes the focus, as n does.
  if (/^#f\d+$/.test(location.hash)) {
    const finding = document.querySelector(location.hash);
    if (finding) goTo(finding);
  }
})();
