// On a narrow page the sidebar is a drawer: choosing something closes it.
element.addEventListener("click", (click) => {
  if (click.target.closest(".choose, .fresh")) document.body.classList.remove("left-open");
});
