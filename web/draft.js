// The growing answer: kept in sight, told to whoever listens; what it is to replace is set back meanwhile.
const NEAR = 160; // pixels from the end that still count as following
const scroller = () => document.getElementById("scroll");

// What happens is read out by a line of its own, since a region that is drawn anew is read out whole, or not at all.
const spoken = document.createElement("p");
spoken.id = "spoken";
spoken.setAttribute("role", "status");
document.getElementById("centre").append(spoken);
const say = (text) => {
  if (spoken.textContent !== text) spoken.textContent = text;
};

const follow = () => {
  const box = scroller();
  const left = box.scrollHeight - box.scrollTop - box.clientHeight;
  const begun = !element.querySelector(".steps li");
  if (begun || left < NEAR) box.scrollTop = box.scrollHeight;
};

let before; // behind how many turns the draft was to come, when last looked at
const setBack = (draft) => {
  const after = draft?.dataset.after;
  if (after === before) return;
  before = after;
  document.querySelectorAll("#chat .turn").forEach((turn, place) => {
    turn.classList.toggle("replaced", after !== undefined && place >= Number(after));
  });
};

watch("value", () => {
  const draft = element.querySelector(".draft");
  setBack(draft);
  if (!draft) return;
  const busy = draft.hasAttribute("aria-busy");
  say(busy ? draft.querySelector(".steps summary").textContent : draft.querySelector(".notice").textContent);
  follow();
});
