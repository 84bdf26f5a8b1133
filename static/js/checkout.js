// The sandbox checkout: nothing is sent twice, and when the hold runs out the page says so by itself.

import { onTick } from "./clock.js";

const page = document.getElementById("checkout");
const AFTER_MS = 1300; // the server puts a hold back within a second of its end
let asking = false;
let askedAt = 0;

page.addEventListener("submit", (event) => {
  if (page.dataset.sent) event.preventDefault();
  page.dataset.sent = "1";
});
window.addEventListener("pageshow", () => delete page.dataset.sent);

async function redraw() {
  asking = true;
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
  askedAt = Date.now();
  redraw();
});
