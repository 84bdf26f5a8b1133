// Speaking on the viewer page: the comment box, and the name under which one speaks.

const TOO_FAST_MS = 6000; // how long "too fast" stands when the server does not say how long it is true
const HEADERS = { "HX-Request": "true" };

const sayForm = document.getElementById("say-form");
const nameForm = document.getElementById("name-form");
const openName = document.getElementById("name-open");

/** Posts a form; answers the response, or null when none came. */
async function post(form) {
  try {
    return await fetch(form.action, {
      method: "POST",
      headers: { ...HEADERS, "X-CSRF-Token": form.elements.csrf_token.value },
      body: new URLSearchParams(new FormData(form)),
    });
  } catch {
    return null;
  }
}

let clearing = 0;

/** Says why above the form; `ms`: for so long, else until something is typed. */
function complain(form, text, ms = 0) {
  const line = form.querySelector(".say-error");
  clearTimeout(clearing);
  line.textContent = text;
  line.hidden = !text;
  if (ms) clearing = setTimeout(() => complain(form, ""), ms);
}

/** How long the server wants to be left alone. */
function waitOf(answer) {
  const seconds = Number(answer.headers.get("Retry-After"));
  return seconds > 0 ? Math.min(seconds, 30) * 1000 : TOO_FAST_MS;
}

/** The sentence in a refusal. */
function reasonIn(html) {
  return parsed(html).querySelector(".said")?.textContent.trim();
}

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html").body;
}

let sending = false;

async function send(form, done) {
  if (sending) return;
  sending = true;
  complain(form, "");
  const answer = await post(form);
  if (answer?.ok) done(await answer.text());
  else if (answer?.status === 429) complain(form, sayForm.dataset.tooFast, waitOf(answer));
  else if (answer?.status === 409) complain(form, reasonIn(await answer.text()) || form.dataset.failed);
  else complain(form, form.dataset.failed); // the words stay in the field
  sending = false;
}

// --- comments -------------------------------------------------------------------------------

// In a flood viewers see a sample, and some comments wait for an approval: what one has said oneself is shown in
// any case, for a while, unless the room's list has it.
const DRAWN_MS = 1000; // by then a comment for all is in the list
const OWN_MS = 12_000;
const ownLines = document.getElementById("say-own");

function showOwn(line) {
  if (!line || isListed(line)) return;
  ownLines.append(line);
  const watch = setInterval(() => isListed(line) && drop(), 250);
  const end = setTimeout(drop, OWN_MS);
  function drop() {
    clearInterval(watch);
    clearTimeout(end);
    line.remove();
  }
}

function isListed(line) {
  return document.getElementById(`say-${line.dataset.comment}`) !== null;
}

const sayText = document.getElementById("say-text");

sayForm.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = sayText.value.trim();
  if (!text) return;
  send(sayForm, (own) => {
    if (sayText.value.trim() === text) sayText.value = "";
    setTimeout(() => showOwn(parsed(own).firstElementChild), DRAWN_MS);
  });
});
sayText.addEventListener("input", () => complain(sayForm, ""));

// --- the name -------------------------------------------------------------------------------

const nameText = document.getElementById("name-text");

function showName(shown) {
  nameForm.hidden = !shown;
  sayForm.hidden = shown;
  complain(nameForm, "");
  if (!shown) return openName.focus();
  nameText.focus();
  nameText.select();
}

openName.addEventListener("click", () => showName(true));
document.getElementById("name-close").addEventListener("click", () => {
  nameForm.reset();
  showName(false);
});
nameForm.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.getElementById("name-close").click();
});
nameForm.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!nameText.value.trim()) return;
  send(nameForm, (name) => {
    nameText.value = nameText.defaultValue = name;
    openName.title = name;
    openName.setAttribute("aria-label", openName.dataset.label.replace("{name}", name));
    showName(false);
  });
});
nameText.addEventListener("input", () => complain(nameForm, ""));
