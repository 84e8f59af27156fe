// The pane follows its content: an article opens at the marked sentence, the marker that opened it is set off, and
// Escape leads back to it. On a narrow page the pane is a sheet over the chat, which cannot be reached meanwhile.
const OPENS = "[data-event=cite], [data-event=passage], [data-event=sources]";
const COPIED_MS = 1500;
const page = element.closest("#vouch-page");
const right = element.closest("#right");
const pane = () => element.querySelector(".pane");
const reading = () => pane()?.dataset.view === "article";

let opener = null; // what was clicked in the chat: where the focus goes back to
let entry = null; // what was clicked in the list, which of its like it was, and how far down the list was
let asked = null; // the click that the next content answers; without one it must not take the focus
let active = []; // the markers of the citation that is shown
let returning = false; // the focus comes back to a marker: its quote has just been read

const like = ({ event, order, passage }) =>
  `[data-event="${event}"]` +
  (order ? `[data-order="${order}"]` : "") +
  (passage ? `[data-passage="${CSS.escape(passage)}"]` : "");

const inPane = (data) => [...pane().querySelectorAll(like(data))];
const inChat = (data) => [...(document.getElementById(`m${data.turn}`)?.querySelectorAll(like(data)) || [])];

// Whether the pane shows what a click asks for already; then nothing new will come.
const shows = (asks) =>
  (asks.event === "sources") === !reading() &&
  ["turn", "order", "passage"].every((name) => asks[name] === pane()?.dataset[name]);

const settle = () => {
  if (!pane()) return;
  active.forEach((marker) => marker.classList.remove("active"));
  active = [];
  if (reading()) toMark();
  else toList();
  asked = null;
};

const toMark = () => {
  const { turn, order } = pane().dataset;
  active = order ? inChat({ event: "cite", turn, order }) : [];
  active.forEach((marker) => marker.classList.add("active"));
  if (asked?.matches(".step")) active.at(-1)?.scrollIntoView({ block: "nearest" });
  const mark = pane().querySelector("mark");
  (mark || pane()).scrollIntoView({ block: mark ? "center" : "start" });
  const step = asked?.matches(".step") && pane().querySelector(`.step[aria-label="${asked.ariaLabel}"]:enabled`);
  if (asked) (step || mark || pane()).focus({ preventScroll: true });
};

const toList = () => {
  const back = asked?.matches(".back") && entry;
  right.scrollTop = back ? entry.top : 0;
  if (asked) ((back && inPane(entry.data)[entry.nth]) || pane()).focus({ preventScroll: true });
  entry = null;
};

// Back to what was clicked in the chat, or to what stands in its place by now.
const home = () => {
  const there = opener?.isConnected ? opener : opener && inChat(opener.dataset)[0];
  returning = true;
  there?.focus();
  returning = false;
};

const sheetOpen = () => document.body.classList.contains("right-open") && getComputedStyle(right).position === "fixed";

const close = () => {
  const wasSheet = sheetOpen();
  document.body.classList.remove("right-open", "left-open");
  sheet();
  if (wasSheet) home();
};

// The focus goes into the sheet: in vain as long as that is hidden, for a frame or two, longer on a busy machine.
const enter = () => {
  if (!sheetOpen() || right.contains(document.activeElement)) return;
  pane().focus({ preventScroll: true });
  requestAnimationFrame(enter);
};

// Called whenever a column is opened or closed, whoever does it.
const sheet = () => {
  const open = sheetOpen();
  if (open === (right.ariaModal === "true")) return;
  const from = document.activeElement;
  document.querySelectorAll("#topbar, #left, #centre").forEach((part) => (part.inert = open));
  right.role = open ? "dialog" : null;
  right.ariaModal = open ? "true" : null;
  right.ariaLabel = open ? "Evidence" : null;
  if (!open || !from?.dataset.toggle) return; // a marker that opens it moves the focus once its article is there
  opener = from;
  requestAnimationFrame(enter);
};

const escape = () => {
  const back = reading() && pane().querySelector(".back");
  if (sheetOpen() && !(back && entry)) return close();
  if (!back) return right.contains(document.activeElement) && home();
  const fromList = entry;
  back.click();
  if (fromList) return;
  asked = null; // the list comes without taking the focus from the marker
  home();
};

const copy = async (button) => {
  if (button.dataset.label) return;
  button.dataset.label = button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  } catch {
    button.textContent = "The browser does not allow copying here";
  }
  setTimeout(() => {
    button.textContent = button.dataset.label;
    delete button.dataset.label;
  }, COPIED_MS);
};

document.addEventListener("click", (click) => {
  const hit = (selector) => click.target.closest(selector);
  const opens = hit(OPENS);
  if (opens && hit("#chat")) {
    [opener, entry, asked] = [opens, null, opens];
    document.body.classList.add("right-open");
  } else if (opens && right.contains(opens)) {
    asked = opens;
    if (!reading()) entry = { data: opens.dataset, nth: inPane(opens.dataset).indexOf(opens), top: right.scrollTop };
  }
  if (opens && asked === opens && shows(opens.dataset)) settle();
  const toggle = hit("[data-toggle]");
  if (toggle) {
    opener = toggle;
    document.body.classList.toggle(`${toggle.dataset.toggle}-open`);
  } else if (hit("[data-close]") || (sheetOpen() && !hit("#right, #chat"))) close();
  else if (!hit("#left")) document.body.classList.remove("left-open");
  const button = hit("[data-copy]");
  if (button) copy(button);
});

document.addEventListener("keydown", (key) => {
  const typing = key.target.closest?.("input, textarea, select");
  if (key.key !== "Escape" || key.isComposing || key.defaultPrevented || typing) return;
  if (!glance.hide()) escape();
});

// The card over a marker or over a point of the timeline: its quote, who wrote it and when. All of it is text.
// The pointer can move onto it; the keyboard shows it with the focus; a finger opens the pane instead.
const glance = (() => {
  const SOON_MS = 120; // so that markers that the pointer only crosses show nothing
  const LINGER_MS = 250; // the way from the marker onto the card
  const GAP = 8;
  const card = document.getElementById("glance") || document.createElement("div");
  Object.assign(card, { id: "glance", className: "glance", role: "tooltip", hidden: true });
  page.append(card);
  let over = null;
  let timer = null;

  const later = (what, milliseconds) => {
    clearTimeout(timer);
    timer = setTimeout(what, milliseconds);
  };
  const line = (tag, name, words) => {
    const made = document.createElement(tag);
    made.className = name;
    made.dir = "auto";
    made.textContent = words;
    return made;
  };
  // Above a marker, or below it where there is no room; below the timeline, so that no other point is covered.
  const place = () => {
    const [at, { width, height }] = [over.getBoundingClientRect(), card.getBoundingClientRect()];
    const plot = over.closest(".plot")?.getBoundingClientRect();
    const [above, below] = [at.top - height - GAP, (plot || at).bottom + GAP];
    const lowest = innerHeight - height - GAP;
    const top = plot ? (below <= lowest ? below : above) : above >= GAP ? above : below;
    const left = Math.min(at.left + at.width / 2 - width / 2, innerWidth - width - GAP);
    card.style.left = `${Math.max(GAP, left)}px`;
    card.style.top = `${Math.max(GAP, Math.min(top, lowest))}px`;
  };
  const show = (marker) => {
    clearTimeout(timer);
    if (!marker.isConnected || over === marker) return;
    hide();
    over = marker;
    const { by, title, quote, note, shape } = marker.dataset;
    const parts = [by && ["p", "by", by], title && ["p", "of", title], quote && ["q", "", quote]];
    parts.push(note && ["p", `verdict ${shape || ""}`, note]);
    card.replaceChildren(...parts.filter(Boolean).map((part) => line(...part)));
    card.hidden = false;
    marker.setAttribute("aria-describedby", card.id);
    place();
  };
  const hide = () => {
    clearTimeout(timer);
    if (!over) return false;
    over.removeAttribute("aria-describedby");
    over = null;
    card.hidden = true;
    return true;
  };
  const follow = () => {
    if (!over) return;
    const at = over.getBoundingClientRect();
    if (!over.isConnected || at.bottom < 0 || at.top > innerHeight) hide();
    else place();
  };

  page.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "touch") return;
    const marker = target.closest("[data-by]");
    if (marker) later(() => show(marker), over === marker ? 0 : SOON_MS);
    else if (card.contains(target)) clearTimeout(timer);
    else if (!over?.matches(":focus-visible")) later(hide, LINGER_MS);
  });
  page.addEventListener("pointerleave", () => later(hide, LINGER_MS));
  page.addEventListener("focusin", ({ target }) => {
    if (!returning && target.matches("[data-by]:focus-visible")) show(target);
  });
  page.addEventListener("focusout", hide);
  page.addEventListener("click", hide);
  document.addEventListener("scroll", follow, { capture: true, passive: true });
  return { hide };
})();

new MutationObserver(sheet).observe(document.body, { attributes: true, attributeFilter: ["class"] });
addEventListener("resize", sheet);
watch("value", settle);
settle();
