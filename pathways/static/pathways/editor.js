// The outline of a draft: its buttons answer in place, its parts open in their rows, its items can be dragged.
"use strict";

const act = byId("act"), outline = byId("outline");
const UNSAVED = "You have unsaved text here. Save it, or choose Cancel.";

// One after the other, and each as its button stands when its turn comes: the answer before may have changed it.
let turn = Promise.resolve();
const post = find => {
  turn = turn.then(() => {
    const button = find();
    if (!button) return undefined;
    const values = Object.fromEntries(new FormData(act));
    if (button.name) values[button.name] = button.value;
    const path = button.getAttribute?.("formaction") ?? act.action;
    return htmx.ajax("POST", path, {source: outline, values, swap: "none"});
  }).catch(() => {});
};
act?.addEventListener("submit", event => {
  event.preventDefault();
  const {submitter} = event;
  if (submitter.getAttribute("aria-disabled")) say(`${submitter.title}.`);
  else post(() => byId(submitter.id));
});

const slotOf = element => element.closest(".item, .phase").querySelector(":scope > .slot");
const open = (slot, link) => {
  if (holdsUnsaved(slot)) {
    say(UNSAVED);
    slot.querySelector(":is(input, select, textarea):not([type=hidden])").focus();
    return;
  }
  slot.dataset.opener = link.id;
  slot.replaceChildren();
  const path = `${link.pathname}?part=${link.matches(".more") ? "more" : "form"}`;
  htmx.ajax("GET", path, {source: slot, target: slot, swap: "innerHTML"})
    .then(() => slot.querySelector(":is(input, select, textarea):not([type=hidden])")?.focus())
    .catch(() => {});
};
const close = slot => {
  slot.replaceChildren();
  (byId(slot.dataset.opener) ?? slot.parentElement.querySelector("[id$=-edit]"))?.focus();
};
outline?.addEventListener("click", event => {
  const link = event.target.closest("a[id$=-edit], a[id$=-more], a[data-close]");
  if (!link || opensElsewhere(event)) return;
  event.preventDefault();
  if ("close" in link.dataset) close(link.closest(".slot"));
  else open(slotOf(link), link);
});
outline?.addEventListener("keydown", event => {
  const slot = event.target.closest(".slot");
  if (event.key !== "Escape" || !slot) return;
  if (holdsUnsaved(slot)) say(UNSAVED);
  else close(slot);
});

// What the server shows anew of a rule is still unsaved.
document.addEventListener("change", ({target}) => {
  if (target.closest(".rule")) target.form.dataset.unsaved = "";
});

for (const kind of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(kind, ({detail: {xhr, requestConfig: {elt}}}) => {
    if (!byId("failed") || (xhr.status && xhr.status < 500)) return;
    const note = byId("failed").content.firstElementChild.cloneNode(true);
    elt.closest(".item, .phase")?.querySelector(":scope > .failed")?.remove();
    const slot = elt.closest(".slot");
    if (slot) slot.before(note);
    else byId("flash").replaceChildren(note);
    note.focus();
  });
}

// What was added is no longer typed: the field that one is in would keep its text when its section is shown anew.
document.addEventListener("htmx:beforeSwap", ({detail: {xhr, requestConfig: {elt}}}) => {
  if (xhr.status === 200 && elt.matches(".add")) elt.elements.title.value = "";
});

// Dragging is an extra over the same address as Up and Down: rows move as they are grabbed, by mouse alone.
let dragged = null;
const rowAt = event => event.target.closest?.(".outline .item:has([name=up])");
// The item, its version, its phase and, as its button leads one place up, its own place.
const placeOf = row => {
  const [pk, version, phase, above] = row.querySelector("[name=up]").value.split(".").map(Number);
  return {pk, version, phase, place: above + 1};
};
outline?.addEventListener("pointerdown", event => {
  const row = rowAt(event);
  if (row && event.pointerType === "mouse") row.draggable = Boolean(event.target.closest(".no"));
});
outline?.addEventListener("dragstart", event => {
  dragged = rowAt(event);
  event.dataTransfer.effectAllowed = "move";
});
outline?.addEventListener("dragover", event => {
  const row = rowAt(event);
  if (!dragged || !row || row === dragged) return;
  event.preventDefault();
  outline.querySelector("[data-over]")?.removeAttribute("data-over");
  const {top, height} = row.getBoundingClientRect();
  row.dataset.over = event.clientY < top + height / 2 ? "before" : "after";
});
outline?.addEventListener("drop", event => {
  const row = outline.querySelector("[data-over]");
  if (!dragged || !row) return;
  event.preventDefault();
  const to = placeOf(row), from = placeOf(dragged), after = row.dataset.over === "after";
  const isBelow = from.phase === to.phase && from.place < to.place;
  const place = to.place + after - isBelow;
  post(() => ({name: "up", value: [from.pk, from.version, to.phase, place].join(".")}));
});
outline?.addEventListener("dragend", () => {
  outline.querySelector("[data-over]")?.removeAttribute("data-over");
  dragged = null;
});
