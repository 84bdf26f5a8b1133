// What every desk page can do: ask before what cannot be undone, say what happened, open dialogs, copy.
//   hx-confirm="title" (htmx) or data-ask="title" (plain form): with data-ask-text, -yes, -focus="yes"
//   data-done="text"       said when the request went through; data-undo="-10" adds Undo, posted as `delta`
//   data-open="id" · data-dismiss · form[data-close] · form[data-reset] · data-copy="text"

const UNDO_MS = 3000; // how long an act can be taken back
const ERROR_MS = 8000; // long enough to read two lines

const ask = document.getElementById("ask");
const toasts = document.getElementById("toasts");

/** Asks in a dialog; true if the answer is yes. */
export function confirmed(title, from) {
  const yes = document.getElementById("ask-yes");
  document.getElementById("ask-title").textContent = title;
  document.getElementById("ask-text").textContent = from.dataset.askText ?? "";
  yes.textContent = from.dataset.askYes ?? yes.dataset.plain;
  ask.returnValue = "";
  ask.showModal();
  document.getElementById(from.dataset.askFocus === "yes" ? "ask-yes" : "ask-no").focus();
  return new Promise((resolve) => ask.addEventListener("close", () => resolve(ask.returnValue === "yes"), { once: true }));
}

/** Says one thing, bottom centre; `undo` makes it revocable for three seconds. */
export function toast(text, { error = false, undo = null } = {}) {
  const box = document.getElementById("toast").content.firstElementChild.cloneNode(true);
  box.querySelector(".said").textContent = text;
  box.classList.toggle("is-error", error);
  box.setAttribute("role", error ? "alert" : "status");
  const button = box.querySelector("button");
  if (undo) {
    button.hidden = false;
    button.addEventListener("click", () => {
      box.remove();
      undo();
    });
  }
  toasts.replaceChildren(box);
  fade(box, error ? ERROR_MS : UNDO_MS);
}

function fade(box, ms) {
  setTimeout(() => box.matches(":hover, :focus-within") ? fade(box, 1000) : box.remove(), ms);
}

document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  if (!ctx.confirm) return;
  event.preventDefault();
  confirmed(ctx.confirm, ctx.sourceElement).then((yes) => (yes ? issueRequest() : dropRequest()));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const asker = event.submitter?.dataset.ask ? event.submitter : form;
  if (!asker.dataset.ask || form.dataset.sure) return;
  event.preventDefault();
  confirmed(asker.dataset.ask, asker).then((yes) => {
    if (!yes) return;
    form.dataset.sure = "1";
    form.requestSubmit(event.submitter ?? undefined);
  });
});

document.addEventListener("htmx:before:request", (event) => event.detail.ctx.sourceElement.classList.add("is-busy"));
document.addEventListener("htmx:finally:request", (event) => event.detail.ctx.sourceElement.classList.remove("is-busy"));

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.response.status >= 400) return;
  const from = ctx.sourceElement;
  if ("reset" in from.dataset) from.reset();
  if ("close" in from.dataset) from.closest("dialog")?.close();
  if (!from.dataset.done) return;
  const url = ctx.request.action;
  const delta = from.dataset.undo;
  const undo = delta ? () => window.htmx.ajax("POST", url, { values: { delta }, swap: "none", source: from }) : null;
  toast(from.dataset.done, { undo });
});

// A refusal comes as errors/_toast.html, which htmx adds to #toasts; here the older one goes, and it gets its end.
new MutationObserver(() => {
  const box = toasts.querySelector(".toast[data-refusal]:last-child");
  if (!box) return;
  delete box.dataset.refusal;
  toasts.replaceChildren(box);
  fade(box, ERROR_MS);
}).observe(toasts, { childList: true });

// No answer at all, or one that is not ours (a proxy's page): said here.
document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = event.detail;
  if (!ctx.hx?.retarget) toast(`${toasts.dataset.lost} (${ctx.response.status})`, { error: true });
});
document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx && !event.detail.ctx.response) toast(toasts.dataset.lost, { error: true });
});

document.addEventListener("click", async (event) => {
  const from = event.target.closest?.("[data-open], [data-dismiss], [data-copy]");
  if (!from) return;
  if ("dismiss" in from.dataset) from.closest("dialog").close();
  if (from.dataset.open) document.getElementById(from.dataset.open)?.showModal();
  if (from.dataset.copy) copy(from);
});

async function copy(from) {
  try {
    await navigator.clipboard.writeText(from.dataset.copy);
    toast(toasts.dataset.copied);
  } catch {
    const field = document.getElementById(from.dataset.copyFrom ?? "");
    field?.select(); // no clipboard without https: the text is marked, Ctrl C copies it
    toast(toasts.dataset.notCopied);
  }
}

// Signed out elsewhere (4001) or the show is gone (4004): the page itself says so better than a dead screen.
document.addEventListener("htmx:ws:close", (event) => {
  if ([4001, 4004].includes(event.detail.code)) location.reload();
});
