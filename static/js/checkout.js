// The sandbox checkout: nothing is sent twice, and when the hold runs out the page says so by itself.
// Whoever pays is still watching: the page keeps the show's socket open, and hears of its own order there; where
// sockets are blocked it polls.

import { heard, onTick } from "./clock.js";
import { isPolling, startPolling, stopPolling } from "./poll.js";

const page = document.getElementById("checkout");
const AFTER_MS = 1300; // the server puts a hold back within a second of its end
const BACK_MS = [1000, 2000, 5000, 10_000]; // between attempts to reach the show again
let asking = false;
let askedAt = 0;

page.addEventListener("submit", (event) => {
  if (page.dataset.sent) event.preventDefault();
  page.dataset.sent = "1";
});
window.addEventListener("pageshow", () => delete page.dataset.sent);

async function redraw() {
  asking = true;
  askedAt = Date.now();
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("checkout");
    if (answer.ok && fresh) {
      page.replaceChildren(...fresh.childNodes);
      document.dispatchEvent(new CustomEvent("htmx:after:swap"));
    }
  } catch {
    // the next tick asks again
  }
  asking = false;
}

onTick((at) => {
  const body = page.querySelector(".checkout-body");
  if (body?.dataset.state !== "held" || asking || page.dataset.sent) return;
  if (at - Date.parse(body.dataset.expires) < AFTER_MS || Date.now() - askedAt < 2000) return;
  redraw();
});

// --- being there ----------------------------------------------------------------------------

const BLOCKED_MS = 8000; // a socket that works says something every five seconds

let attempts = 0;
let known = ""; // one's own orders as they were last told
let spoke = Date.now(); // when a socket did

/** `polled`: the first word may be later than the page; a socket's first word is how things already are. */
function hear(frame, polled = false) {
  if (frame.at) heard(frame.at);
  if (!frame.content?.includes('id="my-order"')) return;
  const own = new DOMParser().parseFromString(frame.content, "text/html").getElementById("my-order").outerHTML;
  const isNews = known ? own !== known : polled;
  if (isNews && (asking || page.dataset.sent)) return;
  known = own;
  if (isNews) redraw();
}

onTick(() => {
  if (isPolling() || document.hidden || Date.now() - spoke < BLOCKED_MS) return;
  startPolling(() => {}, { stream: page.dataset.stream, show: (said) => hear(JSON.parse(said), true) });
});
document.addEventListener("visibilitychange", () => (spoke = Date.now())); // a page that was away gives its socket time again

function attend() {
  const address = new URL(page.dataset.stream, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const socket = new WebSocket(address);
  socket.addEventListener("message", (event) => {
    attempts = 0;
    spoke = Date.now();
    stopPolling();
    hear(JSON.parse(event.data));
  });
  socket.addEventListener("close", (event) => {
    if ([4001, 4004].includes(event.code)) return; // not let in, or no such show: asking again changes nothing
    const wait = BACK_MS[Math.min(attempts, BACK_MS.length - 1)];
    attempts += 1;
    setTimeout(attend, wait * (0.8 + Math.random() * 0.4)); // a crowd comes back apart
  });
}

attend();
