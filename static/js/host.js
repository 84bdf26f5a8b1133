// The host screen: Space says "got it"; a tap anywhere on the cue does too.

document.addEventListener("keydown", (event) => {
  if (event.code !== "Space" || event.repeat || document.querySelector("dialog[open]")) return;
  const button = document.getElementById("ack");
  if (!button) return;
  event.preventDefault();
  button.click();
});

document.addEventListener("click", (event) => {
  const button = document.getElementById("ack");
  if (button && event.target.closest("#host-cue") && !button.contains(event.target)) button.click();
});
