document.querySelector(".banner button").addEventListener("click", () => {
  document.querySelector(".banner").remove();
});
