// The pane follows its content: an article opens at the marked sentence, and the marker that opened it is set off.
let opener = null; // what was clicked, to give the focus back to

const calm = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

const settle = () => {
  const pane = element.querySelector(".pane");
  if (!pane) return;
  document.querySelectorAll(".cite.active").forEach((marker) => marker.classList.remove("active"));
  if (pane.dataset.view !== "article") return;
  const { turn, order } = pane.dataset;
  document.querySelector(`#chat .cite[data-turn="${turn}"][data-order="${order}"]`)?.classList.add("active");
  const mark = pane.querySelector("mark");
  const target = mark || pane.querySelector(".reading");
  target.scrollIntoView({ block: mark ? "center" : "start", behavior: "auto" });
  mark?.focus({ preventScroll: true });
};

const back = () => {
  const pane = element.querySelector(".pane");
  const button = pane?.dataset.view === "article" && pane.querySelector(".back");
  if (button) button.click();
  else document.body.classList.remove("right-open", "left-open");
  opener?.isConnected && opener.focus({ preventScroll: true });
};

const copy = async (button) => {
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = label), 1500);
};

document.addEventListener("click", (click) => {
  const hit = (selector) => click.target.closest(selector);
  if (hit("#chat [data-event]")) {
    opener = hit("[data-event]");
    if (hit(".cite, .excerpt, .meta button")) document.body.classList.add("right-open");
  }
  if (hit("[data-close]")) document.body.classList.remove("right-open", "left-open");
  if (!hit("#left, [data-toggle]")) document.body.classList.remove("left-open");
  const toggle = hit("[data-toggle]");
  if (toggle) document.body.classList.toggle(`${toggle.dataset.toggle}-open`);
  const button = hit("[data-copy]");
  if (button) copy(button);
});

document.addEventListener("keydown", (key) => {
  if (key.key === "Escape" && !key.isComposing) back();
});

watch("value", settle);
settle();
