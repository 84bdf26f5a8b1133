// A product's picture that cannot be loaded gives way to the box that lies under it.

const SELECTOR = ".thumb img";

function give(img) {
  if (img.matches(SELECTOR)) img.remove();
}

// Such an event does not rise: it is met on its way down, whoever put the picture there.
document.addEventListener("error", (event) => {
  if (event.target instanceof HTMLImageElement) give(event.target);
}, true);
for (const img of document.querySelectorAll(SELECTOR)) {
  if (img.complete && img.naturalWidth === 0 && img.currentSrc) give(img);
}
