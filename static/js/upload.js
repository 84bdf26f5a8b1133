// A picture of a product is sent as soon as it is chosen, dropped on its field or pasted into it; what the form
// then holds is its address.
//   .picture-field[data-picture="where it is sent"][data-max="bytes"]: a file field, a thumb, the address

const csrf = () => document.querySelector('meta[name="csrf-token"]').content;
const files = (data) => [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));

function tell(field, text, isWrong = false) {
  const said = field.querySelector("[data-picture-said]");
  said.textContent = text;
  said.classList.toggle("is-wrong", isWrong);
}

/** What an answer of ours says is wrong, in the reader's language; a proxy's page says nothing that helps. */
function reason(html, field) {
  const answer = document.createElement("template");
  answer.innerHTML = html;
  const told = answer.content.querySelector(".toast");
  const fields = JSON.parse(told?.dataset.fields ?? "{}");
  return fields.file ?? told?.querySelector(".said")?.textContent ?? field.dataset.lost;
}

function show(field, address) {
  const thumb = field.querySelector(".thumb");
  thumb.classList.toggle("is-empty", !address);
  if (address) thumb.querySelector("img").src = address;
  else thumb.querySelector("img").removeAttribute("src");
}

async function send(field, file) {
  const { picture, max, tooLarge, lost } = field.dataset;
  if (file.size > Number(max)) return tell(field, tooLarge, true);
  const body = new FormData();
  body.set("file", file);
  field.setAttribute("aria-busy", "true");
  tell(field, field.querySelector("[data-picture-said]").dataset.busy);
  try {
    const answer = await fetch(picture, { method: "POST", body, headers: { "X-CSRF-Token": csrf(), "HX-Request": "true" } });
    if (!answer.ok) return tell(field, reason(await answer.text(), field), true);
    const { image_url: address, small_url: small } = await answer.json();
    const input = field.querySelector("[name=image_url]");
    input.value = address;
    input.dispatchEvent(new Event("input", { bubbles: true })); // the form holds something that is not saved
    show(field, small);
    tell(field, field.querySelector("[data-picture-said]").dataset.done);
  } catch {
    tell(field, lost, true);
  } finally {
    field.removeAttribute("aria-busy");
  }
}

document.addEventListener("change", ({ target }) => {
  const field = target.closest(".picture-field");
  if (!field) return;
  if (target.matches("[data-picture-file]") && target.files.length) {
    send(field, target.files[0]);
    target.value = ""; // the same file may be chosen again
  } else if (target.name === "image_url") {
    show(field, target.value);
  }
});

// A form takes a picture anywhere in it: few people aim at the small field.
const fieldOf = (target) => target.closest?.("form")?.querySelector(".picture-field");

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const field = fieldOf(event.target);
    if (!field || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    field.classList.toggle("is-over", kind === "dragover");
    if (kind === "drop" && files(event.dataTransfer).length) send(field, files(event.dataTransfer)[0]);
  });
}

document.addEventListener("paste", (event) => {
  const field = fieldOf(event.target);
  const [file] = files(event.clipboardData);
  if (!field || !file) return;
  event.preventDefault();
  send(field, file);
});
