// The broadcast picture: HLS by hls.js or by the browser itself, any other file by the browser.
// Muted until the viewer asks for sound (no browser starts a loud video by itself). A picture that fails
// is asked for again while the page says that it is coming; one that cannot be played is given up.

import { tellPicture } from "./poll.js";
import { tell } from "./socket.js";

const box = document.getElementById("video");
const player = document.getElementById("player");
const sound = document.getElementById("sound");
const source = box.dataset.src;
const isHls = /\.m3u8($|[?#])/i.test(source);

const RETRY_MS = [2000, 4000, 8000, 15_000, 15_000, 30_000]; // then it counts as failed
const FAILED_AGAIN_MS = 60_000; // a stream may still begin; a file that the browser refused will not
const STALL_MS = 10_000;
let hls = null;
let failures = 0;
let retry = 0;
let stall = 0;

function show(state) {
  box.dataset.picture = state;
  sound.hidden = state !== "on";
  report();
}

// The control room is told whether the picture plays here: once when that changes, again on a new socket, and now and
// then, for set-up believes what the crew has seen for half an hour. A page that polls says it with each question.
const REPORT_MS = 3000; // a picture that flickers is told of no more often
const AGAIN_MS = 600_000;
const MOVES_S = 0.5; // a picture that has come this far is no still
let told = "";
let telling = 0;

function seen() {
  if (box.dataset.picture !== "on") return failures ? "failed" : "";
  return !player.paused && player.currentTime >= MOVES_S ? "on" : "";
}

function report() {
  telling ||= setTimeout(() => {
    telling = 0;
    const state = seen();
    tellPicture(state);
    if (state && state !== told && tell({ type: "picture", state })) told = state;
    else if (!state && box.dataset.picture === "on") report(); // it is about to move, or waits for a finger
  }, REPORT_MS);
}

setInterval(() => {
  told = "";
  report();
}, AGAIN_MS);

document.addEventListener("room:conn", (event) => {
  if (event.detail.state !== "live") return;
  told = "";
  report();
});

const isFailed = () => failures > RETRY_MS.length;

/** `forGood`: the browser has said that it cannot play such a file. */
function again(forGood = false) {
  clearTimeout(stall);
  if (retry || (forGood && isFailed())) return; // one failure is often told twice: by the event and by play()
  failures = forGood ? RETRY_MS.length + 1 : failures + 1;
  show(isFailed() ? "failed" : "coming");
  if (isFailed()) release();
  if (!forGood) retry = setTimeout(start, RETRY_MS[failures - 1] ?? FAILED_AGAIN_MS);
}

/** Lets go of the source: the console of a page that gave up stays quiet. */
function release() {
  hls?.destroy();
  hls = null;
  if (player.hasAttribute("src")) {
    player.removeAttribute("src");
    player.load();
  }
}

function loadHls() {
  if (globalThis.Hls) return Promise.resolve();
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = box.dataset.hls;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
}

function playWithHls() {
  hls?.destroy();
  hls = new globalThis.Hls({ liveSyncDurationCount: 2, liveMaxLatencyDurationCount: 6, maxBufferLength: 20, backBufferLength: 10 });
  hls.on(globalThis.Hls.Events.ERROR, (_, data) => {
    if (!data.fatal) return;
    if (data.type === globalThis.Hls.ErrorTypes.MEDIA_ERROR && failures < 2) {
      failures += 1;
      hls.recoverMediaError();
      return;
    }
    hls.stopLoad();
    again();
  });
  hls.loadSource(source);
  hls.attachMedia(player);
}

async function start() {
  retry = 0;
  // hls.js where it can work at all: it follows the live edge and says what failed; else the browser's own
  const canFeed = Boolean(globalThis.ManagedMediaSource ?? globalThis.MediaSource);
  try {
    if (isHls && canFeed) {
      await loadHls();
      if (globalThis.Hls.isSupported()) playWithHls();
      else player.src = source;
    } else {
      player.loop = true; // a file stands in for a broadcast
      player.src = source;
      player.load();
    }
    await player.play();
  } catch (error) {
    if (error?.name === "NotAllowedError") show("on"); // a phone saving power: the sound button starts it
    else if (error?.name === "NotSupportedError" && !isHls) again(true);
    else if (error?.name !== "AbortError") again();
  }
}

/** From the beginning, as if the page had just been opened. */
function startOver() {
  clearTimeout(retry);
  failures = 0;
  show("coming");
  start();
}

player.addEventListener("playing", () => {
  failures = 0;
  clearTimeout(retry);
  clearTimeout(stall);
  retry = 0;
  show("on");
});
player.addEventListener("error", () => {
  if (!player.hasAttribute("src")) return; // let go of
  again(!isHls && player.error?.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED);
});
player.addEventListener("ended", () => again());
player.addEventListener("waiting", () => {
  clearTimeout(stall);
  stall = setTimeout(() => player.readyState < 3 && again(), STALL_MS);
});

sound.addEventListener("click", () => {
  player.muted = !player.muted;
  sound.setAttribute("aria-pressed", String(!player.muted));
  sound.setAttribute("aria-label", player.muted ? sound.dataset.on : sound.dataset.off);
  player.play().catch(() => undefined);
});

box.addEventListener("click", (event) => {
  if (event.target.closest("[data-picture-again]")) startOver();
});
window.addEventListener("online", () => box.dataset.picture !== "on" && startOver());

// The show goes on air: whatever was tried before, the picture may be there now.
let showState = document.getElementById("watch-top").dataset.show;
document.addEventListener("htmx:after:swap", () => {
  const state = document.getElementById("watch-top").dataset.show;
  if (state === "live" && state !== showState && box.dataset.picture !== "on") startOver();
  showState = state;
});

start();
