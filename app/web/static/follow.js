"use strict";
// Asks how far the training is until it is done.
(() => {
  const job = document.getElementById("job");
  const ask = async () => {
    try {
      const told = await (await fetch(job.dataset.address)).json();
      const made = document.createElement("template");
      made.innerHTML = told.html;
      const [old, bar] = [job, made.content].map((one) => one.querySelector("progress"));
      // What is said anew is read out anew, so only the bar moves while the words stay.
      if (old && bar && made.content.textContent.trim() === job.textContent.trim()) old.replaceWith(bar);
      else job.replaceChildren(made.content);
      if (job.dataset.state === "running" && told.state !== "running") location.reload();
      job.dataset.state = told.state;
    } catch {
      // it will be asked again
    }
    if (job.dataset.state === "running") setTimeout(ask, 1000);
  };
  if (job.dataset.state === "running") setTimeout(ask, 500);
})();
