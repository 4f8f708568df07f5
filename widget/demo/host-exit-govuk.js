// Behaves as the exit of the GOV.UK Design System does: it goes by `href`, so the page stays in the
// tab's history, and it marks the body so that nothing else watches the Shift key.
const link = document.querySelector(".govuk-exit-this-page__button");
let presses = 0;

const go = () => {
  document.body.classList.add("govuk-exit-this-page-hide-content");
  location.href = link.href;
};
link.addEventListener("click", (event) => {
  event.preventDefault();
  go();
});
document.addEventListener("keyup", (event) => {
  presses = event.key === "Shift" ? presses + 1 : 0;
  if (presses === 3) go();
});
document.body.dataset.govukFrontendExitThisPageKeypress = "true";
