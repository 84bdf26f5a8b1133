// A long comment shows three lines until it is pressed. Which are open is kept here: every swap folds them again.

const opened = new Set();

/** After a swap: those that were open are open again, those that are gone are forgotten. */
export function unfold() {
  for (const id of opened) {
    const said = document.getElementById(id)?.querySelector(".said.is-long");
    if (said) said.setAttribute("aria-expanded", "true");
    else opened.delete(id);
  }
}

/** Listens for the presses that open and fold; `unless(event)` says which press means something else. */
export function foldLong({ unless }) {
  const toggle = (event) => {
    const said = event.target.closest?.(".chat-line .said.is-long");
    if (!said || unless(event) || (event.type === "keydown" && !["Enter", " "].includes(event.key))) return;
    event.preventDefault();
    const id = said.closest(".chat-line").id;
    if (!opened.delete(id)) opened.add(id);
    said.setAttribute("aria-expanded", String(opened.has(id)));
  };
  document.addEventListener("click", toggle);
  document.addEventListener("keydown", toggle);
}
