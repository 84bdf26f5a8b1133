// What the page knows about its socket, said on <html data-conn>: wait, live, late, off.
// Panels print all four words (templates/shared/panel.html) and CSS shows the one that is true. "Live" is said
// after a frame only, never of an open socket: it may be open for hours with nobody at its other end.
// [data-conn-since] gets the time at which news stopped, [data-conn-age] its age in seconds.
// A socket that stays silent, or outlives a network that went, is replaced: a browser may take it for open for hours.
// When no socket brings a word for a while the page polls (poll.js), which is "live" too; [data-conn-way] says so.
// Reconnects are spread by chance: ten thousand pages come back over seconds, not at once.
// Also: the CSRF header on every htmx request. Events on document: "room:conn" {state}, "room:frame" {frame}.
// Safe to load twice.

import { heard, now, onTick, timeOfDay } from "./clock.js";
import { isAway, isPolling, pollNow, startPolling, stopPolling } from "./poll.js";

const LATE_MS = 8000; // the server says something at least every 5 s, and has 3 for the way
const DEAD_MS = 25_000; // silent for so long: whatever the browser says of the socket, nobody is there

// Without a word for so long (and up to half as much, by chance) the page polls: soon if no socket has ever
// brought one, later if they do work here, for then it is the server that is away or being restarted.
const BLOCKED_MS = 4000;
const AWAY_MS = 15_000;
const RETRY_MS = 30_000; // the most between two tries of a socket while polls bring the news
const RESTART_MS = 5000; // over at least so long the return after a restart is spread
const COMES_BACK = [1012, 1013]; // closed by a server that restarts, or cannot serve now

const conn = (globalThis.roomSocket ??= { state: "wait", last: 0, bound: false, triedAt: 0, spoke: 0, chance: 1 + Math.random() / 2 });

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
  pollNow();
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

/** Says something to the server; false if there is no way to it now. */
export function tell(message) {
  if (!isOpen()) return false;
  record().socket.send(JSON.stringify(message));
  return true;
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
  if (!event.detail.polled) {
    conn.spoke = Date.now();
    stopPolling();
  }
  document.documentElement.dataset.connWay = isPolling() ? "poll" : "socket";
  become("live");
  document.dispatchEvent(new CustomEvent("room:frame", { detail: { frame } }));
}

/** Nothing heard for long, nor since the last try: news is late, then nobody is there. */
function listen(at) {
  const quiet = Math.min(at - conn.last, Date.now() - conn.triedAt);
  if (conn.state !== "late" && quiet > LATE_MS) become("late");
  const silent = Date.now() - Math.max(conn.spoke, conn.triedAt);
  if (silent > (isPolling() ? RETRY_MS : DEAD_MS) && (isOpen() || !record())) reconnect();
}

/** Polls once the way over the socket has been silent for too long. */
function fallBack() {
  if (isPolling() || isAway() || !document.querySelector("[hx-ws\\:connect]")) return;
  const silent = Date.now() - (conn.spoke || conn.began);
  if (silent > (conn.spoke ? AWAY_MS : BLOCKED_MS) * conn.chance) startPolling(unanswered);
}

function unanswered() {
  if (now() - conn.last > LATE_MS) become(isOpen() ? "late" : "off");
}

/** A socket has closed: `htmx` tries again, after a time that is ours to choose. */
function spread({ connection, code }) {
  if (!connection) return;
  const { config, attempt } = connection;
  config.firstDelay ??= config.reconnectDelay;
  config.lastDelay ??= config.reconnectMaxDelay;
  config.reconnectMaxDelay = isPolling() ? RETRY_MS : config.lastDelay;
  const least = COMES_BACK.includes(code) ? RESTART_MS : 0;
  const most = Math.min(config.reconnectMaxDelay, Math.max(least, config.firstDelay * 2 ** (attempt + 1)));
  config.reconnectJitter = 0;
  config.reconnectDelay = (Math.random() * most) / 2 ** attempt; // htmx doubles it with each attempt
}

function closed(event) {
  spread(event.detail);
  if (!isPolling() || now() - conn.last > LATE_MS) become("off");
}

function bind() {
  conn.bound = true;
  conn.last = now();
  conn.began = Date.now();
  document.addEventListener("htmx:ws:after:connection", () => {
    conn.triedAt = Date.now();
    if (conn.state === "off") become("wait");
  });
  document.addEventListener("htmx:ws:before:message:incoming", arrived);
  document.addEventListener("htmx:ws:after:message:incoming", say);
  document.addEventListener("htmx:ws:close", closed);
  document.addEventListener("htmx:config:request", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]')?.content;
    if (token) event.detail.ctx.request.headers["X-CSRF-Token"] = token;
  });
  document.addEventListener("visibilitychange", () => {
    conn.began = Date.now(); // a page that was away gives its socket time again
    conn.spoke &&= conn.began;
  });
  onTick((at) => {
    if (conn.state !== "off") listen(at); // htmx looks after a socket that closed
    fallBack();
    say();
  });
  window.addEventListener("online", () => {
    if (!isOpen() || now() - conn.last > LATE_MS) reconnect();
  });
}

if (!conn.bound) bind();
