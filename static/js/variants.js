// Further variants of a product: each is a row of fields, numbered so that the form holds all of them.

const LAST = 100;

document.addEventListener("click", (event) => {
  const from = event.target.closest("[data-add-row], [data-drop-row]");
  if (!from) return;
  if ("dropRow" in from.dataset) {
    const row = from.closest("tr");
    const next = row.previousElementSibling?.querySelector("input") ?? row.closest(".variants").querySelector("[data-add-row]");
    row.remove();
    next.focus();
    return;
  }
  const box = from.closest(".variants");
  const rows = box.querySelector("[data-rows]");
  const numbers = [...rows.querySelectorAll("input")].map(({ name }) => Number(name.split("-")[1] ?? 1));
  const number = Math.max(1, ...numbers) + 1;
  if (number > LAST) return;
  const row = box.querySelector("template").content.firstElementChild.cloneNode(true);
  for (const input of row.querySelectorAll("input")) input.name = input.name.replace(/-0$/, `-${number}`);
  rows.append(row);
  row.querySelector("input").focus();
});
