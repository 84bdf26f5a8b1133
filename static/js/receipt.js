// The receipt of an order, asked for when its reader opens it: the ledger is written a moment after the order,
// and most buyers want to pay, not to read. While it is not written yet the server is asked again.
// Copied as "NUMBER HASH", which is what `live verify` takes.

const AGAIN_MS = 2000;
const NOT_YET = [429, 503];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

document.addEventListener("toggle", (event) => {
  const box = event.target;
  if (!box.dataset?.receipt || !box.open || box.dataset.asked) return;
  box.dataset.asked = "1";
  read(box).finally(() => delete box.dataset.asked);
}, true);

async function read(box) {
  while (box.isConnected && box.open && !box.dataset.number) {
    const answer = await fetch(box.dataset.receipt, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) return show(box, await answer.json());
    if (answer && !NOT_YET.includes(answer.status)) return;
    await pause(AGAIN_MS);
  }
}

function show(box, { n, hash }) {
  const [wait, entry, code] = [".wait", ".entry", ".hash"].map((name) => box.querySelector(name));
  box.dataset.number = n;
  entry.textContent = entry.dataset.said.replace("{n}", n.toLocaleString("en"));
  code.textContent = hash;
  [wait.hidden, entry.hidden, code.hidden] = [true, false, false];
  box.querySelector("[data-take]").disabled = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-receipt] [data-take]");
  if (!button) return;
  const box = button.closest("[data-receipt]");
  const code = box.querySelector(".hash");
  const label = button.querySelector("span");
  try {
    await navigator.clipboard.writeText(`${box.dataset.number} ${code.textContent}`);
    label.textContent = button.dataset.copied;
  } catch {
    getSelection().selectAllChildren(code); // no clipboard without https: the text is marked, Ctrl C copies it
    label.textContent = button.dataset.notCopied;
  }
});
