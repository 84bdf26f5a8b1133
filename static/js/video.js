// The broadcast picture: HLS by the browser itself or by hls.js, any other file by the browser.
// Muted until the viewer asks for sound (no browser starts a loud video by itself); a picture that
// fails is asked for again, quietly, while the page says that it is coming.

const box = document.getElementById("video");
const player = document.getElementById("player");
const sound = document.getElementById("sound");
const source = box.dataset.src;

const AGAIN_MS = [2000, 4000, 8000, 15000];
const STALL_MS = 10_000;
let hls = null;
let failures = 0;
let retry = 0;
let stall = 0;

function show(state) {
  box.dataset.picture = state;
  sound.hidden = state !== "on";
}

function again() {
  show("coming");
  clearTimeout(stall);
  if (retry) return; // one failure is often told twice: by the event and by play()
  retry = setTimeout(start, AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)]);
  failures += 1;
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
    } else again();
  });
  hls.loadSource(source);
  hls.attachMedia(player);
}

async function start() {
  retry = 0;
  const isHls = /\.m3u8($|\?)/.test(source);
  // hls.js where it can work at all: it follows the live edge and says what failed; else the browser's own
  const canFeed = Boolean(globalThis.ManagedMediaSource ?? globalThis.MediaSource);
  try {
    if (isHls && canFeed) {
      await loadHls();
      if (globalThis.Hls.isSupported()) playWithHls();
      else player.src = source;
    } else {
      player.src = source;
      player.load();
    }
    await player.play();
  } catch (error) {
    if (error?.name === "NotAllowedError") show("on"); // a phone saving power: the sound button starts it
    else if (error?.name !== "AbortError") again();
  }
}

player.addEventListener("playing", () => {
  failures = 0;
  clearTimeout(retry);
  clearTimeout(stall);
  retry = 0;
  show("on");
});
player.addEventListener("error", again);
player.addEventListener("ended", again);
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

start();
