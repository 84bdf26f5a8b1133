// The report prints itself, hands out its files by the reader's clock, and follows the books until nothing in them can change any more.

const AGAIN_MS = 5000;
const page = document.getElementById("report");

document.addEventListener("click", (event) => {
  if (event.target.closest?.("#print")) window.print();
  const sheet = event.target.closest?.("a[data-sheet]");
  if (sheet) sheet.search = `?utc_offset_min=${-new Date(page.dataset.began || Date.now()).getTimezoneOffset()}`;
});

/** A chart wider than its window begins at its busiest minute, not at an empty edge. */
function toBusiest() {
  for (const sheet of document.querySelectorAll(".sheet:has(> .chart)")) {
    const bars = [...sheet.querySelectorAll(".is-wide rect")].map((bar) => bar.getBoundingClientRect());
    const tallest = bars.reduce((best, bar) => (bar.height > best.height ? bar : best), bars[0]);
    const middle = tallest.left + tallest.width / 2 - sheet.getBoundingClientRect().left;
    sheet.scrollLeft += middle - sheet.clientWidth / 2;
  }
}

async function redraw() {
  if (!("unsettled" in page.dataset)) return;
  try {
    if (!document.hidden) await take(await fetch(location.href, { headers: { Accept: "text/html" } }));
  } catch {
    // the next round asks again
  }
  setTimeout(redraw, AGAIN_MS);
}

async function take(answer) {
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("report");
  if (!answer.ok || !fresh) return;
  const focused = document.activeElement?.id;
  page.replaceChildren(...fresh.childNodes);
  if (!("unsettled" in fresh.dataset)) delete page.dataset.unsettled;
  if (focused) document.getElementById(focused)?.focus();
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
  toBusiest();
}

toBusiest();
setTimeout(redraw, AGAIN_MS);
