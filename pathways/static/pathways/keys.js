// Single-key shortcuts, for those who switched them on: only outside fields, and never with a modifier.
"use strict";

const current = () => document.activeElement.closest(".item");
const step = by => {
  const rows = [...document.querySelectorAll(".item")].filter(row => row.checkVisibility());
  (rows[rows.indexOf(current()) + by] ?? rows.at(by > 0 ? 0 : -1))?.focus();
};
const open = part => {
  const row = current(), link = row && byId(`${row.id}-more`);
  if (link) openPart(row, part, link);
};
const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  e: () => open("edit"),
  b: () => open("reason&status=blocked"),
  a: () => open("assign"),
  d: () => current()?.querySelector(".acts [value=done]")?.click(),
  "g c": () => { location = "/cases/"; },
  "?": () => { location = "/help/#shortcuts"; },
};

let before = "";
document.addEventListener("keydown", event => {
  const isOurs = !event.ctrlKey && !event.metaKey && !event.altKey
    && !event.target.closest("input, select, textarea") && !document.querySelector(":popover-open");
  const run = isOurs && (KEYS[before + event.key] ?? KEYS[event.key]);
  before = isOurs && event.key === "g" ? "g " : "";
  if (!run) return;
  event.preventDefault();
  run();
});
