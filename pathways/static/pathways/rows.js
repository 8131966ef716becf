// Rows of a checklist: what opens in them, what is sent, what fails.
"use strict";

const STILL_UNSAVED = "You have unsaved text here. Save it, or choose Cancel.";
const menu = byId("menu");
const openers = new Map(); // by the row's id, the id of the control that opened its panel
const again = new Map(); // by the row's id, what its Try again does

const focusIn = part => (
  part.querySelector(":focus")
  ?? part.querySelector(":is(input, select, textarea):not([type=hidden])")
  ?? part.querySelector("h3, a, button, summary")
).focus();

// What was used may be gone from the row, and the row into the fold of a finished phase.
const goOn = row => {
  row.closest("details")?.setAttribute("open", "");
  (byId(openers.get(row.id)) ?? byId(`${row.id}-more`) ?? row).focus();
};

const openPart = (row, part, link) => {
  const isMenu = part === "menu", target = isMenu ? menu : row.querySelector(".slot");
  if (!isMenu && holdsUnsaved(target)) {
    refuse(target);
    return;
  }
  if (isMenu) menu.dataset.row = row.id;
  else openers.set(row.id, link.id);
  again.set(row.id, () => openPart(row, part, link));
  target.replaceChildren();
  delete target.dataset.said;
  const context = {source: isMenu ? link : target, target, swap: "innerHTML"};
  htmx.ajax("GET", `${link.pathname}${link.search || "?"}&part=${part}`, context).catch(() => {}); // the events below tell of it
};

const closePart = part => {
  const row = part.closest(".item");
  if (part.matches(".slot")) part.replaceChildren();
  else part.remove();
  row.querySelector(":scope > .failed")?.remove();
  goOn(row);
};

const refuse = slot => {
  say(STILL_UNSAVED);
  slot.dataset.said = STILL_UNSAVED;
  focusIn(slot);
};

const copy = async link => {
  try {
    await navigator.clipboard.writeText(link.href);
    say("Link copied.");
  } catch {
    location = link.href;
  }
};

// Whole in sight, also after a part of it was folded out; neither event bubbles.
menu.addEventListener("toggle", () => menu.scrollIntoView({block: "nearest"}), true);

document.addEventListener("click", event => {
  const link = event.target.closest("a:is([data-part], [data-close], [data-copy], .more, .log)");
  const row = link?.closest(".item") ?? byId(menu.dataset.row);
  if (!link || !row || opensElsewhere(event)) return;
  event.preventDefault();
  menu.hidePopover();
  const part = link.matches(".more") ? "menu" : link.matches(".log") ? "history" : link.dataset.part;
  if (part) openPart(row, part, link);
  else if ("copy" in link.dataset) copy(link);
  else closePart(link.closest(".note, .slot"));
});

document.addEventListener("keydown", event => {
  const slot = event.target.closest(".slot");
  if (event.key !== "Escape" || !slot) return;
  if (holdsUnsaved(slot)) refuse(slot);
  else closePart(slot);
});

// A second press must not land on what the answer puts in the button's place: on "Done now" after "Unblock".
const once = event => {
  const {target, detail, key, repeat} = event;
  const isEcho = detail > 1 || (repeat && key === "Enter") || target.matches("form.htmx-request");
  if (!isEcho || !target.closest(":is(.item, #menu) :is(a, button, form)")) return;
  event.preventDefault();
  event.stopPropagation();
};
for (const kind of ["click", "keydown", "submit"]) document.addEventListener(kind, once, true);

// htmx speaks, and finds the morph, through the element that asked, so that has to be in the page.
const hold = elt => {
  if (elt.isConnected) return;
  elt.hidden = true;
  document.body.append(elt);
};

document.addEventListener("htmx:beforeRequest", ({detail: {elt, target, xhr, requestConfig}}) => {
  const row = (target === menu ? elt : target).closest(".item");
  if (!row) return;
  requestConfig.row = row;
  xhr.addEventListener("readystatechange", () => hold(elt));
  row.querySelector(":scope > .failed")?.remove();
  row.setAttribute("aria-busy", "true");
  if (requestConfig.verb === "get") return;
  const {submitter} = requestConfig.triggeringEvent;
  again.set(row.id, () => { hold(elt); submitter.click(); });
  if (!elt.closest(".slot, .note")) openers.delete(row.id);
  menu.hidePopover();
});
document.addEventListener("htmx:afterRequest", ({detail: {requestConfig: {row}}}) => {
  row?.removeAttribute("aria-busy");
});

document.addEventListener("htmx:afterSettle", ({detail: {target, requestConfig: {row}}}) => {
  const isPart = target.matches("#menu, .slot");
  if (!row || !(isPart ? isAt(row) : isLost(document))) return;
  if (target === menu) menu.showPopover({source: byId(`${row.id}-more`)});
  if (isPart) focusIn(target);
  else goOn(row);
});

const fail = ({row, verb}, answer) => {
  const note = byId("failed").content.firstElementChild.cloneNode(true), why = note.firstElementChild;
  if (answer) {
    why.innerHTML = answer;
    why.replaceChildren(...why.firstElementChild.children);
  } else if (verb === "get") why.querySelector("span").textContent = "Not opened.";
  note.querySelector("button").addEventListener("click", () => again.get(row.id)());
  row.querySelector(".slot").before(note);
  if (isAt(row)) note.focus();
};
for (const kind of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(kind, ({detail}) => {
  if (detail.requestConfig.row) fail(detail.requestConfig);
});
document.addEventListener("htmx:beforeSwap", ({detail}) => {
  const {xhr: {status, responseText}, requestConfig} = detail;
  if (!requestConfig.row || (status !== 401 && status < 500)) return;
  detail.shouldSwap = false;
  fail(requestConfig, status === 401 && responseText);
});

// What is live keeps itself up to date while somebody looks at it.
const keepUpToDate = live => {
  const paused = byId("paused"), MINUTE = 60000;
  let active = Date.now(), isHeld = false, turns = 0, asked = 0, said = "", saidAt = 0;

  for (const kind of ["pointerdown", "pointerup", "keydown"]) addEventListener(kind, () => {
    active = Date.now();
    isHeld = kind === "pointerdown";
  }, true);
  paused.addEventListener("click", () => { paused.hidden = true; });

  const poll = () => {
    const isIdle = Date.now() - active > 20 * MINUTE;
    if (isIdle === paused.hidden) show(paused, isIdle);
    const isBusy = isHeld || document.hidden || !navigator.onLine || !getSelection().isCollapsed;
    if (!isIdle && !isBusy) htmx.trigger(live, "app:poll");
    setTimeout(poll, 12000 + Math.random() * 6000);
  };
  setTimeout(poll, 12000);

  // An answer may be older than what was sent or answered while it was on its way.
  document.addEventListener("htmx:configRequest", ({detail: {elt, headers}}) => {
    if (elt !== live) return;
    headers["X-Background"] = "1";
    asked = turns;
  });
  for (const kind of ["htmx:beforeRequest", "htmx:afterRequest"]) document.addEventListener(kind, ({detail: {elt}}) => {
    if (elt !== live) turns += 1;
  });
  document.addEventListener("htmx:beforeSwap", ({detail}) => {
    if (detail.elt === live && asked !== turns) detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterSettle", ({detail: {elt}}) => {
    if (elt !== live) return;
    for (const form of unsavedIn(live)) {
      const news = form.closest("[data-news]")?.dataset.news, slot = form.closest(".slot");
      if (news && slot) slot.dataset.said = `${news} Your text is not saved yet.`;
    }
    const news = byId("news")?.firstElementChild.textContent;
    if (!news || news === said || Date.now() - saidAt < MINUTE) return;
    [said, saidAt] = [news, Date.now()];
    say(news);
  });
};
document.querySelectorAll("[data-live]").forEach(keepUpToDate);
