// One thing said at a time, bottom centre, above everything: an open dialog takes #toasts into itself, for what
// lies outside it is behind its backdrop and cannot be pressed.
// While an act can be taken back, Tab goes to Undo first and then on from where one was: at the end of the page no key
// would reach it in time. A toast stays while it is pointed at or has the focus.
//   #toasts[data-said]  said when the page is there

const UNDO_MS = 3000; // how long an act can be taken back
const READ_MS = 8000; // long enough to read two lines

export const toasts = document.getElementById("toasts");

/** Says one thing; `undo` makes it revocable for three seconds. */
export function toast(text, { error = false, undo = null } = {}) {
  const box = document.getElementById("toast").content.firstElementChild.cloneNode(true);
  box.querySelector(".said").textContent = text;
  box.classList.toggle("is-error", error);
  box.setAttribute("role", error ? "alert" : "status");
  if (undo) revocable(box, undo);
  show(box, error ? READ_MS : UNDO_MS);
}

function revocable(box, undo) {
  const button = box.querySelector("button");
  button.hidden = false;
  button.addEventListener("click", () => {
    if (box.contains(document.activeElement)) comeBack();
    if ("closes" in box.dataset) box.closest("dialog")?.close();
    box.remove();
    undo();
  });
}

let came = null; // where the focus was before Tab took it to Undo

function comeBack() {
  (came?.isConnected ? came : document.getElementById(came?.id))?.focus();
  came = null;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Tab" || event.ctrlKey || event.altKey || event.metaKey) return;
  const button = toasts.querySelector(".toast button:not([hidden])");
  if (!button) return;
  if (document.activeElement === button) {
    if (event.shiftKey && came) event.preventDefault();
    comeBack(); // from there the browser goes on to the next
  } else if (!event.shiftKey && !("met" in button.dataset)) {
    event.preventDefault();
    button.dataset.met = ""; // once: whoever goes on is not held up again
    came = document.activeElement;
    button.focus();
  }
});

function show(box, ms) {
  place();
  box.style.setProperty("--life", `${ms}ms`);
  toasts.replaceChildren(box);
  fade(box, ms);
}

function fade(box, ms) {
  setTimeout(() => (box.matches(":hover, :focus-within") ? fade(box, 1000) : box.remove()), ms);
}

function place() {
  const home = document.querySelector("dialog[open]") ?? document.body;
  if (toasts.parentElement !== home) home.append(toasts);
}

// What the server says comes as errors/_toast.html or shared/_said.html, which htmx adds to #toasts; here the
// older one goes, and it gets its end.
new MutationObserver(() => {
  const box = toasts.querySelector(".toast[data-fresh]:last-child");
  if (!box) return;
  delete box.dataset.fresh;
  const undo = JSON.parse(box.dataset.undo ?? "null");
  if (undo) revocable(box, () => undo.map(([url, values]) => window.htmx.ajax("POST", url, { values, swap: "none", source: toasts })));
  show(box, Number(box.dataset.forMs) || READ_MS);
}).observe(toasts, { childList: true });

document.addEventListener("close", place, true);
if (toasts.dataset.said) {
  toast(toasts.dataset.said);
  const address = new URL(location.href);
  address.searchParams.delete("said"); // a reload says nothing again
  history.replaceState(null, "", address);
}
