// The orders of the control room: one is opened by a click, a tap or a key, and its dialog says what can be done.

import { does } from "./keys.js";

const list = () => document.getElementById("orders");
const dialog = document.getElementById("order");
const body = document.getElementById("order-body");
const bones = body.innerHTML;
const shown = () => [...list().querySelectorAll(".order-row")].filter((row) => row.offsetParent);

let opened = ""; // the row whose order it is

function open(row) {
  opened = row.id;
  body.innerHTML = bones; // not the order before
  body.setAttribute("hx-get", `${location.pathname.replace(/\/control$/, "")}/orders/${row.dataset.order}`);
  dialog.showModal();
  window.htmx.ajax("GET", body.getAttribute("hx-get"), { target: body, source: body, swap: "innerHTML" });
}

document.addEventListener("click", (event) => {
  const row = event.target.closest?.("#orders .order-row");
  if (row) open(row);
});

dialog.addEventListener("close", () => document.getElementById(opened)?.focus({ preventScroll: true }));

document.addEventListener("keydown", (event) => {
  const row = document.activeElement?.closest?.("#orders .order-row");
  if (!row || event.target !== row) return;
  const rows = shown();
  const at = rows.indexOf(row);
  const acts = {
    Enter: () => open(row),
    " ": () => open(row),
    ArrowDown: () => rows[at + 1]?.focus(),
    ArrowUp: () => rows[at - 1]?.focus(),
    Escape: () => row.blur(),
  };
  if (!acts[event.key]) return;
  acts[event.key]();
  event.preventDefault();
  event.stopPropagation(); // this Esc is no half of the panic key
}, true);

does.orders = () => shown()[0]?.focus();
