// Tabs: one is shown at a time; the address names it, so that a reload and a link show the same.
const tabs = [...element.querySelectorAll("[role=tab]")];
const NARROW = matchMedia("(max-width: 1080px)");

const show = (name, { focus = false } = {}) => {
  const chosen = tabs.find((tab) => tab.dataset.tab === name) || tabs[0];
  document.body.dataset.tab = chosen.dataset.tab;
  document.body.classList.remove("left-open", "right-open");
  tabs.forEach((tab) => {
    const here = tab === chosen;
    tab.setAttribute("aria-selected", here);
    tab.tabIndex = here ? 0 : -1;
  });
  if (focus) chosen.focus();
  const url = new URL(location.href);
  url.hash = chosen.dataset.tab === "chat" ? "" : chosen.dataset.tab;
  if (url.href !== location.href) history.replaceState(null, "", url);
  document.dispatchEvent(new CustomEvent("vouch:tab", { detail: chosen.dataset.tab }));
};

element.addEventListener("click", (click) => {
  const tab = click.target.closest("[role=tab]");
  if (tab) show(tab.dataset.tab);
});
element.addEventListener("keydown", (key) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key.key];
  const at = tabs.indexOf(document.activeElement);
  if (!step || at < 0) return;
  key.preventDefault();
  show(tabs[(at + step + tabs.length) % tabs.length].dataset.tab, { focus: true });
});
addEventListener("hashchange", () => show(location.hash.slice(1)));
show(location.hash.slice(1));
