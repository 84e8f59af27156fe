// Every click on something that carries data-event becomes an event of this component, with all its data-*.
// "edit" and "scope" carry what was typed, and are triggered by the parts themselves.
const EVENTS = ["cite", "passage", "sources", "suggest", "again", "undo", "rate", "fresh", "choose", "remove", "widen"];

element.addEventListener("click", (click) => {
  const target = click.target.closest("[data-event]");
  if (!target || !EVENTS.includes(target.dataset.event)) return;
  click.preventDefault();
  if (target.dataset.confirm && !window.confirm(target.dataset.confirm)) return;
  trigger(target.dataset.event, { ...target.dataset });
});

// data-go opens a tab; data-show names what is to be seen there, for the part that shows it.
element.addEventListener("click", (click) => {
  const target = click.target.closest("[data-go]");
  if (!target) return;
  location.hash = target.dataset.go;
  document.dispatchEvent(new CustomEvent("vouch:show", { detail: target.dataset.show || "" }));
});
