// What is said aloud of the sale on air, and nothing else: sold out, restocked, and the last 60, 30 and 10 seconds.
// [data-sale] is what the socket draws anew (`aloud` in shared/panel.html), #aloud the one place that speaks.

import { onTick } from "./clock.js";

const SPOKEN = [60, 30, 10];
const LATE_S = 2; // a mark that was passed longer ago is not said any more

const speaker = document.getElementById("aloud");
const read = () => ({ ...document.querySelector("[data-sale]")?.dataset });

let known = read();
let said = "";

function say(what, values) {
  const text = speaker.dataset[what].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  speaker.textContent = text;
}

function heard() {
  const sale = read();
  const before = known;
  known = sale;
  if (!sale.sale || sale.sale !== before.sale) return;
  const title = sale.saleName;
  const more = Number(sale.saleRestocked) - Number(before.saleRestocked);
  if (more > 0) say("restocked", { title, n: more, left: sale.saleLeft });
  else if (sale.saleState === "sold_out" && before.saleState === "open") say("soldOut", { title });
}

function count(at) {
  if (!known.saleCloses) return;
  const rest = Math.ceil((Date.parse(known.saleCloses) - at) / 1000);
  const mark = SPOKEN.find((second) => rest <= second && rest > second - LATE_S);
  const name = `${known.sale} ${known.saleCloses} ${mark}`;
  if (!mark || name === said) return;
  said = name;
  say("closing", { title: known.saleName, n: mark });
}

document.addEventListener("htmx:ws:after:message:incoming", heard);
onTick(count);
