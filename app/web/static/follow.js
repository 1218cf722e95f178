"use strict";
// Asks how far the training is until it is done.
(() => {
  const job = document.getElementById("job");
  const ask = async () => {
    try {
      const told = await (await fetch(job.dataset.address)).json();
      if (job.dataset.state !== told.state || told.state === "running") job.innerHTML = told.html;
      if (job.dataset.state === "running" && told.state !== "running") location.reload();
      job.dataset.state = told.state;
    } catch {
      // it will be asked again
    }
    if (job.dataset.state === "running") setTimeout(ask, 1000);
  };
  if (job.dataset.state === "running") setTimeout(ask, 500);
})();
