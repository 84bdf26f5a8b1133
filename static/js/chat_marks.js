// What was just done to comments, drawn on the lines that are there: the list may stand still, and the server's own
// drawing of it comes later. As templates/comments/line.html draws it.
//   .chat-panel[data-fate-hidden]     why the others do not see a line; also -muted and -banned, of its author

const STANDING = { mute: "muted", ban: "banned", "shadow-ban": "shadowed", free: "" };
const SAYS = { muted: "mute", banned: "ban", hidden: "shadow-ban" }; // fate → the act with the same icon in the menu

const panel = document.querySelector(".chat-panel");
const menu = document.getElementById("chat-menu");

/** `verb` was done to the comment `id`, or to all of the viewer's. */
export function markLines(lines, verb, id, viewer) {
  for (const line of lines) {
    const isIt = line.dataset.id === id && ["hide", "show"].includes(verb);
    const isTheirs = line.dataset.viewer === viewer && verb in STANDING;
    if (isIt) line.dataset.state = verb === "hide" ? "hidden" : "shown";
    if (isTheirs) line.dataset.standing = STANDING[verb];
    if (isIt || isTheirs) draw(line);
  }
}

function draw(line) {
  const { state, standing } = line.dataset;
  line.classList.toggle("is-muted", ["hidden", "shadowed"].includes(state));
  if (state !== "held") line.classList.remove("is-flagged");
  const fate = ["muted", "banned"].includes(standing) ? standing : state === "shown" ? "" : state;
  const icon = menu.querySelector(`[data-act="${SAYS[fate]}"] .icon`);
  if (icon || !fate) line.querySelector(".mark").replaceChildren(...(icon ? [icon.cloneNode(true)] : []));
  const told = state === "shown" ? fate : state; // a line that is hidden says so, whoever has said it
  const words = panel.dataset[`fate${told.charAt(0).toUpperCase()}${told.slice(1)}`];
  if (told && !words) return; // as it came in: the server has said why
  line.querySelector(".fate")?.remove();
  if (!told) return;
  const said = document.createElement("span");
  said.className = "fate";
  said.textContent = words;
  line.querySelector(".said").after(said);
}
