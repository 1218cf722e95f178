"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

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
  const reach = (root) => {
    for (const text of all(".t", root)) text.tabIndex = 0;
  };
  reach(document);
  document.addEventListener("replaced", ({ target }) => reach(target)); // a finding came anew

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
    const visible = all(".finding").filter((one) => !one.hidden);
    const next = finding ? visible[visible.indexOf(finding) + step] : visible[0];
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
    } else if ((key === "j" || key === "k") && !target.closest("input, textarea, select, dialog")) {
      go(finding, key === "j" ? 1 : -1);
    }
  });
})();
