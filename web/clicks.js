// Every click on something that carries data-event becomes an event of this component, with all its data-*.
// "edit" and "scope" carry what was typed, and are triggered by the parts themselves.
const EVENTS = ["cite", "passage", "sources", "suggest", "again", "undo", "rate", "fresh", "choose", "remove"];

element.addEventListener("click", (click) => {
  const target = click.target.closest("[data-event]");
  if (!target || !EVENTS.includes(target.dataset.event)) return;
  click.preventDefault();
  if (target.dataset.confirm && !window.confirm(target.dataset.confirm)) return;
  trigger(target.dataset.event, { ...target.dataset });
});
