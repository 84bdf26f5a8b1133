// Where sockets are blocked (or open and never heard on), the page asks its stream's address over plain HTTP
// every other second and shows the answers as if the socket had brought them: the same htmx:ws events, the same
// swap. The socket is tried on beside it, and polling ends with its first frame. An ETag makes most answers empty.

const EVERY_MS = 2000;
const PATIENCE_MS = 8000; // for one answer

const poll = (globalThis.roomPoll ??= { on: false, timer: 0, address: "", mark: "", failed: () => {}, picture: "", stream: "", show: swap });

const element = () => document.querySelector("[hx-ws\\:connect]");

/** Begins, now; `failed` is called after each question without an answer. A page that htmx does not connect names
    its `stream` and what is to be done with a frame's text. */
export function startPolling(failed, { stream = "", show = swap } = {}) {
  if (poll.on) return;
  poll.on = true;
  poll.mark = "";
  Object.assign(poll, { failed, stream, show });
  ask();
}

export function stopPolling() {
  poll.on = false;
  clearTimeout(poll.timer);
}

export function isPolling() {
  return poll.on;
}

/** Does not wait for the next turn. */
export function pollNow() {
  if (!poll.on) return;
  clearTimeout(poll.timer);
  ask();
}

async function ask() {
  let rest = EVERY_MS;
  if (!isAway()) {
    try {
      rest = await hear(await question());
    } catch {
      poll.failed(); // no network, or nobody there: the browser's console has it
    }
  }
  clearTimeout(poll.timer);
  if (poll.on) poll.timer = setTimeout(ask, rest * (0.75 + Math.random() / 2)); // never all at once
}

/** A page in the background that let go of its socket asks for nothing either. */
export function isAway() {
  return document.hidden && element()?._htmx?.ws?.connection?.config.pauseOnBackground !== false;
}

/** What each question says from now on of the page's broadcast picture: "on" or "failed". */
export function tellPicture(state) {
  poll.picture = state;
}

function question() {
  const stream = poll.stream || element().getAttribute("hx-ws:connect");
  if (stream !== poll.address) poll.mark = "";
  poll.address = stream;
  const address = poll.picture ? `${stream}&picture=${poll.picture}` : stream;
  const headers = poll.mark ? { "If-None-Match": poll.mark } : {};
  return fetch(address, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
}

/** Shows what was answered; milliseconds until the next question. */
async function hear(answer) {
  if (answer.status === 200) {
    const said = await answer.text();
    if (poll.on) await poll.show(said);
    poll.mark = answer.headers.get("ETag") ?? "";
  } else if (answer.status === 304) {
    if (poll.on) await poll.show("{}"); // nothing new, and somebody is there
  } else if ([401, 404].includes(answer.status)) {
    stopPolling(); // as the socket would close: signed out, or no such show
    tell("htmx:ws:close", { reason: "closed", code: answer.status === 401 ? 4001 : 4004 });
  } else {
    poll.failed();
    return Math.max(EVERY_MS, Number(answer.headers.get("Retry-After")) * 1000);
  }
  return EVERY_MS;
}

async function swap(data) {
  const detail = { message: { data }, polled: true };
  tell("htmx:ws:before:message:incoming", detail);
  const { content } = JSON.parse(data);
  if (content !== undefined) {
    const on = element();
    await window.htmx.swap({ sourceElement: on, target: on, swap: "none swapEmpty:false", text: content, transition: false });
  }
  tell("htmx:ws:after:message:incoming", detail);
}

function tell(name, detail) {
  element()?.dispatchEvent(new CustomEvent(name, { bubbles: true, cancelable: true, detail }));
}
