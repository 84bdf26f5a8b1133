// The dialog with the chat's rules, and lists of words that come from files.
//   #blocked-file[data-no-text]   said of a file that is no text

import { toast } from "./toasts.js";

// What is in force is fetched each time: nobody may begin to type into what the answer will replace.
const rules = document.getElementById("chat-rules-body");
const blank = rules.innerHTML;
rules.closest("dialog").addEventListener("close", () => (rules.innerHTML = blank));

/** UTF-8, or what Excel and Notepad write in Chinese. */
function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

// A list of words comes from a file into the field, where it can be looked at before it is saved. The empty line
// ends a table that came before it.
document.addEventListener("change", async (event) => {
  if (event.target.id !== "blocked-file" || !event.target.files[0]) return;
  const field = document.getElementById("blocked-words");
  const text = textOf(await event.target.files[0].arrayBuffer());
  const isText = !/[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text); // a picture would be words that hide half of the chat
  if (isText) field.value = [field.value.trim(), text.trim()].filter(Boolean).join("\n\n");
  else toast(event.target.dataset.noText, { error: true });
  event.target.value = "";
  field.focus();
});
