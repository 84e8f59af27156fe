// Filtering of lists, the scope, the drawer. What a reader typed or opened outlives every new rendering.
const SETTLED_MS = 300; // after the last change the scope is sent, so that several ticks are one change
const YEAR = 1000; // a year below it is one that is still being typed
const opened = {}; // which lists a reader opened or closed
let timer = 0;

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const narrow = (field) => {
  const words = plain(field.value).split(/\s+/);
  const finder = field.closest(".finder");
  let found = 0;
  for (const item of finder.querySelectorAll("li")) {
    const name = plain(item.querySelector(".subject, .outlet").textContent);
    item.hidden = !words.every((word) => name.includes(word));
    found += !item.hidden;
  }
  finder.querySelector(".nothing").hidden = found > 0;
};

// The scope: sent once it stands still, and never with a date that is half typed.
const days = () => [...element.querySelectorAll("input[type=date]")];
const typing = (day) => day.validity.badInput || (day.value && Number(day.value.split("-")[0]) < YEAR);
const given = (name) => {
  const day = element.querySelector(`input[name=${name}]`);
  return day.validity.badInput ? "?" : day.value;
};
const send = () => {
  clearTimeout(timer);
  timer = 0;
  const outlets = [...element.querySelectorAll("input[name=outlet]:checked")].map((box) => box.value);
  trigger("scope", { since: given("since"), until: given("until"), outlets });
};
const sendSoon = () => {
  clearTimeout(timer);
  timer = setTimeout(send, SETTLED_MS);
};

element.addEventListener("input", (input) => {
  if (input.target.matches(".find")) narrow(input.target);
});
element.addEventListener("change", (change) => {
  if (change.target.matches(".scope input:not(.find)") && !days().some(typing)) sendSoon();
});
element.addEventListener("focusout", (out) => {
  if (out.target.matches("input[type=date]") && typing(out.target)) send();
});
element.addEventListener("toggle", (toggle) => (opened[toggle.target.className] = toggle.target.open), true);

// Articles came or went: what the scope sees is counted anew.
document.addEventListener("vouch:library", () => {
  const scope = element.querySelector(".scope");
  if (scope && !timer) trigger("scope", JSON.parse(scope.dataset.scope));
});

// A narrow page has the sidebar as a drawer: choosing something closes it, and the focus goes in and out with it.
const drawer = document.body.classList;
const opener = () => document.querySelector("[data-toggle=left]");

element.addEventListener("click", (click) => {
  if (click.target.closest(".choose, .fresh")) drawer.remove("left-open");
  const clear = click.target.closest(".clear");
  if (clear && clear.ariaDisabled !== "true") trigger("scope", { since: "", until: "", outlets: [] });
});
element.addEventListener("keydown", (key) => {
  const field = key.target.closest(".find");
  if (key.key !== "Escape" || (!field?.value && !drawer.contains("left-open"))) return;
  key.stopPropagation();
  if (field?.value) {
    field.value = "";
    narrow(field);
    return;
  }
  drawer.remove("left-open");
  opener()?.focus();
});
document.addEventListener("click", (click) => {
  if (!click.target.closest("[data-toggle=left]")) return;
  const enter = () => {
    const fresh = element.querySelector(".fresh");
    fresh.focus(); // in vain as long as it is hidden: for a frame or two, longer on a busy machine
    if (drawer.contains("left-open") && document.activeElement !== fresh) requestAnimationFrame(enter);
  };
  requestAnimationFrame(enter);
});

// The fields show the scope that is in force, the lists stay as they were, and a reload finds the same scope.
const settle = () => {
  const scope = element.querySelector(".scope");
  if (!scope) return;
  sessionStorage.setItem("vouch.scope", scope.dataset.scope);
  element.querySelectorAll(".find").forEach(narrow);
  element.querySelectorAll("details").forEach((list) => (list.open = opened[list.className] ?? list.open));
  if (timer) return; // a change is on its way
  element.querySelectorAll("input[name=outlet]").forEach((box) => (box.checked = box.hasAttribute("checked")));
  days().forEach((day) => (day.value = day.getAttribute("value")));
};

watch("value", settle);
settle();
