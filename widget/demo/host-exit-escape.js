// An exit of a page's own on the Escape key.
const link = document.getElementById("quick-exit");
document.body.dataset.escapes = "0";
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.body.dataset.escapes = Number(document.body.dataset.escapes) + 1;
  if (!event.defaultPrevented && !document.body.dataset.stay) location.href = link.href;
});
