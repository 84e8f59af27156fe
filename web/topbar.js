// Tabs: one is shown at a time; the address names it, so that a reload and a link show the same.
// Drawers: on a narrow page the columns at the sides open over the chat. What is in them opens and closes them, by a
// class of the body; here their buttons follow, and the keyboard.
const tabs = [...element.querySelectorAll("[role=tab]")];
const PANELS = { chat: "vouch", library: "library", settings: "settings" };
const SIDES = ["left", "right"];
const WIDTHS = ["(max-width: 1080px)", "(max-width: 820px)"]; // where page.css lets a side lie over the page
let wasOpen = false; // the drawer at the left

const byId = (id) => document.getElementById(id);
const isOpen = (side) => document.body.classList.contains(`${side}-open`);
const shut = (...sides) => document.body.classList.remove(...sides.map((side) => `${side}-open`));

const show = (name, { focus = false } = {}) => {
  const chosen = tabs.find((tab) => tab.dataset.tab === name) || tabs[0];
  document.body.dataset.tab = chosen.dataset.tab;
  shut(...SIDES);
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

const skip = document.createElement("a");
skip.className = "skip";
skip.href = "#box";
skip.textContent = "Skip to the question box";
skip.addEventListener("click", (click) => {
  click.preventDefault();
  show("chat");
  byId("box").querySelector("textarea").focus();
});
tabs[0].closest("[role=tablist]").parentElement.prepend(skip);

element.addEventListener("click", (click) => {
  const tab = click.target.closest("[role=tab]");
  if (tab) show(tab.dataset.tab);
  if (click.target.closest("[data-toggle]") && document.body.dataset.tab !== "chat") show("chat"); // the sides are there
});
element.addEventListener("keydown", (key) => {
  const at = tabs.indexOf(document.activeElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[key.key];
  if (to === undefined || at < 0) return;
  key.preventDefault();
  show(tabs[to % tabs.length].dataset.tab, { focus: true });
});

const toggle = (side) => element.querySelector(`[data-toggle=${side}]`);
const follow = () => {
  SIDES.forEach((side) => toggle(side).setAttribute("aria-expanded", isOpen(side)));
  const lost = document.activeElement === document.body || byId("left").contains(document.activeElement);
  if (wasOpen && !isOpen("left") && lost) toggle("left").focus({ preventScroll: true });
  wasOpen = isOpen("left");
};

document.addEventListener(
  "keydown",
  (key) => {
    const within = byId("left")?.contains(document.activeElement); // then it closes itself
    if (key.key !== "Escape" || !isOpen("left") || within) return;
    key.stopImmediatePropagation(); // the drawer is on top: what is beneath it stays
    shut("left");
  },
  true,
);

addEventListener("hashchange", () => show(location.hash.slice(1)));
show(location.hash.slice(1));

// This part is on the page before the columns are, and they have no roles of their own.
const begin = () => {
  const panels = tabs.map((tab) => byId(PANELS[tab.dataset.tab]));
  if (!panels.every(Boolean) || !SIDES.every(byId)) return setTimeout(begin, 20);
  tabs.forEach((tab, at) => {
    tab.setAttribute("aria-controls", panels[at].id);
    panels[at].setAttribute("role", "tabpanel");
    panels[at].setAttribute("aria-labelledby", tab.id);
    if (panels[at].id !== "vouch") panels[at].tabIndex = 0; // it scrolls, and not all of it can be tabbed to
  });
  SIDES.forEach((side) => toggle(side).setAttribute("aria-controls", side));
  // The focus that goes on from the drawer does not go behind it.
  byId("left").addEventListener("focusout", ({ relatedTarget: to }) => {
    if (to && !byId("left").contains(to)) shut("left");
  });
  follow();
  new MutationObserver(follow).observe(document.body, { attributeFilter: ["class"] });
  WIDTHS.forEach((width) => matchMedia(width).addEventListener("change", () => shut(...SIDES)));
};
begin();
