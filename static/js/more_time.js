// "Do you need longer?", in time to say so (WCAG 2.2.1): the page brings the question and its button, hidden; here
// it is shown at its moment, by the server's clock, and said aloud once.

import { now, onTick } from "./clock.js";

const asked = new Set(); // orders of which it was said

function look(at) {
  for (const box of document.querySelectorAll(".more-time[data-warn-at]")) {
    const isTime = at >= Date.parse(box.dataset.warnAt);
    if (box.hidden === isTime) box.hidden = !isTime;
    if (!isTime || asked.has(box.dataset.order)) continue;
    asked.add(box.dataset.order);
    document.getElementById("say-now").textContent = box.querySelector("p").firstChild.textContent;
  }
}

onTick(look);
document.addEventListener("htmx:after:swap", () => look(now()));
look(now());
