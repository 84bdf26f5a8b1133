// The report prints itself, and follows the books until nothing in them can change any more.

const AGAIN_MS = 5000;
const page = document.getElementById("report");

document.addEventListener("click", (event) => {
  if (event.target.closest?.("#print")) window.print();
});

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
}

setTimeout(redraw, AGAIN_MS);
