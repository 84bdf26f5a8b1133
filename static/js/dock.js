// What lies under the thumb. While something waits to be paid, paying is there; what else is on sale can be bought
// below it. What has just come to lie there, or has changed what it sells, is not pressed by a thumb on its way.
//   .viewer.is-both   paying and buying are both there      --pay, --buy   their heights, px
// Event on document: "dock:calm" when isCalm has changed.

import { shown } from "./sales.js";

const CALM_MS = 700; // from seeing to pressing

const page = document.getElementById("viewer");
const dock = document.querySelector(".buy-dock");
const order = () => document.getElementById("my-order");
const bar = () => document.getElementById("buy-bar");

let place = null;
let changedAt = -CALM_MS;

/** False while the button may not be what the thumb has aimed at. */
export function isCalm() {
  return performance.now() - changedAt >= CALM_MS;
}

function hold() {
  changedAt = performance.now();
  const tell = () => document.dispatchEvent(new CustomEvent("dock:calm"));
  tell();
  setTimeout(tell, CALM_MS + 20);
}

function measure() {
  const pay = document.querySelector(".pay-dock");
  page.style.setProperty("--pay", `${pay?.offsetHeight ?? 0}px`);
  page.style.setProperty("--buy", `${dock.offsetHeight}px`);
}

const sizes = new ResizeObserver(measure);
let measured = null;

function look() {
  const { paying, owed = "" } = order().dataset;
  const isPaying = paying === "1";
  const sale = shown();
  const isReady = bar().dataset.ready === "1";
  const isBoth = isPaying && isReady && !owed.split(" ").includes(sale);
  if (page.classList.contains("is-both") !== isBoth) page.classList.toggle("is-both", isBoth);
  const now = { isPaying, isBoth, sale: isReady && (!isPaying || isBoth) ? sale : "" };
  // a button that was there and sells something else now, or lies where paying has been
  const isOther = place?.sale && now.sale && place.sale !== now.sale;
  const isMoved = place?.isPaying && now.sale && (!place.sale || !isPaying);
  if (isOther || isMoved) hold();
  place = now;
  const pay = document.querySelector(".pay-dock");
  if (pay !== measured) {
    sizes.disconnect();
    sizes.observe(dock);
    if (pay) sizes.observe(pay);
    measured = pay;
    measure();
  }
}

const observer = new MutationObserver(look);
observer.observe(document.querySelector(".viewer-body"), { subtree: true, childList: true, attributeFilter: ["data-paying", "data-owed"] });
observer.observe(bar().parentElement, { subtree: true, childList: true, attributeFilter: ["hidden", "data-ready", "data-offer"] });
document.addEventListener("htmx:after:swap", look);
look();
