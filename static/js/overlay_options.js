// Set-up's options of the overlay: each choice is a part of the address, which stands in set-up and in the dialog.
// The preview is the overlay itself with made-up figures; it opens no socket, so it counts as nobody's open page.
// What was chosen is remembered for the show, in this browser.

const dialog = document.getElementById("overlay-options");
const form = dialog.querySelector("form");
const preview = document.getElementById("overlay-preview");
const hint = document.getElementById("overlay-size-hint");
const STORE = `overlay:${dialog.dataset.show}`;
const DEFAULT_THEME = form.elements.theme.options[0].value;

function recall() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? {};
  } catch {
    return {};
  }
}

function remember(chosen) {
  try {
    localStorage.setItem(STORE, JSON.stringify(chosen));
  } catch {
    // a browser without storage begins with the defaults again
  }
}

function chosen() {
  const { size, theme, lang, votes, qr } = form.elements;
  return { size: size.value, theme: theme.value, lang: lang.value, votes: votes.checked, qr: qr.checked };
}

function restore({ size, theme, lang, votes, qr }) {
  const fields = form.elements;
  if (size) fields.size.value = size;
  for (const [field, value] of [[fields.theme, theme], [fields.lang, lang]]) {
    if ([...field.options].some((option) => option.value === value)) field.value = value;
  }
  fields.votes.checked = votes === true;
  fields.qr.checked = qr === true;
}

function addressOf({ theme, lang, votes, qr }) {
  const address = new URL(dialog.dataset.address);
  const told = { lang, theme: theme === DEFAULT_THEME ? "" : theme, votes: votes ? "1" : "", qr: qr ? "1" : "" };
  for (const [name, value] of Object.entries(told)) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  return address;
}

/** The preview is asked for from where this page is: the public address may be another. */
function draw(address) {
  const own = new URL(`${address.pathname}${address.search}&preview=1`, location.href).href;
  if (preview.src !== own) preview.src = own;
}

function show() {
  const now = chosen();
  const address = addressOf(now);
  for (const field of document.querySelectorAll("[data-overlay-address], #address-overlay")) field.value = address.href;
  for (const button of document.querySelectorAll('[data-overlay-copy], [data-copy-from="address-overlay"]')) button.dataset.copy = address.href;
  preview.parentElement.classList.toggle("is-portrait", now.size === "portrait");
  hint.textContent = hint.dataset[now.size];
  if (isSeen) draw(address);
}

let isSeen = false; // nothing is drawn for a dialog that nobody opens

restore(recall());
show();
form.addEventListener("change", () => {
  remember(chosen());
  show();
});
document.querySelector('[data-open="overlay-options"]').addEventListener("click", () => {
  isSeen = true;
  show();
});
