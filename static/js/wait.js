// Being told when it is back. A call is the same for everyone: `data-called` of the buy bar is a moment, and whoever
// came until then is meant; one's own moment stands on one's own card. Who was called stays called until it is all
// gone again. One's place moves up by what all are told of the line, so that nobody is drawn anew for it: exactly at the
// front, further back at times by some places less than it has. A list that was lost (it lives in Redis alone) is missed here, and said.

const STORE = "wait";
const bar = () => document.getElementById("buy-bar").dataset;
const own = () => document.getElementById("my-wait");
const title = document.title;

let called = ""; // the offer of which this viewer is called now
let left = false; // the list was left on purpose

function remembered() {
  try {
    return sessionStorage.getItem(STORE) ?? "";
  } catch {
    return "";
  }
}

function remember(offer) {
  try {
    sessionStorage.setItem(STORE, offer);
  } catch {
    // a browser without storage does not miss a list after a reload
  }
}

function show(part, isShown) {
  const card = own().querySelector(part);
  if (card && card.hidden === isShown) card.hidden = !isShown;
}

function moveUp() {
  const headline = own().querySelector("[data-place]");
  const line = document.getElementById("wait-ladder").dataset;
  if (!headline || line.offer !== own().dataset.offer) return;
  const rungs = line.rungs.trim().split(" ").map((rung) => rung.split(":").map(Number));
  const place = rungs.find(([, since]) => since >= Number(own().dataset.since))?.[0];
  if (!(place < Number(headline.dataset.place))) return;
  const { first, further } = headline.dataset;
  headline.dataset.place = place;
  const values = { place: place.toLocaleString("en"), n: (place - 1).toLocaleString("en") };
  headline.textContent = place === 1 ? first : further.replace("{place}", values.place).replace("{n}", values.n);
}

function look() {
  moveUp();
  const { offer, since } = own().dataset;
  const { offer: onAir, ready, called: until, tells, ended } = bar();
  const waits = Boolean(offer) && offer === onAir && ended !== "1";
  const isReady = waits && ready === "1";
  const isCalled = isReady && (called === offer || Number(since) <= Number(until));
  show("[data-queued]", waits && !isCalled);
  show("[data-back]", isCalled);
  if (isCalled && called !== offer) {
    document.getElementById("say-now").textContent = own().querySelector("[data-back] h2").textContent;
    own().scrollIntoView({ block: "nearest" });
  }
  called = isCalled ? offer : "";
  document.title = isCalled && document.hidden ? `${own().querySelector("[data-back] h2").textContent} · ${title}` : title;
  const owed = document.getElementById("my-order").dataset.owed.split(" "); // who has got one waits no more
  const isLost = !waits && !left && tells === "1" && remembered() === onAir && !owed.includes(onAir);
  show("[data-lost]", isLost);
  const isMissed = !waits && !left && ended === "1" && remembered() === onAir && !owed.includes(onAir);
  show("[data-missed]", isMissed);
  if (waits) remember(offer);
  else if (!isLost && !isMissed) remember("");
}

const form = document.getElementById("wait-form");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (!button || button.disabled) return;
  const body = new URLSearchParams(new FormData(form, button)); // before it is disabled: then it would say nothing
  const hadFocus = document.activeElement === button;
  button.disabled = true;
  left = button.name === "leave";
  try {
    const answer = await fetch(form.action, { method: "POST", headers: { "HX-Request": "true", "X-CSRF-Token": form.elements.csrf_token.value }, body });
    const text = await answer.text();
    if (!text.includes('id="my-wait"')) throw new Error(answer.status);
    await globalThis.htmx.swap({ sourceElement: form, target: form, swap: "none", text });
    document.getElementById("say-soon").textContent = own().querySelector("[data-headline]")?.textContent ?? form.dataset.gone;
    own().scrollIntoView({ block: "nearest" });
    if (hadFocus) document.querySelector(own().dataset.offer ? "#my-wait [name=leave]" : "#buy-bar [form=wait-form]")?.focus({ preventScroll: true });
  } catch {
    document.getElementById("say-soon").textContent = form.dataset.failed;
    left = false;
  }
  button.disabled = false;
  look();
});

new MutationObserver(look).observe(document.getElementById("buy-form"), { subtree: true, childList: true, attributeFilter: ["data-ready", "data-offer", "data-called", "data-tells"] });
document.addEventListener("htmx:after:swap", look);
document.addEventListener("visibilitychange", look);
look();
