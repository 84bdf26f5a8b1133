// The host screen. Space says "got it" to a cue; without one it moves the talking points on, as the arrows and a
// tap do. Which line one is at, and how the prompter is set, stay on this device.
//   #ack[data-unseen]     the address that hears that the cue is up, once
//   [data-size="1"]       larger or smaller text: keys + and −     [data-mirror]  for a prompter's glass: key M

const STORED = "host.prompter";
const SIZES = [0.7, 0.85, 1, 1.2, 1.45, 1.75, 2.1]; // of the talking points' usual size
const FREE_PX = 12; // above a line
const SHOWN_MS = 4000; // the tools, after the last touch

const screen = document.querySelector(".host");
const tools = document.getElementById("host-tools");
const prompt = () => document.getElementById("prompt");
const lines = () => [...(prompt()?.querySelectorAll(".prompt-line") ?? [])];
const isSteady = matchMedia("(prefers-reduced-motion: reduce)");

// --- cues -----------------------------------------------------------------------------------

let told = ""; // the cue of which it was said that it is up

function tellSeen() {
  const { unseen, cue } = document.getElementById("ack")?.dataset ?? {};
  if (!unseen || cue === told || document.hidden) return;
  told = cue;
  const forget = () => told === cue && (told = ""); // said again with the next news
  window.htmx.ajax("POST", unseen, { swap: "none", source: "#host-cue" }).catch(forget);
}

document.addEventListener("click", (event) => {
  const button = document.getElementById("ack");
  if (button && event.target.closest("#host-cue") && !button.contains(event.target)) button.click();
});

// --- talking points -------------------------------------------------------------------------

const places = new Map(); // offer → the line one is at

function at() {
  return Math.min(places.get(prompt()?.dataset.offer) ?? 0, lines().length - 1);
}

/** Writes where one is onto what the server has drawn, which always begins at the first line. */
function mark() {
  lines().forEach((line, place) => {
    line.classList.toggle("is-said", place < at());
    line.classList.toggle("is-now", place === at());
    if (place === at()) line.setAttribute("aria-current", "step");
    else line.removeAttribute("aria-current");
  });
}

function go(place) {
  if (!lines()[place]) return;
  places.set(prompt().dataset.offer, place);
  mark();
  keepInView();
}

function keepInView() {
  const [line, box] = [lines()[at()], prompt()];
  if (!line) return;
  const before = (lines()[at() - 1] ?? line).offsetTop - box.offsetTop - FREE_PX; // what was just said stays in sight
  const whole = line.offsetTop + line.offsetHeight - box.offsetTop - box.clientHeight + 3 * FREE_PX;
  box.scrollTo({ top: Math.max(before, whole, 0), behavior: isSteady.matches ? "auto" : "smooth" });
  if (getComputedStyle(box).overflowY === "visible") line.scrollIntoView({ block: "nearest" }); // a phone scrolls whole
}

document.addEventListener("click", (event) => {
  const line = event.target.closest?.(".prompt-line");
  if (!line || getSelection()?.toString()) return;
  const place = lines().indexOf(line);
  go(place === at() ? place + 1 : place);
});

// --- the prompter ---------------------------------------------------------------------------

const kept = { size: SIZES.indexOf(1), isMirrored: false };
try {
  Object.assign(kept, JSON.parse(localStorage.getItem(STORED)));
} catch {
  // it is as usual
}

function set() {
  kept.size = Math.min(Math.max(Number(kept.size) || 0, 0), SIZES.length - 1);
  screen.style.setProperty("--size", SIZES[kept.size]);
  screen.classList.toggle("is-mirrored", kept.isMirrored);
  tools.querySelector("[data-mirror]").setAttribute("aria-pressed", String(kept.isMirrored));
  tools.querySelector("[data-size='-1']").toggleAttribute("disabled", kept.size === 0);
  tools.querySelector("[data-size='1']").toggleAttribute("disabled", kept.size === SIZES.length - 1);
  keepInView();
}

function keep(changed) {
  Object.assign(kept, changed);
  set();
  try {
    localStorage.setItem(STORED, JSON.stringify(kept));
  } catch {
    // it holds until the page is closed
  }
}

const resize = (step) => keep({ size: kept.size + step });
const mirror = () => keep({ isMirrored: !kept.isMirrored });

let calm = 0; // the timer after which the tools go
function show() {
  screen.classList.add("is-touched");
  clearTimeout(calm);
  calm = setTimeout(() => screen.classList.remove("is-touched"), SHOWN_MS);
}
for (const kind of ["pointerdown", "pointermove"]) document.addEventListener(kind, show, { passive: true });

document.getElementById("host-tools-open").addEventListener("click", () => {
  show();
  tools.querySelector("button:not([disabled])").focus();
});
tools.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.size) resize(Number(button.dataset.size));
  else if (button) mirror();
});

// --- keys -----------------------------------------------------------------------------------

const next = () => go(at() + 1);
const back = () => go(at() - 1);
const does = {
  " ": () => (document.getElementById("ack") ?? { click: next }).click(),
  ArrowDown: next, ArrowRight: next, PageDown: next,
  ArrowUp: back, ArrowLeft: back, PageUp: back,
  "+": () => resize(1), "=": () => resize(1), "-": () => resize(-1),
  m: mirror,
}; // prettier-ignore

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const act = does[event.key];
  const isOwn = event.key === " " && event.target.matches?.("button:not(#ack)"); // Space presses what has the focus
  if (!act || isOwn) return;
  event.preventDefault();
  if (!event.repeat) act();
});

function drawn() {
  mark();
  tellSeen();
}
document.addEventListener("htmx:ws:after:message:incoming", drawn);
document.addEventListener("visibilitychange", tellSeen);
mark();
set();
tellSeen();
