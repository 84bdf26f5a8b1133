// The control room's own behaviour: the chat follows the newest line unless you scrolled up, long comments open
// at a click, the tabs count what they show, and the restock dialog posts to the offer that was on air when it
// was opened.

const NEAR_PX = 40; // this close to the end counts as reading the newest line

const list = () => document.getElementById("chat-list");
const unread = document.getElementById("unread");
let follows = true;

function toEnd() {
  const chat = list();
  if (chat) chat.scrollTop = chat.scrollHeight;
  unread.hidden = true;
}

document.addEventListener("scroll", (event) => {
  if (event.target !== list()) return;
  follows = event.target.scrollHeight - event.target.scrollTop - event.target.clientHeight < NEAR_PX;
  if (follows) unread.hidden = true;
}, true);

let newest = list()?.lastElementChild?.id;
document.addEventListener("htmx:ws:after:message:incoming", () => {
  unfold();
  count();
  const last = list()?.lastElementChild?.id;
  if (last === newest) return;
  newest = last;
  if (follows) toEnd();
  else unread.hidden = false;
});
new ResizeObserver(() => {
  if (follows) toEnd();
}).observe(document.querySelector(".chat-panel"));

// Long comments show three lines. Which are open is kept here: every swap folds them again.
const opened = new Set();

function unfold() {
  for (const id of opened) {
    const said = document.getElementById(id)?.querySelector(".said.is-long");
    if (said) said.setAttribute("aria-expanded", "true");
    else opened.delete(id);
  }
}

function toggle(event) {
  const said = event.target.closest?.(".chat-line .said.is-long");
  if (!said || (event.type === "keydown" && !["Enter", " "].includes(event.key))) return;
  event.preventDefault();
  const id = said.closest(".chat-line").id;
  if (!opened.delete(id)) opened.add(id);
  said.setAttribute("aria-expanded", String(opened.has(id)));
}
document.addEventListener("click", toggle);
document.addEventListener("keydown", toggle);

function count() {
  for (const place of document.querySelectorAll("[data-counts]")) {
    place.textContent = document.querySelectorAll(place.dataset.counts).length;
  }
}
count();

unread.addEventListener("click", () => {
  follows = true;
  toEnd();
});
document.addEventListener("change", (event) => {
  if (event.target.name === "comments-shown") toEnd();
});
toEnd();

const form = document.querySelector("[data-offer-post]");
const dialog = form.closest("dialog");
new MutationObserver(() => {
  if (!dialog.open) return;
  const offer = document.getElementById("on-air").dataset.offer;
  form.setAttribute("hx-post", `/shows/${form.dataset.shows}/offers/${offer}/${form.dataset.offerPost}`);
  window.htmx.process(form);
}).observe(dialog, { attributes: true, attributeFilter: ["open"] });
form.addEventListener("submit", (event) => event.preventDefault());
