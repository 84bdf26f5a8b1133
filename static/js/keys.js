// The operator's keys. Dead while typing (Esc leaves the field) and while a dialog is open.
// Which act has which key stands in the sheet (#keys, drawn from live/web/keymap.py); a device may choose others
// there, and keeps them. What an act does is in `does`; chat.js adds its own.
//   [data-shortcut="push"][data-keys="F12 NumpadEnter"]   a line of the sheet; data-fixed: it cannot be another
//   [data-key-of="push"]                                  a key cap anywhere on the page

import { toast } from "./toasts.js";

const PUSH_GUARD_MS = 1000; // a double press is one push
const PANIC_MS = 800; // two Esc within this are the panic key
const CALM_MS = 2000; // after the panic key a third Esc in a hurry means nothing
const STORED = "control-room-keys";
const LABELS = { NumpadEnter: "Num Enter", Escape: "Esc", "-": "−" };
const TAKEN = /^(Escape|Enter|Tab|Shift|Control|Alt|Meta|CapsLock|Dead|Process|Arrow.+|Home|End|Delete|Backspace| |[1-9?])$/;

const sheet = document.getElementById("keys");
const lines = [...sheet.querySelectorAll("[data-shortcut]")];
const room = document.body.querySelector("[data-room]").dataset.room;
let own = read();

function read() {
  try {
    return JSON.parse(localStorage.getItem(STORED)) ?? {};
  } catch {
    return {}; // a browser that keeps nothing has the usual keys
  }
}

const keysOf = (line) => (own[line.dataset.shortcut] ? [own[line.dataset.shortcut]] : line.dataset.keys.split(" "));
const label = (key) => LABELS[key] ?? (key.length === 1 ? key.toUpperCase() : key);
const nameOf = (event) => (event.code === "NumpadEnter" ? event.code : event.key.length === 1 ? event.key.toLowerCase() : event.key);
const isTyping = (el) => el.matches?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");

// --- what they do ---------------------------------------------------------------------------

function restock(delta) {
  const sale = document.getElementById("on-air")?.dataset;
  if (!sale?.offer) return;
  if (sale.saleState === "closed") return toast(document.getElementById("restock").dataset.closed, { error: true });
  const field = document.getElementById("restock-delta");
  field.value = String(delta);
  document.getElementById("restock").showModal();
  field.select();
}

let asked = Promise.resolve(); // one after the other: each counts from what the one before has set

function next(values) {
  const source = document.getElementById("next");
  asked = asked.then(() => window.htmx.ajax("POST", `${room}/next`, { values, swap: "none", source })).catch(() => {});
}

let escapedAt = -PANIC_MS;

function panic() {
  const at = performance.now();
  if (at < escapedAt) return; // it has just been pressed
  const isPanic = at - escapedAt < PANIC_MS;
  escapedAt = isPanic ? at + CALM_MS : at;
  if (isPanic) document.getElementById("panic")?.click();
}

/** Act → what it does, given the key. */
export const does = {
  push: () => document.getElementById("take")?.click(),
  next_back: () => next({ step: -1 }),
  next_on: () => next({ step: 1 }),
  next_slot: (key) => next({ slot: Number(key) }),
  restock: () => restock(10),
  cut: () => restock(-10),
  pause: () => document.querySelector("#on-air [data-act=pause]")?.click(),
  end: () => document.querySelector("#on-air [data-act=end]")?.click(),
  cue: () => document.getElementById("cue-text")?.focus(),
  sheet: () => sheet.showModal(),
  panic,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const key = nameOf(event);
  const line = lines.find((one) => keysOf(one).includes(key));
  const act = line && does[line.dataset.shortcut];
  if (!act) return;
  event.preventDefault();
  if (!event.repeat) act(key);
});

// Every push is a click on #take, by key or by mouse; the guard stands before htmx hears of it.
let pushedAt = -PUSH_GUARD_MS;
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("#take")) return;
  if (performance.now() - pushedAt < PUSH_GUARD_MS) event.stopImmediatePropagation();
  else pushedAt = performance.now();
}, true);

// The button is for the next sale by then: Enter or Space pressed once more would push that, so what is on air has the focus.
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.id === "take" && ctx.response.status < 400 && document.activeElement?.id === "take") document.getElementById("on-air").focus({ preventScroll: true });
});

// After a question the focus comes back to where it was before it: if that was "End sale…", it would now end another
// sale than the one that it was put on.
document.getElementById("ask").addEventListener("close", ({ target }) => {
  if (["yes", "other"].includes(target.returnValue) && document.activeElement?.matches("#on-air [data-act]")) document.getElementById("on-air").focus();
});

// --- which key: the sheet -------------------------------------------------------------------

const said = sheet.querySelector("[data-keys-said]");
let listening = null; // the line that waits for a key

/** Writes the keys of this device on every cap of the page. */
function letter() {
  for (const cap of document.querySelectorAll("[data-key-of]")) {
    const key = own[cap.dataset.keyOf];
    if (key && cap.textContent !== label(key)) cap.textContent = label(key);
  }
  sheet.querySelector("[data-keys-reset]").hidden = !Object.keys(own).length;
}

function keep(keys) {
  own = keys;
  try {
    localStorage.setItem(STORED, JSON.stringify(own));
  } catch {
    // they hold until the page is closed
  }
  letter();
}

function listen(line) {
  listening?.classList.remove("is-listening");
  listening = line;
  listening?.classList.add("is-listening");
  said.textContent = line ? said.dataset.press : "";
}

function choose(key) {
  const act = listening.dataset.shortcut;
  const other = lines.find((one) => one !== listening && keysOf(one).includes(key));
  if (TAKEN.test(key)) said.textContent = said.dataset.fixed.replace("{cap}", label(key));
  else if (other) said.textContent = said.dataset.used.replace("{cap}", label(key)).replace("{act}", other.querySelector("dd span").textContent);
  else {
    keep({ ...own, [act]: key });
    listen(null);
    said.textContent = said.dataset.done.replace("{cap}", label(key));
  }
}

sheet.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-change]")) listen(event.target.closest("[data-shortcut]"));
  if (!event.target.closest("[data-keys-reset]")) return;
  keep({});
  for (const line of lines) for (const cap of document.querySelectorAll(`[data-key-of="${line.dataset.shortcut}"]`)) cap.textContent = cap.dataset.usual;
  listen(null);
});

sheet.addEventListener("keydown", (event) => {
  if (!listening || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
  event.preventDefault();
  if (event.key === "Escape") listen(null);
  else choose(nameOf(event));
});
sheet.addEventListener("cancel", (event) => {
  if (!listening) return;
  event.preventDefault(); // this Esc was for the line
  listen(null);
});
sheet.addEventListener("close", () => listen(null));

document.addEventListener("htmx:ws:after:message:incoming", letter);
letter();
