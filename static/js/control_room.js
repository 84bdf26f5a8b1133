// The control room's own behaviour: lines are dragged; the orders' tabs say the show's counts, which the list brings;
// the restock dialog posts to the offer that was on air when it was opened. The chat is in chat.js, the keys in keys.js.

import { refresh as showTimes } from "./clock.js";
import { reorder } from "./reorder.js";

// While a line is dragged its list stands still; the newest one that the socket brought waits. Once the server has
// taken the new order, a list that waits with the old one is out of date, and the next is on its way.
const rundown = () => document.getElementById("rundown-list");
const order = (list) => [...list.querySelectorAll("[data-item]")].map((line) => line.dataset.item).join(" ");
let waiting = null;

function release(isDone) {
  const list = rundown();
  const held = list.hasAttribute("hx-morph-skip");
  list.removeAttribute("hx-morph-skip");
  if (held && waiting && (!isDone || order(waiting) === order(list))) show(list, waiting);
  waiting = null;
}

function show(list, newest) {
  const at = document.activeElement?.closest("[data-item]")?.id;
  list.replaceChildren(...newest.childNodes);
  window.htmx.process(list);
  showTimes();
  if (at) document.getElementById(at)?.querySelector("[data-grip]")?.focus();
}

document.addEventListener("room:frame", (event) => {
  if (!rundown().hasAttribute("hx-morph-skip") || !event.detail.frame.content?.includes('id="rundown-list"')) return;
  waiting = new DOMParser().parseFromString(event.detail.frame.content, "text/html").getElementById("rundown-list");
});

const settle = (restore, isDone) => {
  restore();
  release(isDone);
};
const begun = () => rundown().setAttribute("hx-morph-skip", "");
reorder("#rundown-list > li[data-item]", settle, { begun, still: () => release(false) });

function count() {
  const { counts, total } = document.getElementById("orders").dataset;
  const told = JSON.parse(counts);
  for (const place of document.querySelectorAll("[data-orders-count]")) {
    place.textContent = told[place.dataset.ordersCount];
    place.classList.toggle("is-zero", place.textContent === "0");
  }
  document.querySelector("[data-orders-total]").textContent = total;
}
count();

document.addEventListener("htmx:ws:after:message:incoming", count);

const form = document.querySelector("[data-offer-post]");
const dialog = form.closest("dialog");
new MutationObserver(() => {
  if (!dialog.open) return;
  const offer = document.getElementById("on-air").dataset.offer;
  form.setAttribute("hx-post", `/shows/${form.dataset.shows}/offers/${offer}/${form.dataset.offerPost}`);
  window.htmx.process(form);
}).observe(dialog, { attributes: true, attributeFilter: ["open"] });
form.addEventListener("submit", (event) => event.preventDefault());
