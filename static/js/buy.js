// Buying, once: one key per intention. The key is made before the first send and kept in
// sessionStorage until an answer came; the same key goes with every retry, so whatever the
// network repeats, at most one order comes of it.

import { isCalm } from "./dock.js";
import { shown, turnTo } from "./sales.js";

const form = document.getElementById("buy-form");
const stepper = form.querySelector(".stepper");
const output = stepper.querySelector("output");
const [less, more] = stepper.querySelectorAll("button");
const quantity = form.elements.quantity;
const words = form.dataset;

const STORE = `buy:${form.getAttribute("action")}`;
const TRIES = 10; // sends per press; with the waits below about a minute of patience
const WAIT_MAX_S = 8;
const STALE_MS = 120_000; // an unanswered press older than this is not resumed by itself
const TIMEOUT_MS = 15_000;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

let busy = false;
let online = true;
let full = false; // the viewer has as many as one person may
let note = ""; // what the line under the button says instead of the server's words

// --- the unanswered press -------------------------------------------------------------------

function pending() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE));
  } catch {
    return null;
  }
}

function keep(press) {
  try {
    if (press) sessionStorage.setItem(STORE, JSON.stringify(press));
    else sessionStorage.removeItem(STORE);
  } catch {
    // a browser without storage still has the key in the form
  }
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The press to send: the unanswered one again if it asks for the same, else a new one. */
function pressFor(offer, count) {
  const old = pending();
  if (old && old.offer === offer && old.quantity === count) return old;
  return { offer, quantity: count, key: newKey(), at: Date.now() };
}

// --- what the bar shows ---------------------------------------------------------------------

const slot = () => document.getElementById("buy-bar");
const inSlot = (part) => slot().querySelector(`:scope > :not([hidden]) ${part}`); // of the sale that is shown

/** Units of the offer that this viewer holds or owns. */
function mine(offer) {
  const units = document.getElementById("my-limit").dataset.units.split("|").map((one) => one.split("="));
  return Number(new Map(units).get(offer) ?? 0);
}

function setText(el, text) {
  if (el && el.textContent !== text) el.textContent = text;
}

function setStep(count) {
  quantity.value = String(count);
  setText(output, String(count));
}

/** Lays busy, offline and quantity over what the server drew. Runs after every swap. */
function dress() {
  const { ready, offer, limit, amounts, perBuyer } = slot().dataset;
  const button = inSlot("[data-buy]");
  const used = mine(offer);
  const most = Math.max(1, Math.min(Number(limit), Number(perBuyer) - used));
  const old = pending();
  full = ready === "1" && used >= Number(perBuyer);
  const open = ready === "1" && !full;
  const count = Math.min(Math.max(1, Number(quantity.value) || 1), most);
  const locked = busy || !online || Boolean(old && old.offer === slot().dataset.offer);
  setStep(count);
  stepper.hidden = !open || most < 2 || !online;
  less.disabled = locked || count <= 1;
  more.disabled = locked || count >= most;
  if (open) setText(button.querySelector("[data-amount]"), amounts.split("|")[count - 1]);
  button.disabled = !open || (!online && !busy);
  if (isCalm()) button.removeAttribute("aria-disabled");
  else button.setAttribute("aria-disabled", "true");
  if (busy) button.setAttribute("aria-busy", "true");
  else button.removeAttribute("aria-busy");
  if (full && !busy) button.dataset.label = fill(words.full, { used, limit: perBuyer });
  else button.dataset.label = busy ? words.busy : online || !open ? "" : words.offline;
  button.classList.toggle("is-relabelled", Boolean(button.dataset.label));
  if (button.dataset.label) button.setAttribute("aria-label", button.dataset.label);
  else button.removeAttribute("aria-label"); // the words drawn over it are CSS, which is not read aloud
  tell();
}

function tell() {
  const line = inSlot("[data-note]");
  if (!line) return;
  line.dataset.label = !online ? words.offlineNote : note || (full ? words.fullNote : "");
  line.classList.toggle("is-relabelled", Boolean(line.dataset.label));
}

function say(text) {
  note = text;
  tell();
  document.getElementById("say-soon").textContent = text;
}

// --- sending --------------------------------------------------------------------------------

const mayComeRight = (status) => status === 408 || status === 429 || status >= 500;

async function post(press) {
  const body = new URLSearchParams(new FormData(form));
  body.set("offer_id", press.offer);
  body.set("quantity", String(press.quantity));
  body.set("key", press.key);
  return fetch(form.action, {
    method: "POST",
    headers: { "HX-Request": "true", "X-CSRF-Token": form.elements.csrf_token.value },
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
}

/** The answer's text once there is a definite one; null when patience ran out. */
async function insist(press) {
  let isUnsure = false; // a try had no answer, or none that says what came of it
  for (let n = 1; n <= TRIES; n += 1) {
    let wait = Math.min(2 ** (n - 1), WAIT_MAX_S);
    let why = words.silent;
    try {
      const answer = await post(press);
      if (!mayComeRight(answer.status)) return { text: await answer.text(), ok: answer.ok };
      const asked = Number(answer.headers.get("Retry-After"));
      if (asked > 0) wait = Math.min(asked, 30);
      isUnsure ||= ![429, 503].includes(answer.status);
      const isCrowd = answer.status === 429 || answer.headers.get("X-Live-Code") === "not_now";
      if (!isUnsure) why = isCrowd ? words.wait : words.fault;
    } catch {
      isUnsure = true;
      // no answer at all: it may or may not have arrived, so the same key goes again
    }
    if (n === TRIES) break;
    wait *= 0.8 + Math.random() * 0.4; // a crowd that was turned away together comes back apart
    say(fill(why, { seconds: Math.max(1, Math.round(wait)) }));
    await pause(wait * 1000);
  }
  return null;
}

/** Puts an answered #my-order card in place. False if the answer holds none. */
async function place(text, source) {
  if (!text.includes('id="my-order"')) return false;
  await globalThis.htmx.swap({ sourceElement: source, target: source, swap: "none", text });
  document.getElementById("my-order").scrollIntoView({ block: "nearest" });
  return true;
}

async function buy(press) {
  const hadFocus = form.contains(document.activeElement);
  busy = true;
  keep(press);
  say("");
  dress();
  const answer = await insist(press);
  busy = false;
  if (answer) {
    keep(null);
    const placed = await place(answer.text, form);
    say(placed ? "" : words.failed);
    if (placed) setStep(1);
    if (hadFocus) document.querySelector(".pay-dock a")?.focus({ preventScroll: true }); // it lies over the buy bar
  } else say(words.gaveUp);
  dress();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { of } = event.submitter?.dataset ?? {}; // a card's own button, for the sale that it tells of
  if (of && of !== shown()) turnTo(of);
  dress();
  const { ready, offer } = slot().dataset;
  if (busy || !online || full || ready !== "1" || (of && of !== offer)) return;
  if (event.submitter?.matches("[data-buy]") && !isCalm()) return;
  buy(pressFor(offer, Number(quantity.value)));
});

stepper.addEventListener("click", (event) => {
  const step = Number(event.target.closest("button")?.dataset.step ?? 0);
  if (!step) return;
  setStep(Number(quantity.value) + step);
  dress();
});

document.addEventListener("dock:calm", dress);
document.addEventListener("viewer:online", (event) => {
  online = event.detail.online;
  dress();
});

// --- what one does with a held item: more time, or giving it up ------------------------------------------------------------------

const orderForm = document.getElementById("order-form");

orderForm.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (!button || button.disabled) return;
  button.disabled = true;
  try {
    const answer = await fetch(button.formAction, {
      method: "POST",
      headers: { "HX-Request": "true", "X-CSRF-Token": orderForm.elements.csrf_token.value },
      body: new URLSearchParams(new FormData(orderForm)),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!(await place(await answer.text(), orderForm))) say(words.failed);
    if (document.activeElement === document.body) document.querySelector(".pay-dock a")?.focus({ preventScroll: true });
  } catch {
    say(words.failed);
  }
  button.disabled = false;
});

// --- start ----------------------------------------------------------------------------------

new MutationObserver(dress).observe(slot().parentElement, { subtree: true, childList: true, attributeFilter: ["data-ready", "data-offer", "data-limit", "data-amounts", "data-units"] });

document.addEventListener("htmx:after:swap", dress);

const unanswered = pending();
if (unanswered) setStep(unanswered.quantity);
dress();
if (unanswered && Date.now() - unanswered.at < STALE_MS) buy(unanswered);
else if (unanswered) keep(null);
