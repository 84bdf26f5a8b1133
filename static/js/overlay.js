// The overlay, alone for hours in a broadcast machine: it reconnects for ever and says so only in a
// corner, lets old sales go, and shows the piece just sold as an afterglow. It asks for nothing.

import { onTick } from "./clock.js";

const root = document.getElementById("overlay");
const badge = document.getElementById("overlay-net");

const BADGE_AFTER_MS = 5000;
const REVIVE_AFTER_MS = 10_000;
const LINE_LIFE_MS = 25_000; // a sale older than this says nothing about now

let lostAt = Date.now();
let revivedAt = Date.now();

document.addEventListener("room:conn", (event) => {
  if (event.detail.state === "off") lostAt ||= Date.now();
  if (event.detail.state === "late") lostAt ||= Date.now() - BADGE_AFTER_MS; // open, and silent for long enough
});
document.addEventListener("htmx:ws:before:message:incoming", () => (lostAt = 0)); // it may have opened before us
document.addEventListener("htmx:ws:close", (event) => {
  // its key was taken back or a rehearsal has begun or ended (4001), or the show is gone (4004): loaded again, it is
  // the empty page, or looks where it should
  if ([4001, 4004].includes(event.detail.code)) location.reload();
});

function watchConnection() {
  const lostFor = lostAt ? Date.now() - lostAt : 0;
  badge.hidden = lostFor < BADGE_AFTER_MS;
  // htmx stops for close codes that mean "do not come back"; an overlay always comes back
  if (lostFor > REVIVE_AFTER_MS && Date.now() - revivedAt > REVIVE_AFTER_MS) {
    revivedAt = Date.now();
    root.dispatchEvent(new CustomEvent("revive"));
  }
}

function age(at) {
  for (const line of document.querySelectorAll(":is(.ticker-line, .proof-line)[data-at]")) {
    line.classList.toggle("is-leaving", at - Date.parse(line.dataset.at) > LINE_LIFE_MS);
  }
}

onTick((at) => {
  watchConnection();
  age(at);
});

// --- the figures' size ----------------------------------------------------------------------

// How wide they are hangs on the fonts of the broadcast machine: what the server chose is where to begin.
const SIZES = ["is-middle", "is-small", "is-tiny", "is-wrapped"];

function fit() {
  const row = document.querySelector(".deal-row");
  if (!row) return;
  const from = SIZES.findIndex((size) => row.classList.contains(size));
  for (const size of SIZES.slice(from + 1)) {
    if (row.scrollWidth <= row.clientWidth) return;
    row.classList.remove(...SIZES);
    row.classList.add(size);
  }
}

fit();
document.addEventListener("htmx:ws:after:message:incoming", fit);
document.fonts?.ready.then(fit);

// --- afterglow ------------------------------------------------------------------------------

const NS = "http://www.w3.org/2000/svg";
let seen = { deal: "", width: 0 };

function measure() {
  const deal = document.querySelector(".deal");
  const width = Number(deal?.querySelector(".bar-left")?.getAttribute("width") ?? 0);
  return { deal: deal?.id ?? "", width };
}

/** After a swap: if the same offer has less left than before, the difference glows out. */
function glow() {
  const now = measure();
  if (now.deal && now.deal === seen.deal && now.width < seen.width) {
    const piece = document.createElementNS(NS, "rect");
    for (const [name, value] of Object.entries({ class: "afterglow", x: now.width, y: 0, width: seen.width - now.width, height: 8 })) {
      piece.setAttribute(name, String(value));
    }
    piece.addEventListener("animationend", () => piece.remove());
    document.querySelector(".deal .bar").append(piece);
  }
  seen = now;
}

seen = measure();
document.addEventListener("htmx:ws:after:message:incoming", glow);

// --- entrances ------------------------------------------------------------------------------

// Only what comes in later moves: a page that is loaded again (a scene was switched) stands there at once.
const ENTRANCES = { rise: "translateY(40px)", slide: "translateX(40px)" };
const ENTER_MS = 360;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

function enter(element) {
  if (calm.matches) return;
  element.animate({ transform: [ENTRANCES[element.dataset.enter], "none"], opacity: [0, 1] }, { duration: ENTER_MS, easing: "cubic-bezier(.2, .7, .2, 1)" });
}

new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node.dataset?.enter) enter(node);
  }
}).observe(root, { childList: true, subtree: true });
