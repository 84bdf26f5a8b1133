// The viewer page around its swapped partials: lost connection, a silent server, and what is said aloud.
// Buying is in buy.js, comments and the name in say.js, old outcomes in outcomes.js, the picture in video.js.

import { now, onTick, timeOfDay } from "./clock.js";
import { heardAt, isOpen, reconnect, state } from "./socket.js";

const page = document.getElementById("viewer");
const net = document.getElementById("net");
const netTitle = net.querySelector("b");
const netText = net.querySelector("[data-net-text]");
const netSafe = document.getElementById("net-safe");
const sayNow = document.getElementById("say-now");
const saySoon = document.getElementById("say-soon");

const GRACE_MS = 2500; // a reconnect faster than this is nobody's business
const REVIVE_MS = 5000;
const SPOKEN = [60, 30, 10]; // seconds at which a countdown is read aloud, and no others

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

// --- the connection -------------------------------------------------------------------------

let connection = null; // htmx's own record of the socket
let lostAt = 0;
let nextTryAt = 0;
let revivedAt = 0;

let trouble = ""; // "lost": no connection; "late": one on which nobody speaks, though a press may still get through

function setTrouble(next) {
  if (trouble === next) return;
  trouble = next;
  page.classList.toggle("is-offline", next === "lost");
  page.classList.toggle("is-late", next === "late");
  if (next) netTitle.textContent = net.dataset[next];
  net.hidden = !next;
  netSafe.hidden = !next || document.querySelector("#my-order")?.dataset.paying !== "1";
  document.dispatchEvent(new CustomEvent("viewer:online", { detail: { online: next !== "lost" } }));
}

function delayOf(attempt) {
  const { reconnectDelay = 1500, reconnectMaxDelay = 8000 } = connection?.config ?? {};
  return Math.min(reconnectDelay * 2 ** Math.max(0, attempt - 1), reconnectMaxDelay);
}

document.addEventListener("htmx:ws:before:connection", (event) => {
  connection = event.detail.connection;
  if (connection.attempt) nextTryAt = Date.now() + delayOf(connection.attempt);
});
document.addEventListener("htmx:ws:after:connection", () => (lostAt = 0));
document.addEventListener("htmx:ws:before:message:incoming", found); // whatever the browser said of the network
document.addEventListener("room:conn", (event) => {
  if (event.detail.state === "off") lostAt ||= Date.now();
});
window.addEventListener("offline", () => (lostAt ||= Date.now() - GRACE_MS));
window.addEventListener("online", () => {
  if (isOpen()) lostAt = 0;
  else nextTryAt = 0; // socket.js tries at once
});

function found() {
  lostAt = 0;
  setTrouble("");
}

/** A new socket at once instead of at the next attempt; it takes the place of one that only looks open. */
function retry() {
  nextTryAt = 0;
  revivedAt = Date.now();
  reconnect();
}

/** Starts a socket that gave up altogether; one that still tries is left alone. */
function revive() {
  revivedAt = Date.now();
  page.dispatchEvent(new CustomEvent("revive"));
}

document.getElementById("net-retry").addEventListener("click", retry);

// A page in the background closes its socket on purpose: the grace begins when it is looked at again.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && lostAt) lostAt = Date.now();
});

function tellNet() {
  if (document.hidden) return;
  if (lostAt && Date.now() - lostAt >= GRACE_MS) setTrouble("lost");
  else if (!lostAt) setTrouble(state() === "late" ? "late" : "");
  if (net.hidden) return;
  if (trouble === "lost" && Date.now() - revivedAt > REVIVE_MS) revive();
  const text = netWords();
  if (netText.textContent !== text) netText.textContent = text;
}

function netWords() {
  if (trouble === "late") return fill(net.dataset.since, { time: timeOfDay(heardAt()) });
  const seconds = Math.ceil((nextTryAt - Date.now()) / 1000);
  return seconds > 0 ? fill(net.dataset.wait, { seconds, n: connection?.attempt || 1 }) : net.dataset.trying;
}

// --- what is said aloud ---------------------------------------------------------------------

const spoken = new Set();

function speakCountdowns(at) {
  for (const el of document.querySelectorAll("[data-say][data-countdown-to]")) {
    if (el.closest("[hidden]")) continue; // of a sale that is not shown
    const rest = Math.ceil((Date.parse(el.dataset.countdownTo) - at) / 1000);
    const mark = SPOKEN.find((second) => rest <= second && rest > second - 2);
    const name = `${el.dataset.say}:${el.dataset.countdownTo}:${mark}`;
    if (!mark || spoken.has(name)) continue;
    spoken.add(name);
    saySoon.textContent = fill(saySoon.dataset[el.dataset.say], { n: mark });
  }
}

let lastSaid = "";

/** The result of an order is an alert, once per order and state; that its time was extended, too. */
function speakOrder() {
  const card = document.getElementById("my-order");
  const what = `${card.dataset.order}:${card.dataset.state}:${card.dataset.extended}`;
  if (what === lastSaid) return;
  const first = lastSaid === "";
  lastSaid = what;
  const headline = card.querySelector("[data-headline]");
  if (first || !headline) return;
  const pay = card.querySelector(".pay-by .word");
  sayNow.textContent = [headline.textContent, pay?.textContent].filter(Boolean).join(" ");
}

speakOrder();
document.addEventListener("htmx:after:swap", speakOrder);

onTick((at) => {
  tellNet();
  speakCountdowns(at);
});
speakCountdowns(now());
