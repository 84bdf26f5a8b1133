// Set-up while several people are at it. The socket brings a mark of what the page would show now (#setup-news):
// if it is another than the page's own, the page draws itself anew, unless somebody is typing; then it says so, and
// whose change it was. What one did oneself is no news while only a dialog is open: the page follows when it closes.
//   form[data-typed]: something was typed that is not saved.   [data-look]: draws it anew all the same.

import { refresh as showTimes } from "./clock.js";
import { dress } from "./forms.js";
import { reorder } from "./reorder.js";

const SETTLE_MS = 1000; // the last of a row of changes is the one to draw; what is our own is on the page by then

const news = () => document.getElementById("setup-news");
const page = () => document.querySelector(".setup");
const isBegun = () => document.querySelector("form[data-typed]") || page().querySelector(".is-dragged");
const isTyping = () => isBegun() || document.querySelector("dialog[open]");
const isInCell = () => page().querySelector(".cell-input"); // each cell is guarded by itself: no word about it

const isAtIt = () => Boolean(isTyping() || isInCell());

let timer = 0;
let wasAtIt = false;

// Whoever began to type while the page was on its way keeps what is there; the next frame compares again.
document.addEventListener("htmx:before:swap", (event) => {
  if (event.detail.ctx.sourceElement === page() && isAtIt() && !wasAtIt) event.preventDefault();
});

async function look() {
  const source = page();
  const path = location.pathname + location.search;
  wasAtIt = isAtIt();
  await window.htmx.ajax("GET", path, { source, target: ".setup", select: ".setup", swap: "outerMorph" });
  dress(page());
  showTimes();
  document.dispatchEvent(new CustomEvent("setup:drawn"));
}

/** Who has changed it since the page was drawn; nobody: it is not known, or nobody did it by hand. */
function authors() {
  const drawn = Number(page().dataset.seq);
  return [...new Set(JSON.parse(news().dataset.acts).filter(([seq]) => seq > drawn).map(([, actor]) => actor))];
}

function say(isNew) {
  const all = authors();
  const others = all.filter((name) => name !== page().dataset.me);
  const isOwn = all.length > 0 && others.length === 0;
  const who = document.querySelector("[data-news-who]");
  const { dataset } = who;
  const text = isOwn ? dataset.mine : others.length ? dataset.others.replace("{who}", others.join(dataset.comma)) : dataset.unknown;
  if (who.textContent !== text) who.textContent = text;
  document.getElementById("setup-changed").hidden = !(isNew && (isOwn ? isBegun() : isTyping()));
}

/** Draws the page anew if it shows what is not so any more. */
export function compare() {
  timer = 0;
  const isNew = news().dataset.mark !== page().dataset.mark;
  say(isNew);
  if (isNew && !isTyping() && !isInCell()) look();
}
document.addEventListener("setup:stale", look);

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.closest(".setup")) form.dataset.typed = "1";
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-look]")) return;
  for (const form of document.querySelectorAll("form[data-typed]")) delete form.dataset.typed;
  look();
});

const later = () => {
  timer ||= setTimeout(compare, SETTLE_MS);
};
document.addEventListener("room:frame", later);
document.addEventListener("close", later, true); // of a dialog, which it has waited for

// A step that is not done leads to the field, or to what opens the dialog, that does it: here, or from another page.
function go() {
  const name = decodeURIComponent(location.hash.slice(1));
  const opener = name && document.querySelector(`[data-open="${CSS.escape(name)}"]`);
  if (opener) opener.click();
  else document.getElementById(name)?.focus();
}
addEventListener("hashchange", go);
document.addEventListener("click", (event) => {
  const step = event.target.closest(".step a");
  if (step?.hash && step.href === location.href) go(); // the same again changes no address
});
if (location.hash) addEventListener("load", go);

reorder("#line-up tbody tr", look); // refused, or done: either way the page shows what the server has
