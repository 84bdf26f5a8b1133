// Lines are picked by their boxes: one, a stretch with Shift, or all. What is picked stays so while the page is drawn anew.
//   [data-pick] a line's box · [data-pick-all] · [data-picked-bar] what is there to do with them
//   [data-unpick="id id"] those are no longer meant
//   [data-picked-count="{n} …"] · [data-picked-marks] a hidden field: `id:mark:draft` of each

const picked = new Set();
let last = null;

const boxes = () => [...document.querySelectorAll("[data-pick]")];
const all = () => document.querySelector("[data-pick-all]");

function show() {
  const there = boxes();
  for (const id of picked) if (!there.some((box) => box.value === id)) picked.delete(id);
  for (const box of there) {
    box.checked = picked.has(box.value);
    box.closest("tr").classList.toggle("is-picked", box.checked);
  }
  if (all()) {
    all().checked = picked.size > 0 && picked.size === there.length;
    all().indeterminate = picked.size > 0 && picked.size < there.length;
  }
  const bar = document.querySelector("[data-picked-bar]");
  if (bar) bar.hidden = !picked.size;
  for (const place of document.querySelectorAll("[data-picked-count]")) place.textContent = place.dataset.pickedCount.replace("{n}", picked.size);
  const marks = there.filter((box) => box.checked).map((box) => box.closest("tr").dataset).map(({ item, mark, draft }) => `${item}:${mark}:${draft}`);
  for (const field of document.querySelectorAll("[data-picked-marks]")) field.value = marks.join(" ");
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-pick], [data-pick-all]");
  if (box?.matches("[data-pick-all]")) for (const one of boxes()) mark(one, box.checked);
  else if (box) {
    const there = boxes();
    const [from, to] = [there.findIndex((one) => one.value === last), there.indexOf(box)].sort((a, b) => a - b);
    const stretch = event.shiftKey && from >= 0 ? there.slice(from, to + 1) : [box];
    for (const one of stretch) mark(one, box.checked);
    last = box.value;
  } else if (event.target.closest("[data-pick-none]")) picked.clear();
  else if (event.target.closest("[data-unpick]")) for (const id of event.target.closest("[data-unpick]").dataset.unpick.split(" ")) picked.delete(id);
  else return;
  show();
  if (event.target.closest("[data-unpick]")) {
    document.getElementById("bulk-percent").focus(); // the button goes with what it was about
    form.dispatchEvent(new Event("preview"));
  }
});

function mark(box, isPicked) {
  if (isPicked) picked.add(box.value);
  else picked.delete(box.value);
}

// The dialog: what it would do is drawn while it is filled in; it can be saved once that is something.
const form = document.getElementById("bulk-form");
const preview = document.getElementById("bulk-preview");
new MutationObserver(() => {
  const { lines = "0" } = preview.querySelector(".bulk-preview")?.dataset ?? {};
  form.querySelector("[data-bulk-save]").disabled = lines === "0";
}).observe(preview, { childList: true });
new MutationObserver(() => {
  if (!form.closest("dialog").open) return;
  show();
  form.reset();
  preview.replaceChildren();
  show(); // the reset has emptied the field of marks
}).observe(form.closest("dialog"), { attributes: true, attributeFilter: ["open"] });

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.matches?.("#bulk-form, #bulk-remove") && ctx.response.status < 400) {
    picked.clear();
    document.dispatchEvent(new CustomEvent("setup:stale"));
  }
});
document.addEventListener("setup:drawn", show);
show();
