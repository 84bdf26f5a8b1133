// Forms: a local date and time becomes the moment the server reads, and back; a chosen file is sent at once.
//   input[type=datetime-local][data-moment="id of the hidden field with the ISO moment"]
//   input[type=file][data-send]
//   a[data-leave] inside a form: Escape leaves it by that link; such a form has the focus at first

const two = (n) => String(n).padStart(2, "0");

function localText(ms) {
  const d = new Date(ms);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`;
}

/** Shows the moments of hidden fields in the fields that people see: once, and after what they lie in was drawn anew. */
export function dress(root = document) {
  for (const field of root.querySelectorAll("[data-moment]")) {
    const ms = Date.parse(document.getElementById(field.dataset.moment).value);
    field.value = Number.isNaN(ms) ? "" : localText(ms);
  }
}

dress();

document.addEventListener("change", (event) => {
  const { moment } = event.target.dataset;
  if (moment) document.getElementById(moment).value = event.target.value ? new Date(event.target.value).toISOString() : "";
  if (event.target.matches("input[type=file][data-send]") && event.target.files.length) event.target.form.requestSubmit();
});

const leave = document.querySelector("form a[data-leave]");
leave?.closest("form").addEventListener("keydown", (event) => {
  if (event.key === "Escape") leave.click();
});
leave?.closest("form").querySelector("input:not([type=hidden])").focus();

document.querySelector("dialog[data-open-now]")?.showModal(); // a refused form comes back open
document.querySelector(".input.is-invalid")?.focus();

// The answer to a refused form stands at the form's address, which cannot be read again: Back and Reload go to
// the page that the form stands on.
const page = document.querySelector('meta[name="page"]')?.content;
if (page && page !== location.pathname + location.search) history.replaceState(null, "", page);
