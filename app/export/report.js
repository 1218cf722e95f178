"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const findings = all(".finding");

  // --- What belongs together lights up together: everything in a finding with one data-g ---------
  const handle = "[data-g]:not(mark)"; // evidence is lit by its label, not by passing over it
  let lit = [];
  let pinned = null;

  const light = (target) => {
    for (const element of lit) element.classList.remove("lit");
    lit = [];
    const home = target?.closest(".finding");
    if (!home) return;
    for (let one = target.closest(handle); one; one = one.parentElement.closest(handle))
      lit.push(...all(`[data-g="${one.dataset.g}"]`, home));
    for (const element of lit) element.classList.add("lit");
  };

  const pin = (target) => {
    for (const button of all("[aria-pressed=true]")) button.ariaPressed = "false";
    pinned = target;
    if (target?.ariaPressed) target.ariaPressed = "true";
    light(target);
  };

  // --- The tip: what the titles around a place say, without the wait, and for the keyboard too ----
  const tip = document.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  document.body.append(tip);

  const explain = (target) => {
    const told = "[title], [aria-description]";
    const near = target?.closest(told);
    tip.hidden = !near;
    if (!near) return;
    const lines = [];
    for (let one = near; one; one = one.parentElement.closest(told)) {
      if (one.title) {
        one.setAttribute("aria-description", one.title);
        one.removeAttribute("title");
      }
      lines.push(one.getAttribute("aria-description"));
    }
    tip.textContent = lines.join("\n");
    const place = near.getClientRects()[0] ?? near.getBoundingClientRect();
    const below = place.bottom + tip.offsetHeight < innerHeight;
    tip.style.top = `${below ? place.bottom : place.top - tip.offsetHeight}px`;
    tip.style.left = `${Math.max(8, Math.min(place.left, innerWidth - tip.offsetWidth - 8))}px`;
  };

  const show = ({ target }) => {
    if (tip.contains(target)) return;
    light(target.closest(handle) ? target : pinned);
    explain(target);
  };
  document.addEventListener("pointerover", show);
  document.addEventListener("focusin", show);
  document.addEventListener("scroll", () => (tip.hidden = true), { passive: true });

  document.addEventListener("click", (event) => {
    const link = event.target.closest(".go a");
    if (link) {
      event.preventDefault(); // the hash keeps the filter
      const place = document.getElementById(link.hash.slice(1));
      place.closest("details")?.setAttribute("open", "");
      place.tabIndex = -1;
      place.focus({ preventScroll: true });
      place.scrollIntoView({ block: "center" });
      pin(place);
    } else if (event.target.closest(".ratings a")) {
      const home = event.target.closest(".report").querySelector(".findings");
      setTimeout(() => home.scrollIntoView()); // once the filter is on
    } else if (!event.target.closest("a, summary")) {
      const one = event.target.closest(handle);
      pin(one && one !== pinned ? one : null);
    }
  });

  // --- Keys -----------------------------------------------------------------------------------------
  for (const text of all(".t")) text.tabIndex = 0;

  const walk = (text, step) => {
    const stops = new Map();
    for (const one of all(handle, text)) if (!stops.has(one.dataset.g)) stops.set(one.dataset.g, one);
    const list = [...stops.values()];
    const next = list.at((list.indexOf(document.activeElement) + step) % list.length);
    if (!next) return;
    next.tabIndex = -1;
    next.focus();
  };

  const go = (finding, step) => {
    const visible = findings.filter((one) => !one.hidden);
    const next = visible[visible.indexOf(finding) + step];
    next?.querySelector("header a").focus({ preventScroll: true });
    next?.scrollIntoView({ block: "start" });
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key, target } = event;
    const finding = target.closest(".finding");
    const text = target.closest(".t");
    if (key === "Escape") {
      tip.hidden = true;
      pin(null);
    } else if (text && (key === "ArrowRight" || key === "ArrowLeft")) {
      event.preventDefault();
      walk(text, key === "ArrowRight" ? 1 : -1);
    } else if (finding && (key === "j" || key === "k")) {
      go(finding, key === "j" ? 1 : -1);
    }
  });

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
      total === findings.length ? `${total} findings` : `${total} of ${findings.length} findings`;
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
