"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const findings = all(".finding");

  // --- Filter: within a facet any value will do, across facets all must hold -------------------------
  const form = document.getElementById("filter");
  const panel = document.getElementById("panel");
  const boxes = all("input[type=checkbox]", form);
  const facets = [...new Set(boxes.map((box) => box.name))];
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const values = findings.map((finding) =>
    Object.fromEntries(facets.map((facet) => [facet, finding.dataset[facet]?.split(" ") ?? []])),
  );
  const searched = []; // the text of each finding, folded once it is first needed
  const text = (i) =>
    (searched[i] ??= fold(all("h2, h3, h4, .t", findings[i]).map((part) => part.textContent).join("\n")));

  const filter = () => {
    const words = fold(form.q.value).split(/\s+/).filter(Boolean);
    const chosen = Object.fromEntries(facets.map((facet) => [facet, new Set()]));
    for (const box of boxes) if (box.checked) chosen[box.name].add(box.value);
    const counts = new Map();
    let total = 0;
    findings.forEach((finding, i) => {
      const found = words.every((word) => text(i).includes(word));
      const failed = facets.filter(
        (facet) => chosen[facet].size && !values[i][facet].some((value) => chosen[facet].has(value)),
      );
      finding.hidden = !found || failed.length > 0;
      total += !finding.hidden;
      // A value's count says what choosing it would show: all facets but its own hold.
      if (found && failed.length < 2)
        for (const facet of failed.length ? failed : facets)
          for (const value of values[i][facet])
            counts.set(`${facet}=${value}`, (counts.get(`${facet}=${value}`) ?? 0) + 1);
    });
    for (const box of boxes) {
      const count = counts.get(`${box.name}=${box.value}`) ?? 0;
      box.parentElement.querySelector("output").textContent = count;
      box.parentElement.classList.toggle("without", !count);
    }
    document.getElementById("shown").textContent =
      (total === findings.length ? "" : `${total} of `) +
      `${findings.length} finding${findings.length === 1 ? "" : "s"}`;
    document.getElementById("none").hidden = total > 0 || !findings.length;
    for (const report of all(".report")) {
      const own = all(".finding", report);
      report.hidden = total > 0 && total < findings.length && own.every((one) => one.hidden);
    }
  };

  const write = () => {
    const chosen = [...new FormData(form)].filter(([, value]) => value.trim());
    const hash = chosen.length ? `#${new URLSearchParams(chosen)}` : "";
    history.replaceState(null, "", hash || location.pathname + location.search);
  };

  const read = () => {
    if (location.hash && !location.hash.includes("=")) return; // an anchor, not a filter
    const wanted = new URLSearchParams(location.hash.slice(1));
    form.q.value = wanted.get("q") ?? "";
    for (const box of boxes) box.checked = wanted.getAll(box.name).includes(box.value);
    filter();
  };

  form.addEventListener("input", () => (filter(), write()));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => (filter(), write())));
  document.getElementById("clear").addEventListener("click", () => form.reset());
  addEventListener("hashchange", read);

  const narrow = matchMedia("(max-width: 60rem)");
  const fit = () => (panel.open = !narrow.matches);
  narrow.addEventListener("change", fit);
  fit();
  panel.hidden = !findings.length;
  filter();
  read();

  // Paper shows what is folded away on the screen.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("main details:not([open])");
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => opened.forEach((one) => (one.open = false)));
})();
