// The control room's own behaviour: the orders' tabs say the show's counts, which the list brings, and the restock
// dialog posts to the offer that was on air when it was opened. The chat is in chat.js, the keys in keys.js.

import { reorder } from "./reorder.js";

reorder("#rundown-list > li[data-item]", (restore) => restore()); // what was done the socket brings

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
