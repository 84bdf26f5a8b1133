// The operator's keys. Dead while typing (Esc leaves the field) and while a dialog is open.
//   F12, Numpad Enter  push the next offer, at most once a second
//   + −                the restock dialog, with +10 or −10 in it
//   /                  write to the host          ?  this list          Esc Esc  freeze every sale
//   C P M D A V Q       the chat: chat.js

const PUSH_GUARD_MS = 1000; // a double press is one push
const PANIC_MS = 800; // two Esc within this are the panic key
const CALM_MS = 2000; // after the panic key a third Esc in a hurry means nothing

let escapedAt = -PANIC_MS;

const isTyping = (el) => el.matches?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");

function push() {
  document.getElementById("take")?.click();
}

function restock(delta) {
  if (!document.getElementById("on-air")?.dataset.offer) return;
  const field = document.getElementById("restock-delta");
  field.value = String(delta);
  document.getElementById("restock").showModal();
  field.select();
}

function escape() {
  const at = performance.now();
  if (at < escapedAt) return; // it has just been pressed
  const isPanic = at - escapedAt < PANIC_MS;
  escapedAt = isPanic ? at + CALM_MS : at;
  if (isPanic) document.getElementById("panic")?.click();
}

/** Key → what it does; others add theirs. */
export const keys = {
  "+": () => restock(10),
  "=": () => restock(10),
  "-": () => restock(-10),
  "/": () => document.getElementById("cue-text")?.focus(),
  "?": () => document.getElementById("keys")?.showModal(),
  Escape: escape,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const act = event.key === "F12" || event.code === "NumpadEnter" ? push : keys[event.key];
  if (!act) return;
  event.preventDefault();
  if (!event.repeat) act();
});

// Every push is a click on #take, by key or by mouse; the guard stands before htmx hears of it.
let pushedAt = -PUSH_GUARD_MS;
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("#take")) return;
  if (performance.now() - pushedAt < PUSH_GUARD_MS) event.stopImmediatePropagation();
  else pushedAt = performance.now();
}, true);
