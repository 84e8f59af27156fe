// The export menu closes as menus do: by Escape, by a choice, by a click elsewhere.
const closeExports = (except) =>
  document.querySelectorAll("details.export[open]").forEach((menu) => menu !== except && (menu.open = false));

document.addEventListener("click", (click) => closeExports(click.target.closest?.("details.export summary")?.parentElement));
document.addEventListener(
  "keydown",
  (key) => {
    const open = key.key === "Escape" && document.querySelector("details.export[open]");
    if (!open) return;
    key.stopImmediatePropagation(); // the menu is on top: what is beneath it stays
    open.open = false;
    open.querySelector("summary").focus();
  },
  true,
);
