"use strict";
(() => {
  const lists = [...document.querySelectorAll("[data-filtered]")];
  const text = (row) => (row.dataset.search ??= row.textContent.toLowerCase());
  const apply = (list) => {
    const box = document.getElementById(list.dataset.filtered);
    const wanted = [...box.querySelectorAll("select")].filter((s) => s.value);
    const sought = box.querySelector("input").value.trim().toLowerCase();
    const rows = [...list.querySelectorAll("[data-row]")];
    let shown = 0;
    for (const row of rows) {
      const fits = wanted.every((s) => row.dataset[s.name] === s.value) && (!sought || text(row).includes(sought));
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const group of list.querySelectorAll("[data-group]")) {
      group.hidden = !group.querySelector("[data-row]:not([hidden])");
      const fold = group.querySelector("details[data-rest]");
      if (fold && (wanted.length || sought)) fold.open = true;
    }
    box.querySelector("[role=status]").textContent = `${shown} of ${rows.length} shown`;
  };
  for (const list of lists) {
    const box = document.getElementById(list.dataset.filtered);
    box.hidden = false;
    box.addEventListener("input", () => apply(list));
    apply(list);
  }
  const follow = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const list = target.closest("[data-filtered]");
    if (list && target.hidden) {
      const box = document.getElementById(list.dataset.filtered);
      for (const field of box.querySelectorAll("select, input")) field.value = "";
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
  });
  addEventListener("afterprint", () => {
    for (const fold of closed) fold.open = false;
  });
})();
