// Forms: a local date and time becomes the moment the server reads, and back; a chosen file is sent at once.
//   input[type=datetime-local][data-moment="id of the hidden field with the ISO moment"]
//   input[type=file][data-send]
//   a[data-leave] inside a form: Escape leaves it by that link; such a form has the focus at first

const two = (n) => String(n).padStart(2, "0");

function localText(ms) {
  const d = new Date(ms);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`;
}

for (const field of document.querySelectorAll("[data-moment]")) {
  const moment = document.getElementById(field.dataset.moment);
  const ms = Date.parse(moment.value);
  if (!Number.isNaN(ms)) field.value = localText(ms);
  field.addEventListener("change", () => {
    moment.value = field.value ? new Date(field.value).toISOString() : "";
  });
}

document.addEventListener("change", (event) => {
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
