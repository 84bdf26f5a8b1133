// The trend of the control room: orders per minute drawn by uPlot, and what happened marked on it. The numbers
// stand in #trend[data-trend], which the socket draws anew; the marks are a list, one tab stop, gone through with
// the left and right keys. Times are unix seconds.

import { timeOfDay } from "./clock.js";
import { does } from "./keys.js";

const LANE_PX = 20;
const LANES = 3; // a sale sold out, its end and the next push come together; the lower lanes lie over the lines
const TOP_PX = LANE_PX + 6;
const LEAST_PX = 170; // a lower panel begins folded away
const NEAR_PX = 24; // a thumb that meets no mark means the nearest one
const STEPS = [60, 120, 300, 600]; // seconds between two times of the axis
const ROUND = [4, 8, 12, 20, 40, 60, 80, 120, 160, 200, 240, 320, 400, 600, 800, 1200, 1600, 2000, 4000];

const place = () => document.getElementById("trend-plot");
const marks = () => [...document.querySelectorAll("#trend-marks > li")];
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const room = document.querySelector("[data-room]");
const narrow = matchMedia("(max-width: 1180px)"); // there it begins folded away
const STORED = "control-room-trend";

let plot = null;
let drawn = ""; // the data it was drawn from

/** The axis ends at a number that four parts of can be read. */
function top(most) {
  return ROUND.find((n) => n >= most) ?? Math.ceil(most / 4000) * 4000;
}

/** As wide as its longest figure; a burst has thousands a minute. */
function roomFor(_, figures) {
  const longest = Math.max(0, ...(figures ?? []).map((figure) => figure?.length ?? 0));
  return Math.max(34, 10 + 7 * longest);
}

function options({ width, height }) {
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: colour("--text-3"), font, ticks: { show: false } };
  const line = (name, more) => ({ stroke: colour(name), width: 1.75, points: { show: false }, ...more });
  return {
    width,
    height,
    padding: [TOP_PX, 18, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { setScale: false, x: false }, points: { size: 6 } },
    scales: {
      x: { time: true, range: () => [now().from, now().to] },
      y: { range: (_, least, most) => [0, top(most ?? 0)] },
    },
    axes: [
      { ...axis, size: 20, gap: 4, space: 56, incrs: STEPS, grid: { show: false }, values: (_, at) => at.map((s) => timeOfDay(s * 1000, true)) },
      { ...axis, size: roomFor, gap: 6, splits: (_, __, least, most) => [0, 1, 2, 3, 4].map((n) => (most * n) / 4), grid: { stroke: colour("--line"), width: 1 } },
    ],
    series: [{}, line("--text", { fill: "rgb(243 241 237 / .07)" }), line("--paid-text", { dash: [5, 3] })],
    hooks: { drawClear: [posts], draw: [arrange], setCursor: [tell] },
  };
}

function now() {
  return JSON.parse(document.getElementById("trend").dataset.trend);
}

/** A thin post under each mark; an outage is a band as long as it was. */
function posts(u) {
  const { ctx } = u;
  const { top: y, height } = u.bbox;
  ctx.save();
  for (const mark of marks()) {
    const x = u.valToPos(Number(mark.dataset.at), "x", true);
    if (mark.dataset.until) {
      const wide = Math.max(u.valToPos(Number(mark.dataset.until), "x", true) - x, 2 * devicePixelRatio);
      ctx.fillStyle = colour("--held-wash");
      ctx.fillRect(x, y, wide, height);
    }
    ctx.strokeStyle = colour("--line-strong");
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x, y + height);
    ctx.stroke();
  }
  ctx.restore();
}

/** Each mark above its post, in the first lane that is free there. */
function arrange(u) {
  const ends = Array(LANES).fill(-Infinity);
  const left = u.bbox.left / devicePixelRatio;
  const all = marks();
  const chosen = all.find((mark) => mark.contains(document.activeElement)) ?? all.at(-1);
  const wide = (chosen?.firstElementChild.offsetWidth ?? 0) + 2;
  for (const mark of all) {
    const x = left + u.valToPos(Number(mark.dataset.at), "x");
    const free = ends.findIndex((end) => end <= x);
    const lane = free < 0 ? ends.indexOf(Math.min(...ends)) : free;
    ends[lane] = x + wide;
    mark.style.left = `${x}px`;
    mark.style.top = `${lane * LANE_PX}px`;
    mark.classList.toggle("is-late", x > u.width / 2);
    mark.firstElementChild.tabIndex = mark === chosen ? 0 : -1;
  }
}

/** What the pointer is on, beside the legend. */
function tell(u) {
  const { idx } = u.cursor;
  const said = { at: "", placed: "", paid: "" };
  if (idx != null && u.cursor.left >= 0) {
    const data = now();
    Object.assign(said, { at: timeOfDay((data.at[idx] - 30) * 1000, true), placed: data.placed[idx], paid: data.paid[idx] });
  }
  for (const [name, text] of Object.entries(said)) document.getElementById(`trend-${name}`).textContent = text;
}

function draw() {
  const box = place();
  const size = { width: box.clientWidth, height: box.clientHeight };
  if (!size.width || !size.height || !window.uPlot) return; // hidden: before the show, after it, folded away
  const { at, placed, paid } = now();
  const data = [at, placed, paid];
  const stamp = `${document.getElementById("trend").dataset.trend} ${marks().map((mark) => `${mark.dataset.at}-${mark.dataset.until}`)}`;
  if (!plot) plot = new window.uPlot(options(size), data, box);
  else if (plot.width !== size.width || plot.height !== size.height) plot.setSize(size);
  if (stamp !== drawn) plot.setData(data); // arranges the marks when it has the new scale
  else arrange(plot);
  drawn = stamp;
}

document.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
  const here = document.activeElement?.closest?.("#trend-marks > li");
  if (!step || !here) return;
  event.preventDefault();
  const all = marks();
  const next = all[Math.min(Math.max(all.indexOf(here) + step, 0), all.length - 1)];
  next.firstElementChild.focus();
  arrange(plot);
});

document.addEventListener("keyup", (event) => {
  if (event.key === "Escape" && document.activeElement?.closest?.("#trend-marks")) document.activeElement.blur();
});

place().addEventListener("click", (event) => {
  const far = (mark) => Math.abs(mark.getBoundingClientRect().x - event.clientX);
  const [nearest] = marks().sort((a, b) => far(a) - far(b));
  if (nearest && far(nearest) < NEAR_PX) nearest.firstElementChild.focus();
});

function stored() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null; // a browser that keeps nothing begins anew
  }
}

/** "open" or "shut"; `chosen` by the operator, and kept on this device. */
function fold(state, chosen = false) {
  room.dataset.trendIs = state;
  letter();
  if (state === "open") draw();
  if (!chosen) return;
  try {
    localStorage.setItem(STORED, state);
  } catch {
    // it holds until the page is closed
  }
}

function letter() {
  document.querySelector("[data-trend-toggle]").setAttribute("aria-expanded", String(room.dataset.trendIs === "open"));
}

does.trend = () => fold(room.dataset.trendIs === "open" ? "shut" : "open", true);
document.addEventListener("click", (event) => event.target.closest?.("[data-trend-toggle]") && does.trend());
document.addEventListener("htmx:ws:after:message:incoming", letter);

/** As the operator chose; else open where there is room for it. */
function usual() {
  room.dataset.trendIs = "open"; // so that its room can be measured
  const isLow = place().closest(".trend-panel").clientHeight < LEAST_PX;
  return stored() ?? (narrow.matches || isLow ? "shut" : "open");
}

narrow.addEventListener("change", () => fold(usual()));
fold(usual());

addEventListener("load", draw); // uPlot is deferred, and the fonts are known
document.addEventListener("htmx:ws:after:message:incoming", draw);
new ResizeObserver(draw).observe(place());
