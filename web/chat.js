// The address names the conversation, so that a reload shows it again; a new answer is read from its question on.
let shown = null;

const settle = () => {
  const log = element.querySelector(".log");
  if (!log) return;
  const here = log.dataset.conversation;
  const url = new URL(location.href);
  if (here) url.searchParams.set("c", here);
  else url.searchParams.delete("c");
  if (url.href !== location.href) history.replaceState(null, "", url);

  const turns = log.querySelectorAll(".turn");
  const state = `${here} ${turns.length}`;
  if (state === shown) return;
  shown = state;
  if (turns.length) turns[turns.length - 1].scrollIntoView({ block: "start" });
};

watch("value", settle);
settle();
