// What the page knows about its socket, said on <html data-conn>: wait, live, late, off.
// Panels print all four words (templates/shared/panel.html) and CSS shows the one that is true. "Live" is said
// after a frame only, never of an open socket: it may be open for hours with nobody at its other end.
// [data-conn-since] gets the time at which news stopped, [data-conn-age] its age in seconds.
// A socket that stays silent, or outlives a network that went, is replaced: a browser may take it for open for hours.
// Also: the CSRF header on every htmx request. Events on document: "room:conn" {state}, "room:frame" {frame}.
// Safe to load twice.

import { heard, now, onTick, timeOfDay } from "./clock.js";

const LATE_MS = 8000; // the server says something at least every 5 s, and has 3 for the way
const DEAD_MS = 25_000; // silent for so long: whatever the browser says of the socket, nobody is there

const conn = (globalThis.roomSocket ??= { state: "wait", last: 0, bound: false, triedAt: 0 });

/** "wait" before the first frame, then "live", "late" or "off". */
export function state() {
  return conn.state;
}

/** When the server was last heard, by its own clock. */
export function heardAt() {
  return conn.last;
}

/** True while the browser believes in the socket. */
export function isOpen() {
  return record()?.socket?.readyState === WebSocket.OPEN;
}

/** Drops the socket, whatever its state, and opens a new one at once. */
export function reconnect() {
  const element = document.querySelector("[hx-ws\\:connect]");
  const old = record();
  conn.triedAt = Date.now();
  if (old) {
    clearTimeout(old.timer);
    old.abortController?.abort(); // nothing that the old one still says is heard
    if (old.visibilityHandler) document.removeEventListener("visibilitychange", old.visibilityHandler);
    old.config.reconnect = false;
    delete element._htmx.ws.connection;
    old.socket?.close();
  }
  element?.dispatchEvent(new CustomEvent("revive")); // hx-trigger="load, revive"
}

/** htmx's own record of the socket, while there is one. */
function record() {
  return document.querySelector("[hx-ws\\:connect]")?._htmx?.ws?.connection;
}

function become(next) {
  if (conn.state !== next) {
    conn.state = next;
    document.documentElement.dataset.conn = next;
    document.dispatchEvent(new CustomEvent("room:conn", { detail: { state: next } }));
  }
  say();
}

function say() {
  if (conn.state === "live" || conn.state === "wait" || !conn.last) return;
  const since = timeOfDay(conn.last);
  const age = String(Math.max(0, Math.round((now() - conn.last) / 1000)));
  for (const el of document.querySelectorAll("[data-conn-since]")) el.textContent = since;
  for (const el of document.querySelectorAll("[data-conn-age]")) el.textContent = age;
}

function arrived(event) {
  const data = event.detail.message?.data;
  if (typeof data !== "string" || !data.startsWith("{")) return;
  let frame;
  try {
    frame = JSON.parse(data);
  } catch {
    return; // htmx reports what it cannot read
  }
  heard(frame.at);
  conn.last = now();
  become("live");
  document.dispatchEvent(new CustomEvent("room:frame", { detail: { frame } }));
}

/** Nothing heard for long, nor since the last try: news is late, then nobody is there. */
function listen(at) {
  const quiet = Math.min(at - conn.last, Date.now() - conn.triedAt);
  if (conn.state !== "late" && quiet > LATE_MS) become("late");
  if (quiet > DEAD_MS) reconnect();
}

function bind() {
  conn.bound = true;
  conn.last = now();
  document.addEventListener("htmx:ws:after:connection", () => {
    conn.triedAt = Date.now();
    if (conn.state === "off") become("wait");
  });
  document.addEventListener("htmx:ws:before:message:incoming", arrived);
  document.addEventListener("htmx:ws:after:message:incoming", say);
  document.addEventListener("htmx:ws:close", () => become("off"));
  document.addEventListener("htmx:config:request", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]')?.content;
    if (token) event.detail.ctx.request.headers["X-CSRF-Token"] = token;
  });
  onTick((at) => {
    if (conn.state !== "off") listen(at); // htmx looks after a socket that closed
    say();
  });
  window.addEventListener("online", () => {
    if (!isOpen() || now() - conn.last > LATE_MS) reconnect();
  });
}

if (!conn.bound) bind();
