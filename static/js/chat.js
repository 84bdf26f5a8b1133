// The chat of the control room. It follows the newest line and stands still while somebody reads: scrolled up, with
// the pointer over it, or on a line with the keyboard. Then the newer lines wait, and are counted.
// Which comments are listed is the server's business: the tabs tell it by the socket's address.
//   [data-act="hide"] on a button     does it to the line under the pointer, the focused one, or the menu's
// It brings keys.js along: a script of the page and an import of it would be two of it.
//   .chat-panel[data-done-hide]       what is said when it is done; [data-name] is put for {name}

import { foldLong, unfold } from "./chat_long.js";
import { markLines } from "./chat_marks.js";
import { does } from "./keys.js";
import { reconnect } from "./socket.js";
import { toast } from "./toasts.js";

const NEAR_PX = 40; // this close to the end counts as reading the newest line
const MUTE_S = 600; // what the key M does; the menu has other times

const panel = document.querySelector(".chat-panel");
const unread = document.getElementById("unread");
const bar = document.getElementById("chat-acts");
const menu = document.getElementById("chat-menu");
const box = () => document.getElementById("comments");
const list = () => document.getElementById("chat-list");
const lines = () => [...list().querySelectorAll(".chat-line[data-id]")];
const address = `/shows/${panel.dataset.show}`;

// --- standing still -------------------------------------------------------------------------

const reasons = new Set(); // why it stands still: scroll, pointer, focus, menu
let waiting = null; // the newest list, while it is not shown
let seen = 0; // how many comments of this kind there were when it stopped

function hold(reason) {
  if (!reasons.size) {
    seen = Number(box().dataset.said);
    list().setAttribute("hx-morph-skip", "");
  }
  reasons.add(reason);
}

function release(reason) {
  if (!reasons.delete(reason) || reasons.size) return;
  list().removeAttribute("hx-morph-skip");
  if (waiting) list().replaceChildren(...waiting.childNodes);
  waiting = null;
  point(null);
  settle();
}

function toEnd() {
  list().scrollTop = list().scrollHeight;
}

/** What has just been pinned takes a line's height from the list: the line one is on stays where one sees it. */
function keepInView(line) {
  line.scrollIntoView({ block: "nearest" });
  if (!pointed || pointed === line) point(line);
}

function settle() {
  unfold();
  if (!reasons.size) toEnd();
  else if (focused()) keepInView(focused());
  const newer = reasons.size ? Number(box().dataset.said) - seen : 0;
  unread.hidden = newer <= 0;
  if (newer > 0) unread.querySelector("b").textContent = newer;
  for (const place of panel.querySelectorAll("[data-held-count]")) place.textContent = box().dataset.held === "0" ? "" : box().dataset.held;
}

document.addEventListener("room:frame", (event) => {
  if (!reasons.size || !event.detail.frame.content?.includes('id="chat-list"')) return;
  waiting = new DOMParser().parseFromString(event.detail.frame.content, "text/html").getElementById("chat-list");
});
document.addEventListener("htmx:ws:after:message:incoming", settle);
new ResizeObserver(settle).observe(panel);

function newest() {
  reasons.clear();
  reasons.add("end");
  release("end");
}
unread.addEventListener("click", () => {
  newest();
  list().focus({ preventScroll: true });
});

document.addEventListener("scroll", (event) => {
  if (event.target !== list()) return;
  const { scrollHeight, scrollTop, clientHeight } = event.target;
  if (scrollHeight - scrollTop - clientHeight > NEAR_PX) hold("scroll");
  else release("scroll");
}, true);

// --- which line -----------------------------------------------------------------------------

let pointed = null; // the line under the pointer
let chosen = null; // the line of the menu
let byKey = false; // it was opened by a key, and the focus goes back

const narrow = matchMedia("(max-width: 720px)"); // there the bar is not: a click opens the menu, as a tap does

/** `data-acts`: all; said, once the show is over: to comments only; nothing once it is archived. */
function may(verb) {
  const { acts } = box().dataset;
  return acts === "all" || (acts === "said" && !["host", "free", ...AUTHORS].includes(verb));
}

const opensMenu = (event) => event.type === "click" && may("menu") && (event.pointerType === "touch" || narrow.matches);

const focused = () => document.activeElement?.closest?.(".chat-line[data-id]");
const current = () => (menu.open ? chosen : focused() ?? pointed);

function point(line) {
  pointed = line;
  bar.hidden = !line || !may("menu");
  if (!line) return;
  bar.dataset.acts = box().dataset.acts;
  bar.dataset.state = line.dataset.state;
  bar.toggleAttribute("data-shop", "shop" in line.dataset);
  bar.style.top = `${line.getBoundingClientRect().top - panel.getBoundingClientRect().top}px`;
}

panel.addEventListener("pointerover", (event) => {
  if (event.pointerType !== "mouse" || bar.contains(event.target) || unread.contains(event.target)) return;
  const line = event.target.closest(".chat-line[data-id]");
  if (line || list().contains(event.target)) hold("pointer");
  else release("pointer");
  point(line);
});
panel.addEventListener("pointerleave", () => {
  point(null);
  release("pointer");
});
panel.addEventListener("focusin", (event) => {
  const line = event.target.closest(".chat-line[data-id]");
  if (!line) return;
  hold("focus");
  point(line);
});
panel.addEventListener("focusout", (event) => {
  if (!list().contains(event.relatedTarget) && !bar.contains(event.relatedTarget)) release("focus");
});

function step(by) {
  const all = lines();
  const at = all.indexOf(focused());
  const next = at < 0 ? all.at(-1) : all[Math.min(Math.max(at + by, 0), all.length - 1)];
  next?.focus();
}

// --- what is done to it ---------------------------------------------------------------------

const AUTHORS = ["mute", "ban", "shadow-ban", "hide-all", "ban-all"]; // what is done to whoever says it
const BACK = { hide: "show", show: "hide", pin: "unpin", mute: "free", ban: "free", "shadow-ban": "free" };

function path(verb, line) {
  if (verb === "unpin") return `${address}/comments/unpin`;
  if (["hide", "show", "pin"].includes(verb)) return `${address}/comments/${line.dataset.id}/${verb}`;
  return `${address}/viewers/${line.dataset.viewer}/${verb}`;
}

function send(url, values = {}) {
  return window.htmx.ajax("POST", url, { values, swap: "none", source: panel });
}

let answered = 0; // status of the last request
panel.addEventListener("htmx:after:request", (event) => (answered = event.detail.ctx.response?.status ?? 0));

async function act(verb, line = current(), seconds = MUTE_S) {
  if (!may(verb)) return;
  if (verb === "approve") return approve();
  if (!line && verb !== "unpin") return;
  if ("shop" in (line?.dataset ?? {}) && ["free", ...AUTHORS].includes(verb)) return; // its author is one of us
  if (verb === "menu") return open(line);
  const { id, viewer, name = "", state } = line?.dataset ?? {};
  const said = { dataset: { id, viewer } }; // the socket may change the line meanwhile
  if (menu.open) menu.close();
  if (verb === "host") return send(`${address}/asks`, { comment_id: id }); // the server says what was done
  if (verb === "hide-all" || verb === "ban-all") return hideAll(viewer, verb === "ban-all");
  await send(path(verb, said), verb === "mute" ? { seconds } : {});
  if (!answered || answered >= 400) return; // desk.js has said why
  mark(verb, id, viewer);
  const words = panel.dataset[`done${verb[0].toUpperCase()}${verb.slice(1).replace(/-(\w)/, (_, c) => c.toUpperCase())}`];
  const back = state === "held" && verb === "hide" ? "" : BACK[verb]; // to take that back would be to approve it
  toast(words.replace("{name}", name).replace("{minutes}", String(seconds / 60)), { undo: back ? () => send(path(back, said)) : null });
}

/** All that a viewer has said; the server counts them, and says how it is taken back. */
async function hideAll(viewer, isBan) {
  const theirs = lines().filter((line) => line.dataset.viewer === viewer && ["shown", "held"].includes(line.dataset.state));
  await send(`${address}/viewers/${viewer}/hide-comments`, isBan ? { ban: 1 } : {});
  if (!answered || answered >= 400) return; // desk.js has said why
  for (const line of theirs) mark("hide", line.dataset.id);
  if (isBan) mark("ban", "", viewer);
}

/** All that wait, up to the newest one in the list as it stands: what comes meanwhile nobody has read. */
async function approve() {
  const button = list().querySelector("[data-act=approve]");
  if (!button) return;
  const { upTo } = button.dataset;
  const waiting = lines().filter((line) => line.dataset.state === "held").map((line) => line.dataset.id);
  const hadFocus = document.activeElement === button;
  await send(`${address}/comments/approve`, { up_to: upTo });
  if (!answered || answered >= 400) return; // desk.js has said why
  for (const id of waiting) mark("show", id);
  if (button.dataset.upTo === upTo) button.parentElement.remove();
  if (hadFocus && !button.isConnected) list().focus({ preventScroll: true });
}

/** What was just done shows at once, also in a list that stands still. */
function mark(verb, id, viewer) {
  markLines(lines(), verb, id, viewer);
  if (pointed) point(pointed);
}

function open(line, keyed = false) {
  chosen = line;
  byKey = keyed;
  hold("menu");
  menu.dataset.acts = box().dataset.acts;
  menu.dataset.state = line.dataset.state;
  menu.toggleAttribute("data-shop", "shop" in line.dataset);
  menu.dataset.standing = line.dataset.standing;
  menu.querySelector("h2").textContent = line.dataset.name;
  menu.querySelector("[data-text]").textContent = line.querySelector(".said").textContent || line.querySelector(".tip")?.textContent;
  menu.showModal();
}
menu.addEventListener("close", () => {
  release("menu");
  if (byKey && chosen.isConnected) chosen.focus();
  else document.activeElement.blur();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-act]");
  if (button && (panel.contains(button) || menu.contains(button))) act(button.dataset.act, current(), Number(button.dataset.seconds) || MUTE_S);
});
panel.addEventListener("click", (event) => {
  const line = event.target.closest(".chat-line[data-id]");
  if (line && opensMenu(event)) open(line);
});

Object.assign(does, {
  chat: () => step(0),
  reply: () => document.getElementById("reply-text")?.focus(),
  pin: () => act("pin"),
  unpin: () => act("unpin"),
  mute: () => act("mute"),
  hide: () => act("hide"),
  show: () => act("show"),
  approve: () => act("approve"),
  host: () => act("host"),
});

panel.addEventListener("keydown", (event) => {
  if (!list().contains(event.target)) return;
  const moves = { ArrowUp: () => step(-1), ArrowDown: () => step(1), End: () => lines().at(-1)?.focus(), Home: () => lines()[0]?.focus() };
  const onLine = { Enter: () => may("menu") && open(focused(), true), Delete: () => act("hide") };
  const does = moves[event.key] ?? (event.target === focused() ? onLine[event.key] : undefined);
  if (does) does();
  else if (event.key === "Escape") newest(), document.activeElement.blur();
  else return;
  event.preventDefault();
  event.stopPropagation(); // this Esc is no half of the panic key
});

// --- which comments -------------------------------------------------------------------------

let view = panel.querySelector("[name=comments-shown]:checked")?.value ?? "";

const withView = (url) => {
  const asked = new URL(url, location.href);
  asked.searchParams.set("view", view);
  return asked.protocol.startsWith("ws") ? asked.href : asked.pathname + asked.search;
};
document.addEventListener("htmx:ws:before:connection", (event) => {
  event.detail.connection.url = withView(event.detail.connection.url);
});
panel.addEventListener("change", (event) => {
  if (event.target.name !== "comments-shown") return;
  view = event.target.value;
  newest();
  const stream = document.body.getAttribute("hx-ws:connect");
  document.body.setAttribute("hx-ws:connect", withView(stream)); // where polling asks, and a new socket
  const here = new URL(location.href);
  here.searchParams.set("chat", view); // a reload shows the same
  history.replaceState(null, "", here);
  reconnect();
});

foldLong({ unless: opensMenu });
settle();
