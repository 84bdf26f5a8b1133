// Several sales at once: which of them the page shows, with its button. That is the newest, until the viewer turns to
// another one, which then stays as long as it is on sale. The server draws all of them for everyone, the newest shown.
//   [data-sale]      a card, or a button with what buy.js reads: one of each is shown
//   [data-pick]      a row: its sale is shown above        [data-buy-sale]   and bought at once

const MOVED_MS = 500; // a row that has just come to lie under the thumb is not what was meant

const bar = () => document.getElementById("buy-bar");
const list = () => document.getElementById("watch-also");

let chosen = "";
let rows = "";
let movedAt = -MOVED_MS;

/** The sale whose button is shown; "" if there is none. */
export function shown() {
  return bar().querySelector(":scope > :not([hidden])")?.dataset.sale ?? "";
}

/** Turns to a sale, if it is there. */
export function turnTo(sale) {
  chosen = sale;
  look();
}

function flip(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

function look() {
  const slots = [...bar().children].filter((one) => one.dataset.sale);
  if (slots.length > 1) show(slots);
  const now = [...list().querySelectorAll("[data-pick]")].map((one) => one.dataset.pick).join();
  if (now !== rows) movedAt = performance.now();
  rows = now;
}

function show(slots) {
  const slot = slots.find((one) => one.dataset.sale === chosen) ?? slots[0];
  const sale = slot.dataset.sale;
  for (const one of document.querySelectorAll("[data-sale]")) {
    const isOther = one.dataset.sale !== sale;
    if (one.hidden !== isOther) one.hidden = isOther;
  }
  for (const row of list().querySelectorAll("[data-pick]")) flip(row, "aria-pressed", String(row.dataset.pick === sale));
  for (const { name, value } of slot.attributes) {
    if (name.startsWith("data-") && name !== "data-sale") flip(bar(), name, value);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-pick], [data-buy-sale]");
  if (!button || performance.now() - movedAt < MOVED_MS) return;
  const { pick, buySale } = button.dataset;
  turnTo(pick ?? buySale);
  if (buySale) document.getElementById("buy-form").requestSubmit();
  else {
    const title = button.querySelector("b").textContent;
    document.getElementById("say-soon").textContent = list().dataset.shown.replace("{title}", title);
    document.getElementById("watch-offer").scrollIntoView({ block: "nearest" });
  }
});

const how = { subtree: true, childList: true, attributeFilter: ["hidden", "data-offer", "data-ready", "aria-pressed"] };
const observer = new MutationObserver(look); // before the swap is painted
observer.observe(document.querySelector(".viewer-body"), how);
observer.observe(bar().parentElement, how);
look();
