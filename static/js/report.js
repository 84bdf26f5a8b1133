// The report prints itself.

document.getElementById("print")?.addEventListener("click", () => window.print());
