// A product's picture that does not load gives way to what a product without one shows: base.css hides it in
// .thumb.is-empty. Which addresses failed is kept here, for every swap draws the class anew.

const broken = new Set();

function dress(picture) {
  picture.closest(".thumb")?.classList.toggle("is-empty", broken.has(picture.src));
}

const all = () => document.querySelectorAll(".thumb img");

// Neither event bubbles: they are met on the way down, also of what is swapped in later.
document.addEventListener("error", ({ target }) => {
  if (!target.matches?.(".thumb img")) return;
  broken.add(target.src);
  dress(target);
}, true);
document.addEventListener("load", ({ target }) => {
  if (target.matches?.(".thumb img") && broken.delete(target.src)) all().forEach(dress);
}, true);
document.addEventListener("htmx:after:swap", () => all().forEach(dress));

// What failed before this script was there is asked for once more, and fails where it is heard.
for (const picture of all()) if (picture.complete && !picture.naturalWidth) picture.src = picture.src;
