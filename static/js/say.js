// Speaking on the viewer page: the comment box, and the name under which one speaks.

const TOO_FAST_S = 6; // how long "too fast" stands when the server does not say how long it is true
const LONGEST_S = 600;
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

let counting = 0;

/** Says why above the form; `seconds`: for so long, and where the text names them they run down; else until something
 * is typed. */
function complain(form, text, seconds = 0) {
  const line = form.querySelector(".say-error");
  clearInterval(counting);
  line.textContent = text;
  line.hidden = !text;
  line.ariaLive = "assertive";
  if (!seconds) return;
  const until = performance.now() + seconds * 1000;
  counting = setInterval(() => {
    const left = Math.ceil((until - performance.now()) / 1000);
    line.ariaLive = "off"; // it has been read out
    if (left > 0) line.textContent = text.replace(String(seconds), String(left));
    else complain(form, "");
  }, 250);
}

/** Seconds for which the server wants to be left alone. */
function waitOf(answer) {
  const seconds = Number(answer.headers.get("Retry-After"));
  return seconds > 0 ? Math.min(seconds, LONGEST_S) : TOO_FAST_S;
}

/** The server's own sentence, where it has one for us: muted until when, links are off. The words stay in the field. */
function reasonIn(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector(".said")?.textContent ?? "";
}

let sending = false;

async function send(form, done) {
  if (sending) return;
  sending = true;
  complain(form, "");
  const answer = await post(form);
  if (answer?.ok) done(await answer.text());
  else if (answer?.status === 429) complain(form, reasonIn(await answer.text()) || sayForm.dataset.tooFast, waitOf(answer));
  else complain(form, (answer && reasonIn(await answer.text())) || form.dataset.failed);
  sending = false;
}

// --- comments -------------------------------------------------------------------------------

const sayText = document.getElementById("say-text");

sayForm.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = sayText.value.trim();
  if (!text) return;
  send(sayForm, (html) => {
    if (sayText.value.trim() === text) sayText.value = "";
    showOwn(html);
  });
});

const OWN_MAX = 3; // as the server keeps of them
const FRESH_MS = 10_000; // longer than a frame that knows nothing of it can be on its way
const ownSay = () => document.getElementById("own-say");
let fresh = []; // lines that were said just now

/** One's own comment stands there at once, and stays: the server brings it with the page and after a break. */
function showOwn(html) {
  const line = new DOMParser().parseFromString(html, "text/html").querySelector(".is-own");
  fresh.push(line);
  setTimeout(() => (fresh = fresh.filter((one) => one !== line)), FRESH_MS);
  settleOwn();
}

/** What was said just now is not lost to a frame that was drawn before, and nothing stands there twice. */
function settleOwn() {
  for (const line of fresh) if (!document.getElementById(line.id)) ownSay().append(line);
  while (ownSay().children.length > OWN_MAX) ownSay().firstElementChild.remove();
  for (const line of ownSay().children) {
    const among = document.getElementById(`say-${line.dataset.said}`);
    if (among) among.hidden = true;
  }
}
document.addEventListener("htmx:ws:after:message:incoming", settleOwn);
settleOwn();
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
