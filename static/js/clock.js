// The room's clock: the server's time in the browser, and every text that follows it.
//   [data-countdown-to="ISO"]  time left, mm:ss or hh:mm:ss; .is-soon in the last 30 s, .is-over at 0
//   [data-countup-from="ISO"]  time passed, hh:mm:ss
//   [data-clock] datetime="ISO"  time of day where the reader is, HH:MM:SS;  [data-clock="hm"] HH:MM, "ms" with milliseconds
//   text[data-at="ISO"][data-clock="hm"]  the same inside a drawing
//   [data-over] data-ends, data-until, data-rest-s   how far a show is over or under its plan
//   [data-when] datetime="ISO"   month, day and HH:MM where the reader is;  [data-when="s"] with seconds
//   [data-now]                   the time of day, ticking
// Safe to load twice: state lives on globalThis, one timer ticks.

const SOON_S = 30; // the last seconds, in which a countdown turns amber
const SAMPLES = 24; // frames that vote for the offset: a late frame cannot pull it back

const room = (globalThis.roomClock ??= { samples: [], offset: 0, shown: new WeakMap(), ticking: false, listeners: new Set() });

/** Milliseconds since 1970 by the server's clock. */
export function now() {
  return Date.now() + room.offset;
}

/** A server time as it just arrived (ISO text or unix milliseconds). The least delayed of the last samples wins. */
export function heard(at) {
  const server = typeof at === "number" ? at : Date.parse(at);
  if (!Number.isFinite(server)) return;
  room.samples.push(server - Date.now());
  if (room.samples.length > SAMPLES) room.samples.shift();
  room.offset = Math.max(...room.samples);
}

/** Calls `listener(now)` four times a second. Returns how to stop it. */
export function onTick(listener) {
  room.listeners.add(listener);
  return () => room.listeners.delete(listener);
}

const two = (n) => String(n).padStart(2, "0");

/** "02:12", or "1:02:12" from one hour on when `long` is not asked for. */
export function span(seconds, long = false) {
  const s = Math.max(0, seconds);
  const h = Math.floor(s / 3600);
  const rest = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return h || long ? `${two(h)}:${rest}` : rest;
}

/** HH:MM:SS, or HH:MM, where the reader is. */
export function timeOfDay(ms, short = false) {
  const d = new Date(ms);
  const hm = `${two(d.getHours())}:${two(d.getMinutes())}`;
  return short ? hm : `${hm}:${two(d.getSeconds())}`;
}

function write(el, text) {
  if (el.textContent !== text) el.textContent = text;
}

function countdowns(at) {
  for (const el of document.querySelectorAll("[data-countdown-to]")) {
    const rest = Math.ceil((Date.parse(el.dataset.countdownTo) - at) / 1000);
    if (Number.isNaN(rest)) continue;
    write(el, span(rest, "long" in el.dataset));
    el.classList.toggle("is-soon", rest > 0 && rest <= SOON_S);
    el.classList.toggle("is-over", rest <= 0);
  }
  for (const el of document.querySelectorAll("[data-countup-from]")) {
    const past = Math.floor((at - Date.parse(el.dataset.countupFrom)) / 1000);
    if (!Number.isNaN(past)) write(el, span(past, !("short" in el.dataset)));
  }
  for (const el of document.querySelectorAll("[data-over]")) overUnder(el, at);
  for (const el of document.querySelectorAll("[data-now]")) write(el, timeOfDay(at, el.dataset.now === "hm"));
}

const EVEN_S = 30; // nearer than that to its plan nobody can be

/** As live/domain/rundown.py counts it. */
function overUnder(el, at) {
  const { ends, until, restS, overWord, underWord, evenWord } = el.dataset;
  const over = Math.round((Math.max(at, Date.parse(until ?? "") || 0) - Date.parse(ends)) / 1000) + Number(restS);
  const word = Math.abs(over) < EVEN_S ? evenWord : over > 0 ? overWord : underWord;
  write(el, word.replace("|", span(Math.abs(over))));
  el.classList.toggle("is-over", over >= EVEN_S);
}

/** Times of day as the reader's own, once per element and value. */
export function localise(root = document) {
  for (const el of root.querySelectorAll("time[data-clock], time[data-when], text[data-at]")) {
    const ms = Date.parse(el.dataset.at ?? el.dateTime);
    if (Number.isNaN(ms)) continue;
    const text = "when" in el.dataset ? whenText(ms, el.dataset.when !== "s") : timeOf(ms, el.dataset.clock);
    if (room.shown.get(el) !== text || el.textContent !== text) write(el, text);
    room.shown.set(el, text);
  }
}

function timeOf(ms, form) {
  const text = timeOfDay(ms, form === "hm");
  return form === "ms" ? `${text}.${String(ms % 1000).padStart(3, "0")}` : text;
}

function whenText(ms, short) {
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { month: "short", day: "numeric", weekday: "short" });
  return `${day.format(ms)} ${timeOfDay(ms, short)}`;
}

/** Brings every time on the page up to date at once, for example after a swap. */
export function refresh() {
  countdowns(now());
  localise();
}

let localised = 0; // seconds: what a script has put in tells no event

function tick() {
  const at = now();
  countdowns(at);
  const second = Math.floor(at / 1000);
  if (second !== localised) localise();
  localised = second;
  for (const listener of room.listeners) listener(at);
}

if (!room.ticking) {
  room.ticking = true;
  heard(document.querySelector('meta[name="server-now"]')?.content ?? "");
  refresh();
  setInterval(tick, 250);
  document.addEventListener("htmx:after:swap", refresh);
  document.addEventListener("htmx:ws:after:message:incoming", refresh);
}
