// The order of the line-up, in set-up and in the control room: a line is dragged by its grip, or moved by Alt+↑ and
// Alt+↓ while the grip has the focus. The new order is posted with the one that it was made of.
//   [data-moved="“{title}” is number {n}"]   around the lines: what is said then
//   [data-item][data-title] [data-grip]      a line, and where to take hold of it
//   #order-form                              posts it

/**
 * `settle(restore, isDone)` is called when the server has answered, whatever it said, and when a drag was broken off;
 * `begun` when a line is taken hold of, `still` when it was let go where it had been.
 */
export function reorder(selector, settle, { begun = () => {}, still = () => {} } = {}) {
  const lines = () => [...document.querySelectorAll(selector)];
  const order = () => lines().map((line) => line.dataset.item).join(" ");
  let restore = () => {};

  function move(line, before) {
    if (before === line || before === line.nextElementSibling) return;
    line.parentElement.insertBefore(line, before);
  }

  function begin() {
    const were = lines();
    restore = () => were.forEach((line) => line.isConnected && line.parentElement.append(line));
    return order();
  }

  function send(seen, line) {
    const form = document.getElementById("order-form");
    if (order() === seen) return still();
    form.elements.seen.value = seen;
    form.elements.items.value = order();
    const said = line.closest("[data-moved]").dataset.moved;
    form.dataset.done = said.replace("{title}", line.dataset.title).replace("{n}", lines().indexOf(line) + 1);
    form.requestSubmit();
  }

  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button) return;
    event.preventDefault();
    const line = grip.closest("[data-item]");
    const seen = begin();
    begun();
    line.classList.add("is-dragged");
    const over = new AbortController();
    const drag = ({ clientY }) => { // of the document: a grip that moves with its line loses the pointer
      const others = lines().filter((other) => other !== line);
      move(line, others.find((other) => clientY < other.getBoundingClientRect().top + other.offsetHeight / 2) ?? null);
    };
    const drop = ({ type }) => {
      over.abort();
      line.classList.remove("is-dragged");
      if (type === "pointerup") send(seen, line);
      else settle(restore, false); // it was taken away from us
    };
    document.addEventListener("pointermove", drag, { signal: over.signal });
    document.addEventListener("pointerup", drop, { signal: over.signal });
    document.addEventListener("pointercancel", drop, { signal: over.signal });
    grip.focus();
  });

  document.addEventListener("keydown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    const line = grip.closest("[data-item]");
    const seen = begin();
    if (event.key === "ArrowUp") move(line, line.previousElementSibling ?? line);
    else move(line, line.nextElementSibling?.nextElementSibling ?? null);
    grip.focus();
    send(seen, line);
  });

  document.addEventListener("htmx:finally:request", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    const isDone = response?.status < 400;
    if (sourceElement.id === "order-form") settle(isDone ? () => {} : restore, isDone);
  });
}
