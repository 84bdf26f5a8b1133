// The record of a show: a choice is taken at once, and while the next page is on its way the table says so.

const form = document.getElementById("acts-filter");
const panel = form.closest("main");
const loading = panel.querySelector(".loading");

form.closest(".record").classList.add("has-script");
form.addEventListener("change", () => form.requestSubmit());
form.addEventListener("submit", wait);
panel.addEventListener("click", (event) => {
  if (event.target.closest("a[href]") && !event.metaKey && !event.ctrlKey && !event.shiftKey) wait();
});
window.addEventListener("pageshow", () => say(false)); // also when one comes back

function wait() {
  for (const choice of form.querySelectorAll("select")) if (!choice.value) choice.removeAttribute("name"); // a short address
  say(true);
}

function say(isBusy) {
  panel.ariaBusy = String(isBusy);
  loading.textContent = isBusy ? loading.dataset.text : "";
  if (!isBusy) for (const choice of form.querySelectorAll("select")) choice.name = choice.id.replace("acts-", "");
}
