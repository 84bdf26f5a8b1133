// What came of an order that is over (given up, expired, refused, refunded) is told, and then gives way: after a
// while, when another offer goes on air, or by its button. What is held or paid always stays.
// Who was told "sold out" is told when there are some again.

import { now, onTick } from "./clock.js";
import { heardAt } from "./socket.js";

const LIFE_MS = 60_000; // long enough to read two lines twice
const OVER = "#my-order .my-order:is(.is-over, .is-refused, .is-back)";
const STORE = "outcomes";
const NEWER_MS = 2000; // the buy bar of a page that heard of the room so long after the refusal knows of it

const button = document.getElementById("outcome-close").content.firstElementChild;
const known = new Map(recall()); // card → {at, offer on air, of which sale it is, gone}

function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) ?? [];
  } catch {
    return [];
  }
}

function remember() {
  try {
    sessionStorage.setItem(STORE, JSON.stringify([...known].slice(-20)));
  } catch {
    // a browser without storage tells it again after a reload
  }
}

const bar = () => document.getElementById("buy-bar"); // of the sale that the buyer has before them
const onAir = () => document.getElementById("watch-offer")?.dataset.offer ?? "";

/** A card's name: the same words of the same order are the same news. */
function nameOf(card) {
  const order = card.closest("#my-order").dataset.order;
  return `${order}:${card.className}:${card.querySelector("[data-headline]")?.textContent ?? ""}`;
}

function newsOf(card) {
  const name = nameOf(card);
  if (!known.has(name)) {
    known.set(name, { at: now(), offer: onAir(), of: bar().dataset.offer, gone: false, wasOut: false });
    remember();
  }
  return known.get(name);
}

function look() {
  for (const card of document.querySelectorAll(OVER)) {
    const news = newsOf(card);
    if (!news.gone && (now() - news.at > LIFE_MS || (onAir() && onAir() !== news.offer))) {
      news.gone = true;
      remember();
    }
    if (card.hidden !== news.gone) card.hidden = news.gone;
    if (!card.querySelector(".icon-close")) card.append(button.cloneNode(true));
    const isHere = (card.dataset.of ?? news.of) === bar().dataset.offer;
    if (card.dataset.here !== String(Number(isHere))) card.dataset.here = Number(isHere);
    if (isHere && card.querySelector("[data-again] h2")) turn(card, news);
  }
}

/** "Sold out" becomes "some again" once the buy bar is known to be newer than the refusal, and back. */
function turn(card, news) {
  const ready = bar().dataset.ready === "1";
  news.wasOut ||= !ready;
  const isBack = ready && (news.wasOut || heardAt() - news.at > NEWER_MS);
  if (card.querySelector("[data-again]").hidden !== isBack) return;
  for (const part of card.querySelectorAll("[data-gone]")) part.hidden = isBack;
  for (const part of card.querySelectorAll("[data-again]")) part.hidden = !isBack;
  if (isBack) document.getElementById("say-soon").textContent = card.querySelector("[data-again] h2").textContent;
}

document.addEventListener("click", (event) => {
  const card = event.target.closest?.(".icon-close")?.closest(OVER);
  if (!card) return;
  newsOf(card).gone = true;
  remember();
  look();
});

// A second refusal in the same words is news again: its card is told anew.
document.getElementById("buy-form").addEventListener("submit", () => {
  for (const name of known.keys()) if (name.includes("is-refused")) known.delete(name);
});

document.addEventListener("htmx:after:swap", look);
onTick(look);
look();
