// Every page: unsaved text is never lost unasked, results are spoken, focus goes where work goes on.
"use strict";

const byId = id => document.getElementById(id);
const opensElsewhere = event => event.ctrlKey || event.metaKey || event.shiftKey;

// Emptied first, so that the same words are spoken again.
const say = text => {
  byId("live").textContent = "";
  setTimeout(() => { byId("live").textContent = text; }, 50);
};

const isChanged = control => {
  if (control.type === "hidden") return false;
  if (control.matches("[type=checkbox], [type=radio]")) return control.checked !== control.defaultChecked;
  if (control.matches("select")) {
    const chosen = [...control.options].findIndex(option => option.defaultSelected);
    return control.selectedIndex !== Math.max(chosen, 0);
  }
  return "defaultValue" in control && control.value !== control.defaultValue;
};
const isDirty = form => "unsaved" in form.dataset || [...form.elements].some(isChanged);
const unsavedIn = part => [part, ...part.querySelectorAll("form")]
  .filter(form => form.matches("form[data-guard]") && isDirty(form));
const holdsUnsaved = part => unsavedIn(part).length > 0;

// The two forms of a conflict hold the same words, so sending either loses nothing.
const partOf = element => element.closest(".note, .slot") ?? element.closest("form");
let leavingBy = null;
document.addEventListener("submit", event => {
  if (!event.defaultPrevented && navigator.onLine) leavingBy = partOf(event.target);
});
addEventListener("beforeunload", event => {
  if (unsavedIn(document.body).some(form => partOf(form) !== leavingBy)) event.preventDefault();
  leavingBy = null;
});
document.addEventListener("click", event => {
  const link = event.target.closest("[data-close]");
  if (!link || opensElsewhere(event)) return;
  for (const form of unsavedIn(partOf(link))) {
    form.reset();
    delete form.dataset.unsaved;
  }
});
addEventListener("pageshow", event => { if (event.persisted) location.reload(); });

// A morph leaves alone what somebody writes or opens, unless it answers that very form: as sent, or refused.
let answered = null;
const isOthers = node => node instanceof Element && !answered?.contains(node);
const isOpen = node => node.matches(".slot") && node.firstElementChild;
const isField = node => node === document.activeElement && node.matches("input, textarea");
const isUnsaved = node => node.matches(".failed") || holdsUnsaved(node);
// In one's work a settled row stays while one is in it, or may take it back.
const WORKED_ON = "#work-live .item:has(.undo, :focus)";
const isStillWork = node => node.matches(WORKED_ON) || node.querySelector(WORKED_ON);
Object.assign(Idiomorph.defaults.callbacks, {
  beforeAttributeUpdated: (name, node) => !(
    (name === "open" && node.matches("details")) || (name === "value" && isField(node))
  ),
  beforeNodeRemoved: node => !(isOthers(node) && (isUnsaved(node) || isStillWork(node))),
  beforeNodeMorphed: (node, fresh) => !(
    isOthers(node) && node.matches(".slot, .failed, form[data-guard]")
    && ((isOpen(node) && !isOpen(fresh)) || isUnsaved(node))
  ),
});
document.addEventListener("htmx:beforeRequest", ({detail: {elt}}) => { delete elt.dataset.late; });
document.addEventListener("input", ({target: {form}}) => { if (form) form.dataset.late = ""; });
document.addEventListener("htmx:beforeSwap", ({detail: {xhr, requestConfig: {elt}}}) => {
  answered = "late" in elt.dataset && xhr.status !== 422 ? null : elt.closest(".slot, .note");
});
document.addEventListener("htmx:afterSwap", () => { answered = null; });

document.addEventListener("announce", event => say(event.detail.value));
document.addEventListener("htmx:configRequest", event => {
  const {verb, parameters} = event.detail, [, token] = document.cookie.match(/\bcsrftoken=(\w+)/) ?? [];
  if (verb === "post" && token) parameters.csrfmiddlewaretoken = token;
});

// Whoever has gone on elsewhere meanwhile is not called back.
const isLost = ({activeElement: focused, body}) => focused === body || !focused.checkVisibility();
const isAt = row => isLost(document) || row.contains(document.activeElement);
const focusMarked = () => {
  const marked = [...document.querySelectorAll("[data-autofocus]")], row = marked[0]?.closest(".item");
  marked.forEach(each => each.removeAttribute("data-autofocus"));
  if (!row || isAt(row)) marked[0]?.focus();
};
document.addEventListener("htmx:afterSettle", focusMarked);

// A list that cannot be swapped is asked for as a page, which says what is wrong.
for (const kind of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(kind, ({detail: {xhr, requestConfig: {verb, row, headers}, pathInfo}}) => {
    if (verb === "get" && !row && !headers["X-Background"] && (xhr.status || 500) >= 500) location = pathInfo.finalRequestPath;
  });
}

const showTotal = form => {
  const parts = [...form.querySelectorAll("[data-component]")];
  const chosen = parts.map(part => part.querySelector("input:checked")).filter(Boolean);
  const points = chosen.reduce((sum, input) => sum + Number(input.dataset.points), 0);
  const isWhole = chosen.length === parts.length;
  const band = [...form.querySelectorAll("[data-from]")]
    .find(each => isWhole && points >= each.dataset.from && points <= each.dataset.to);
  form.querySelectorAll("[data-from]").forEach(each => { each.hidden = each !== band; });
  form.querySelector("[data-total]").textContent = chosen.length ? points : "–";
  const words = form.querySelector("[data-answered]");
  words.textContent = isWhole ? "" : `${chosen.length} of ${parts.length} answered`;
};
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const showDay = parts => {
  const typed = [...parts.querySelectorAll("input")].map(input => input.value.trim().toLowerCase());
  const [day, month, year] = typed, at = /^\d+$/.test(month) ? month - 1 : MONTHS.indexOf(month.slice(0, 3));
  const date = new Date(Date.UTC(year, at, day));
  const isReal = /^\d{4}$/.test(year) && date.getUTCMonth() === at && date.getUTCDate() === Number(day);
  const style = {weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC"};
  parts.querySelector("output").textContent = isReal ? date.toLocaleDateString("en-GB", style) : "";
};
document.addEventListener("change", event => {
  const score = event.target.closest("form[data-score]"), parts = event.target.closest(".parts");
  if (score) showTotal(score);
  if (parts) showDay(parts);
});
document.addEventListener("htmx:load", event => {
  const part = event.detail.elt;
  part.querySelectorAll("form[data-score]").forEach(showTotal);
  part.querySelectorAll("[data-print]").forEach(button => { button.hidden = false; });
});
document.addEventListener("click", event => {
  if (event.target.closest("[data-print]")) print();
});

document.addEventListener("keydown", event => {
  if (!event.ctrlKey && !event.metaKey) return;
  const form = event.target.closest("form"), search = byId("filter-q");
  if (event.key === "Enter" && form) form.querySelector("button:not([type=button])")?.click();
  else if (event.key === "k" && search) search.focus();
  else if (event.key === "k") byId("find")?.click();
  else return;
  event.preventDefault();
});

const show = (strip, isShown) => {
  strip.hidden = !isShown;
  if (isShown) say(strip.textContent);
};
const showOffline = () => show(byId("offline"), !navigator.onLine);
addEventListener("online", showOffline);
addEventListener("offline", showOffline);
showOffline();

const ending = byId("ending");
let timer;
const startClock = () => {
  clearTimeout(timer);
  show(ending, false);
  timer = setTimeout(show, (ending.dataset.seconds - 120) * 1000, ending, true);
};
if (ending) {
  document.addEventListener("htmx:afterRequest", ({detail: {successful, requestConfig: {headers}}}) => {
    if (successful && !headers["X-Background"]) startClock();
  });
  startClock();
}
focusMarked();
