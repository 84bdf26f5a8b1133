// The code for the host's tablet: once a device has come in by it, the code gives way to the word that it has.

function settle() {
  const code = document.querySelector("#host-code [data-link]");
  const device = code && document.querySelector(`#host-devices [data-link="${CSS.escape(code.dataset.link)}"]`);
  code?.classList.toggle("is-used", Boolean(device) || code.classList.contains("is-used"));
}

document.addEventListener("htmx:ws:after:message:incoming", settle);
