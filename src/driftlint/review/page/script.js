"use strict";
(() => {
  const lists = [...document.querySelectorAll("[data-filtered]")];
  const text = (row) => (row.dataset.search ??= row.textContent.toLowerCase());
  const apply = (list) => {
    const box = document.getElementById(list.dataset.filtered);
    const wanted = [...box.querySelectorAll("select")].filter((s) => s.value);
    const sought = box.querySelector("input").value.trim().toLowerCase();
    const rows = [...list.querySelectorAll("[data-row]")];
    const short = !wanted.length && !sought && !list.dataset.whole;
    let shown = 0;
    for (const row of rows) {
      const within = !short || !("beyond" in row.dataset);
      const fits = within && wanted.every((s) => row.dataset[s.name] === s.value) && (!sought || text(row).includes(sought));
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const group of list.querySelectorAll("[data-group]")) {
      group.hidden = !group.querySelector("[data-row]:not([hidden])");
      const fold = group.querySelector("details[data-rest]");
      if (fold && (wanted.length || sought)) fold.open = true;
    }
    const more = document.querySelector(`[data-more="${box.id}"]`);
    if (more) more.hidden = !short;
    box.querySelector("[role=status]").textContent = `${shown} of ${rows.length} shown`;
  };
  for (const list of lists) {
    const box = document.getElementById(list.dataset.filtered);
    box.hidden = false;
    box.addEventListener("input", () => apply(list));
    const more = document.querySelector(`[data-more="${box.id}"]`);
    if (more)
      more.querySelector("button").addEventListener("click", () => {
        const next = list.querySelector("[data-beyond]");
        list.dataset.whole = "yes";
        apply(list);
        next.tabIndex = -1;
        next.focus();
      });
    apply(list);
  }
  const follow = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const list = target.closest("[data-filtered]");
    if (list && target.hidden) {
      const box = document.getElementById(list.dataset.filtered);
      for (const field of box.querySelectorAll("select, input")) field.value = "";
      if ("beyond" in target.dataset) list.dataset.whole = "yes";
      apply(list);
    }
    for (let node = target; node; node = node.parentElement) if (node.localName === "details") node.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  follow();
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open]):not(.minor)")];
    for (const fold of closed) fold.open = true;
    for (const list of lists) {
      if (!list.querySelector("[data-beyond][hidden]") || list.dataset.whole) continue;
      list.dataset.whole = "print";
      apply(list);
    }
  });
  addEventListener("afterprint", () => {
    for (const fold of closed) fold.open = false;
    for (const list of lists) {
      if (list.dataset.whole !== "print") continue;
      delete list.dataset.whole;
      apply(list);
    }
  });
})();
