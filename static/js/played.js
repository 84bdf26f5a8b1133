// The crew looks at the viewer page before the show: once its picture moves, the steps of set-up say so.
//   #video[data-played="address"]: where that is told, again every minute while it plays

const AGAIN_MS = 60_000;
const MOVES_S = 0.5; // a picture that has come this far is no still

const box = document.getElementById("video");
let toldAt = -AGAIN_MS;

document.getElementById("player").addEventListener("timeupdate", ({ target }) => {
  if (target.currentTime < MOVES_S || performance.now() - toldAt < AGAIN_MS) return;
  toldAt = performance.now();
  const headers = { "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content };
  fetch(box.dataset.played, { method: "POST", headers }).catch(() => undefined); // in a minute again
});
