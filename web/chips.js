// A chip carries the scope that is left once it is gone.
let byKeyboard = false;

element.addEventListener("click", (click) => {
  const chip = click.target.closest(".chip");
  if (!chip) return;
  byKeyboard = click.detail === 0;
  trigger("scope", JSON.parse(chip.dataset.scope));
});

// Whoever removes one by the keyboard goes on from the next one, or from the box.
watch("value", () => {
  if (byKeyboard && document.activeElement === document.body) {
    (element.querySelector(".chip") || document.querySelector("#box textarea"))?.focus();
  }
  byKeyboard = false;
});
