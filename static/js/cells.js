// Cells of the line-up are edited in their place: a click or Enter opens one, Enter saves, Esc leaves, Tab saves and
// goes on. What is open is never taken away: not by news, nor by the answer to the cell before.
//   button.cell[data-cell="price"][data-value="99.00"] in tr[data-item][data-mark][data-draft]
// A click elsewhere saves nothing: a price that is half typed is no price.

import { compare } from "./setup.js";

const OF_SALE = new Set(["price", "quantity", "per_buyer_limit", "duration_s"]);
const csrf = () => document.querySelector('meta[name="csrf-token"]').content;
const table = () => document.getElementById("line-up");
const inputOf = (cell) => (cell.nextElementSibling?.matches(".cell-input") ? cell.nextElementSibling : null);
const cellOf = (input) => input.previousElementSibling;

function open(cell) {
  let input = inputOf(cell);
  if (!input) {
    input = document.createElement("input");
    input.className = `input cell-input${cell.dataset.cell === "title" ? "" : " num"}`;
    input.value = cell.dataset.value;
    input.autocomplete = "off";
    input.maxLength = 200;
    if (cell.dataset.cell !== "title") input.inputMode = "decimal";
    input.setAttribute("aria-label", cell.dataset.label);
    cell.hidden = true;
    cell.after(input);
  }
  input.focus();
  input.select();
}

function close(cell) {
  forget(cell);
  inputOf(cell)?.remove();
  cell.hidden = false;
}

function forget(cell) {
  const input = inputOf(cell);
  if (input?.nextElementSibling?.matches(".cell-error")) input.nextElementSibling.remove();
  input?.classList.remove("is-invalid");
  input?.removeAttribute("aria-invalid");
}

function tell(cell, text) {
  const input = inputOf(cell);
  if (!input) return;
  forget(cell);
  const line = document.createElement("span");
  line.className = "cell-error";
  line.id = `${cell.id}-error`;
  line.setAttribute("role", "alert");
  line.textContent = text;
  input.classList.add("is-invalid");
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", line.id);
  input.after(line);
}

/** The row as the server has it; what is open stays open, with what was typed. */
function renew(row, html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const fresh = holder.content.querySelector("tr");
  if (!fresh) return;
  for (const name of ["mark", "draft", "title"]) row.dataset[name] = fresh.dataset[name];
  const ours = [...row.cells];
  if (ours.length !== fresh.cells.length) return;
  [...fresh.cells].forEach((cell, place) => {
    const old = ours[place];
    if (old.querySelector(".cell-input")) for (const one of old.querySelectorAll("[data-cell]")) one.dataset.value = cell.querySelector("[data-cell]")?.dataset.value ?? "";
    else if (!old.matches(".pick, .no")) old.replaceWith(cell);
  });
}

async function send(cell) {
  const row = cell.closest("tr");
  const { item } = row.dataset;
  const input = inputOf(cell);
  const name = cell.dataset.cell;
  const seen = OF_SALE.has(name) ? row.dataset.draft : row.dataset.mark;
  const body = new URLSearchParams({ name, value: input.value, seen, sure: input.dataset.sure ?? "" });
  const address = `${table().dataset.items}/${item}`;
  const headers = { "X-CSRF-Token": csrf(), "HX-Request": "true" };
  const answer = await fetch(`${address}/cell`, { method: "POST", body, headers }).catch(() => null);
  input.readOnly = false;
  if (answer?.ok) {
    close(cell);
    renew(row, await answer.text());
    return true;
  }
  if (answer?.status === 412) {
    const now = await fetch(`${address}/row`, { headers }).catch(() => null);
    if (now?.ok) renew(row, await now.text());
    tell(cell, table().dataset.changed.replace("{value}", cell.dataset.value || "—"));
    return false;
  }
  input.dataset.sure = answer?.headers.get("X-Doubts") ?? "";
  tell(cell, await reason(answer, name));
  return false;
}

async function reason(answer, name) {
  if (!answer) return document.getElementById("toasts").dataset.lost;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const toast = holder.content.querySelector(".toast");
  return JSON.parse(toast?.dataset.fields ?? "{}")[name] ?? toast?.querySelector(".said")?.textContent ?? document.getElementById("toasts").dataset.lost;
}

let turn = Promise.resolve(); // one after the other: each is saved of the line that the one before has left

/** Resolves to whether nothing is left to say: saved, or nothing was typed. */
function save(cell) {
  const input = inputOf(cell);
  if (!input || input.readOnly) return turn;
  if (input.value.trim() === cell.dataset.value && !input.matches(".is-invalid")) {
    close(cell);
    return Promise.resolve(true);
  }
  input.readOnly = true; // what is on its way is not changed any more
  turn = turn.then(() => send(cell));
  return turn;
}

function after(cell, step) {
  const cells = [...table().querySelectorAll("[data-cell]")];
  return cells[cells.indexOf(cell) + step];
}

document.addEventListener("click", (event) => {
  const cell = event.target.closest("[data-cell]");
  if (cell) open(cell);
});

document.addEventListener("keydown", async (event) => {
  if (!event.target.matches(".cell-input") || event.isComposing) return;
  const cell = cellOf(event.target);
  const { id } = cell;
  if (event.key === "Escape") {
    event.preventDefault();
    close(cell);
    cell.focus();
    compare();
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (await save(cell)) {
      if (!document.querySelector(".cell-input")) document.getElementById(id)?.focus();
      compare();
    }
  } else if (event.key === "Tab") {
    const next = after(cell, event.shiftKey ? -1 : 1);
    if (next) event.preventDefault(); // from the last one the browser goes on
    save(cell);
    if (next) open(next);
  }
});

document.addEventListener("input", ({ target }) => {
  if (!target.matches(".cell-input")) return;
  delete target.dataset.sure; // another value is another question
  forget(cellOf(target));
});

// One that was only looked at closes by itself.
document.addEventListener("focusout", ({ target }) => {
  if (!target.matches?.(".cell-input") || target.readOnly || target.matches(".is-invalid")) return;
  const cell = cellOf(target);
  if (target.value !== cell.dataset.value) return;
  setTimeout(() => {
    if (target.isConnected && document.activeElement !== target) {
      close(cell);
      compare();
    }
  });
});
