// The control room's own behaviour: the tabs count what they show, and the restock dialog posts to the offer that
// was on air when it was opened. The chat is in chat.js, the keys in keys.js.

function count() {
  for (const place of document.querySelectorAll("[data-counts]")) {
    place.textContent = document.querySelectorAll(place.dataset.counts).length;
  }
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
