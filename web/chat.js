// The conversation: its address, where it is read from, and what is done with an answer.
let shown = null;
const BUSY = "#draft [aria-busy]";
const REASONS = ["Wrong", "Not what I asked", "A source is missing", "Badly written"];
const LONGEST = 4000; // characters of a question

const say = (text) => {
  const spoken = document.getElementById("spoken");
  if (spoken) spoken.textContent = text;
};

// A new answer is read from its question on. What is laid out only now, on the way there, moves it once more.
const toTop = (turn, again = 3) => {
  turn.scrollIntoView({ block: "start" });
  if (again) requestAnimationFrame(() => toTop(turn, again - 1));
};

const settle = () => {
  const log = element.querySelector(".log");
  if (!log) return;
  const here = log.dataset.conversation;
  // The address names the conversation, so that a reload shows it again.
  const url = new URL(location.href);
  if (here) url.searchParams.set("c", here);
  else url.searchParams.delete("c");
  if (url.href !== location.href) history.replaceState(null, "", url);

  const last = log.querySelector(".turn:last-child");
  const state = `${here} ${last?.id} ${last?.querySelector(".acts [data-answer]")?.dataset.answer}`;
  if (state === shown) return;
  const first = shown === null;
  shown = state;
  if (!last) return;
  toTop(last);
  if (first) return;
  say(last.querySelector(".answer, .card")?.textContent ?? "");
  const lost = document.activeElement === document.body; // what had the focus is gone
  if (lost && matchMedia("(hover: hover)").matches) document.querySelector("#box textarea")?.focus({ preventScroll: true });
};

const make = (tag, properties, ...children) => {
  const { label, ...rest } = properties;
  const node = Object.assign(document.createElement(tag), rest);
  if (label) node.setAttribute("aria-label", label);
  node.append(...children);
  return node;
};

// A form that Escape closes; `send` says whether it is done with.
const form = (className, send, close, ...children) => {
  const made = make("form", { className }, ...children);
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  made.addEventListener("keydown", (key) => {
    if (key.key !== "Escape" || key.isComposing) return;
    key.stopPropagation(); // it would close the Evidence pane as well
    close();
  });
  return made;
};

const buttons = (send, cancel, close) =>
  make(
    "div",
    { className: "buttons" },
    make("button", { type: "submit", className: "send", textContent: send }),
    make("button", { type: "button", textContent: cancel, onclick: close }),
  );

// The question becomes a field in its place.
const edit = (button) => {
  const question = button.closest(".turn").querySelector(".question");
  if (question.hidden) return;
  const text = make("textarea", { value: question.textContent, rows: 1, maxLength: LONGEST, label: "Your question" });
  text.dir = "auto";
  const close = () => {
    made.remove();
    question.hidden = false;
    button.focus({ preventScroll: true });
  };
  const send = () => {
    const asked = text.value.trim();
    const { confirm: warning } = button.dataset;
    if (!asked || document.querySelector(BUSY) || (warning && !window.confirm(warning))) return;
    close();
    trigger("edit", { ...button.dataset, question: asked });
  };
  const made = form("editing", send, close, text, buttons("Save", "Cancel", close));
  text.addEventListener("keydown", (key) => {
    if (key.key !== "Enter" || key.shiftKey || key.isComposing) return;
    key.preventDefault();
    send();
  });
  question.hidden = true;
  question.after(made);
  text.focus();
};

// clicks.js has sent the thumb; here it is shown, and what the next click on each will make of it.
const rated = (button) => {
  const acts = button.closest(".acts");
  const now = button.dataset.thumb;
  for (const thumb of acts.querySelectorAll(".thumb")) {
    const pressed = thumb.dataset.kind === now;
    thumb.setAttribute("aria-pressed", pressed);
    thumb.dataset.thumb = pressed ? "" : thumb.dataset.kind;
  }
  acts.querySelector(".said")?.remove();
  acts.querySelector(".reasons")?.remove();
  if (now === "down") why(acts, button);
};

const why = (acts, button) => {
  const ticks = REASONS.map((name) => make("input", { type: "checkbox", value: name }));
  const own = make("input", { type: "text", maxLength: 1000, placeholder: "In your own words", label: "In your own words" });
  const close = () => {
    made.remove();
    button.focus({ preventScroll: true });
  };
  const send = () => {
    const ticked = ticks.filter((tick) => tick.checked).map((tick) => tick.value);
    const reason = [...ticked, own.value.trim()].filter(Boolean).join("; ");
    close();
    if (!reason) return;
    trigger("rate", { ...button.dataset, thumb: "down", reason });
    acts.append(make("span", { className: "said", textContent: reason }));
    say("Kept. Thank you.");
  };
  const legend = make("legend", { textContent: "What is not good about it?" });
  const labels = ticks.map((tick) => make("label", {}, tick, ` ${tick.value}`));
  const made = form("reasons", send, close, make("fieldset", {}, legend, ...labels), own, buttons("Send", "Not now", close));
  acts.append(made);
  ticks[0].focus({ preventScroll: true });
  made.scrollIntoView({ block: "nearest" });
};

// navigator.clipboard is there on https and on this machine itself only.
const write = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = make("textarea", { value: text });
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
};

const copy = async (button) => {
  await write(button.dataset.text);
  button.textContent = "Copied";
  say("Copied");
  setTimeout(() => (button.textContent = "Copy"), 1500);
};

element.addEventListener("click", (click) => {
  const button = click.target.closest(".acts button");
  if (!button) return;
  if (button.matches(".copy")) copy(button);
  if (button.matches(".edit")) edit(button);
  if (button.matches(".thumb")) rated(button);
});

watch("value", settle);
settle();
