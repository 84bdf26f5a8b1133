// What every desk page can do: ask before what cannot be undone, say what happened, open dialogs, copy.
//   hx-confirm="title" (htmx) or data-ask="title" (plain form): with data-ask-text, -yes, -focus="yes"
//   data-done="text"       said when the request went through; data-undo="-10" adds Undo, posted as `delta`
//   data-ask-other="text" is a third way; data-ask-sends and -value are one more value of the request after "yes"
//   data-open="id" · data-dismiss · form[data-close] · form[data-reset] · data-copy="address"

import { now, onTick, span } from "./clock.js";
import { toast, toasts } from "./toasts.js";

const ask = document.getElementById("ask");

// "[2026-11-22T20:00:00.000Z]" in a question is the time to go until then.
const UNTIL = /\[(\d{4}-[^\]]+Z)\]/g;
const toGo = (_, iso) => span(Math.ceil((Date.parse(iso) - now()) / 1000));

let hear = null; // whoever asked and has no answer yet
let question = null; // what the question is about, and what it would do

function answer() {
  hear?.(["yes", "other"].includes(ask.returnValue) ? ask.returnValue : "");
  hear = question = null;
}

const wouldDo = (from) => [from.getAttribute("hx-post"), from.dataset.askValue, from.hasAttribute("hx-confirm")].join();

function tell(from) {
  document.getElementById("ask-text").textContent = (from.dataset.askText ?? "").replace(UNTIL, toGo);
}

// The show goes on below a question: its figures follow, and what it was about may be over.
function follow() {
  if (!question?.from.id) return;
  const from = document.getElementById(question.from.id);
  if (from && wouldDo(from) === question.does) return tell(from);
  ask.close("no");
  toast(ask.dataset.stale, { error: true });
}

onTick(follow);
document.addEventListener("htmx:ws:after:message:incoming", follow);

// The browser tells of a closed dialog a few ms later, when the next question may be open already: not its answer.
ask.addEventListener("close", () => ask.open || answer());

/** Asks in a dialog; resolves to "yes", "other" (where there is a third way) or "" for no. */
export function asked(title, from) {
  const [yes, other] = ["ask-yes", "ask-other"].map((id) => document.getElementById(id));
  document.getElementById("ask-title").textContent = title;
  tell(from);
  yes.textContent = from.dataset.askYes ?? yes.dataset.plain;
  other.textContent = from.dataset.askOther ?? "";
  other.hidden = !from.dataset.askOther;
  answer();
  question = { from, does: wouldDo(from) };
  ask.returnValue = "";
  ask.showModal();
  document.getElementById(from.dataset.askFocus === "yes" ? "ask-yes" : "ask-no").focus();
  return new Promise((resolve) => {
    hear = resolve;
  });
}

document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  if (!ctx.confirm) return;
  event.preventDefault();
  const from = ctx.sourceElement;
  const { askSends, askValue } = from.dataset; // as asked: the socket may change the button meanwhile
  asked(ctx.confirm, from).then((answer) => {
    if (!answer) return dropRequest();
    if (answer === "yes" && askSends) ctx.request.body.append(askSends, askValue);
    return issueRequest();
  });
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const asker = event.submitter?.dataset.ask ? event.submitter : form;
  if (!asker.dataset.ask || form.dataset.sure) return;
  event.preventDefault();
  asked(asker.dataset.ask, asker).then((answer) => {
    if (!answer) return;
    form.dataset.sure = "1";
    form.requestSubmit(event.submitter ?? undefined);
  });
});

document.addEventListener("htmx:before:request", (event) => {
  event.detail.ctx.sourceElement.classList.add("is-busy");
  event.detail.ctx.sourceElement.ariaBusy = "true";
  toasts.querySelector(".is-error")?.remove(); // why the last try failed says nothing of this one
});
document.addEventListener("htmx:finally:request", (event) => {
  event.detail.ctx.sourceElement.classList.remove("is-busy");
  event.detail.ctx.sourceElement.ariaBusy = null;
});

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const from = ctx.sourceElement;
  const form = from.closest("form");
  if (form) forget(form);
  if (ctx.response.status >= 400) {
    if (form && tellFields(form, ctx.text)) event.preventDefault(); // nothing is left to say in a toast
    else if (!ctx.hx?.retarget && waiting(event.detail)) event.preventDefault(); // not our answer: nothing to put there
    return;
  }
  if ("reset" in from.dataset) from.reset();
  if ("close" in from.dataset) from.closest("dialog")?.close();
  if (!from.dataset.done) return;
  const url = ctx.request.action;
  const delta = from.dataset.undo;
  const undo = delta ? () => window.htmx.ajax("POST", url, { values: { delta }, swap: "none", source: from }) : null;
  toast(from.dataset.done, { undo });
});

// What was wrong stands at its field, if the form has that field; else it is a toast.
function tellFields(form, html) {
  const answer = document.createElement("template");
  answer.innerHTML = html;
  const fields = Object.entries(JSON.parse(answer.content.querySelector("[data-fields]")?.dataset.fields ?? "{}"));
  const inputs = fields.map(([name]) => form.querySelector(`.input[name="${CSS.escape(name)}"]`));
  if (!fields.length || inputs.includes(null)) return false;
  fields.forEach(([name, reason], place) => tellField(inputs[place], `${name}-error`, reason));
  inputs[0].focus();
  return true;
}

function tellField(input, id, reason) {
  const line = document.getElementById("field-error").content.firstElementChild.cloneNode(true);
  line.id = id;
  line.setAttribute("role", "alert");
  line.querySelector("span").textContent = reason;
  input.classList.add("is-invalid");
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", id);
  (input.closest(".field") ?? input.form).append(line);
}

function forget(form) {
  for (const line of form.querySelectorAll(".is-told")) line.remove();
  for (const input of form.querySelectorAll(".input.is-invalid")) {
    input.classList.remove("is-invalid");
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
}

// No answer at all, or one that is not ours (a proxy's page): said here.
document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = event.detail;
  if (!ctx.hx?.retarget) toast(`${toasts.dataset.lost} (${ctx.response.status})`, { error: true });
});
document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx && !event.detail.ctx.response) toast(toasts.dataset.lost, { error: true });
});

// What a dialog waits for did not come: it says so, and asks again when told to.
const waiting = ({ ctx }) => document.querySelector(ctx.sourceElement.getAttribute?.("hx-target") ?? "#none");
document.addEventListener("htmx:before:request", ({ detail }) => {
  waiting(detail)?.querySelector(".is-unloaded")?.replaceWith(Object.assign(document.createElement("div"), { className: "skeleton" }));
});
document.addEventListener("htmx:finally:request", ({ detail }) => {
  const bone = waiting(detail)?.querySelector(".skeleton");
  if (!bone) return;
  const told = document.getElementById("unloaded").content.firstElementChild.cloneNode(true);
  told.querySelector("[data-again]").addEventListener("click", () => detail.ctx.sourceElement.click());
  bone.replaceWith(told);
});

document.addEventListener("click", async (event) => {
  const from = event.target.closest?.("[data-open], [data-dismiss], [data-copy]");
  if (!from) return;
  if ("dismiss" in from.dataset) from.closest("dialog").close();
  if (from.dataset.open) {
    const body = from.getAttribute("hx-target");
    if (body) document.querySelector(body).replaceChildren(skeleton()); // nobody types into what is about to go
    open(document.getElementById(from.dataset.open));
  }
  if (from.dataset.copy) copy(from);
});

function skeleton() {
  const bar = document.createElement("div");
  bar.className = "skeleton";
  return bar;
}

function open(dialog) {
  if (!dialog) return;
  for (const form of dialog.querySelectorAll("form")) forget(form);
  dialog.showModal();
}

async function copy(from) {
  try {
    await navigator.clipboard.writeText(new URL(from.dataset.copy, location.href).href);
    toast(toasts.dataset.copied);
  } catch {
    const field = document.getElementById(from.dataset.copyFrom ?? "");
    field?.select(); // no clipboard without https: the text is marked, Ctrl C copies it
    toast(toasts.dataset.notCopied);
  }
}

// Signed out elsewhere, or a host's screen that looks at another show now (4001), or the show is gone (4004): the page
// itself says so better than a dead screen.
document.addEventListener("htmx:ws:close", (event) => {
  if ([4001, 4004].includes(event.detail.code)) location.reload();
});
