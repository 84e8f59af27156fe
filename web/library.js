// The Library tab: fetched when it is first looked at, then part by part. The server makes all HTML, and escapes it.
const HERE = "/library";
const POLL_MS = 1000; // while something is being added
const TYPING_MS = 250; // after the last letter
const NAMED = 5; // titles in the question before a removal

const ticked = new Map(); // id → title, of articles on any page of the list
const wanted = { words: "", sort: "ingested", down: 1, page: 1 };
let over = null; // the jobs that were over at the last look
let polling = null;
let sending = 0;
let loaded = false;

const shelf = document.createElement("div");
element.append(shelf);

const part = (name) => shelf.querySelector(`[data-part="${name}"]`);
const one = (selector) => shelf.querySelector(selector);
const say = (words, kind = "") => {
  const said = part("said");
  said.className = `word ${kind}`;
  said.textContent = words;
};
const put = (name, html) => {
  part(name).innerHTML = html;
};

const call = async (path, body) => {
  const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const reply = await fetch(HERE + path, { credentials: "same-origin", ...(body ? post : {}) });
  const type = reply.headers.get("content-type") || "";
  if (!reply.ok) throw new Error(plain(await reply.text(), type));
  return type.includes("json") ? reply.json() : reply.text();
};
// What went wrong comes as a sentence; anything else is nothing for a reader.
const plain = (words, type) => {
  if (!type.startsWith("text/html")) return "That did not work. Try again, or reload the page.";
  return new DOMParser().parseFromString(words, "text/html").body.textContent;
};
const tried = (work) => async (...given) => {
  try {
    return await work(...given);
  } catch (error) {
    say(error instanceof TypeError ? "Vouch does not answer. Is it still running?" : error.message, "problem");
  }
};

// --- what is shown

const table = async () => {
  put("table", await call(`/table?${new URLSearchParams(wanted)}`));
  const shown = one("[data-part=table] table");
  if (shown) wanted.page = shown.dataset.page;
  one("[data-find]").hidden = !shown && !wanted.words;
  ticks();
};

const everything = async () => {
  const [counts, refusals] = await Promise.all([call("/counts"), call("/refusals"), table()]);
  put("counts", counts);
  put("refusals", refusals);
  document.dispatchEvent(new CustomEvent("vouch:library")); // for other parts that show what the library holds
};

const jobs = (html) => {
  const at = document.activeElement?.closest?.(".job")?.dataset.job;
  put("jobs", html);
  one(`[data-job="${CSS.escape(at || "")}"] button`)?.focus();
  const list = one(".jobs");
  const changed = over !== null && over !== list.dataset.over;
  over = list.dataset.over;
  clearTimeout(polling);
  if (Number(list.dataset.active)) polling = setTimeout(look, POLL_MS);
  return changed;
};

const look = tried(async () => {
  if (document.body.dataset.tab !== "library" && document.hidden) return (polling = setTimeout(look, POLL_MS));
  const changed = jobs(await call("/jobs"));
  if (!changed) return;
  await everything();
  say(one(".job.done p, .job.failed p")?.textContent ?? "", "heard"); // it stands in the list
});

let opening = null; // two that ask at once wait for the same
const load = () => (loaded ? look() : (opening ??= furnish().finally(() => (opening = null))));

const furnish = tried(async () => {
  shelf.innerHTML = '<p class="opening hint" role="status">Opening the library…</p>';
  try {
    shelf.innerHTML = await call("/panel");
  } catch (error) {
    shelf.innerHTML = '<div class="shelf"><p class="problem" role="alert" data-part="said"></p></div>';
    throw error;
  }
  loaded = true;
  over = null;
  ticked.clear();
  one("[data-find]").hidden = !one("table");
  jobs(part("jobs").innerHTML);
});

// --- adding

const send = (files) => {
  if (!files.length) return say("There is no file in it.", "problem");
  const form = new FormData();
  files.forEach(([file, path]) => form.append("file", file, path));
  const request = new XMLHttpRequest(); // fetch does not tell how much was sent
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", "Sending");
  const line = document.createElement("p");
  line.className = "sending";
  line.append(files.length === 1 ? "Sending 1 file… " : `Sending ${files.length.toLocaleString("en")} files… `, bar);
  part("jobs").before(line);
  sending += 1;
  request.upload.onprogress = (sent) => (bar.value = sent.loaded / sent.total);
  request.onloadend = () => {
    sending -= 1;
    line.remove();
    const type = request.getResponseHeader("content-type") || "";
    if (request.status === 200) arrived(request.responseText);
    else say(request.status ? plain(request.responseText, type) : "The files could not be sent.", "problem");
  };
  request.open("POST", `${HERE}/files`);
  request.send(form);
  say("");
};

const arrived = tried(async (html) => {
  if (jobs(html)) await everything(); // nothing of it was for the ingest: it is over at once
});

// A folder comes as an entry, which is read a hundred names at a time.
const within = async (entry, path) => {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    return [[file, path + entry.name]];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return found;
    for (const each of some) found.push(...(await within(each, `${path}${entry.name}/`)));
  }
};

const isFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
const dropped = tried(async (transfer) => {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return send([...transfer.files].map((file) => [file, file.name]));
  const found = [];
  for (const entry of entries) found.push(...(await within(entry, "")));
  send(found);
});

let inside = 0; // how many elements of the tab a dragged file has entered and not left
const hover = (step) => {
  inside = step ? Math.max(0, inside + step) : 0;
  one("[data-drop]")?.classList.toggle("over", inside > 0);
};
element.addEventListener("dragenter", (event) => isFiles(event) && hover(1));
element.addEventListener("dragleave", (event) => isFiles(event) && hover(-1));
element.addEventListener("dragover", (event) => isFiles(event) && event.preventDefault());
element.addEventListener("drop", (event) => {
  if (!isFiles(event)) return;
  event.preventDefault();
  hover(0);
  if (loaded) dropped(event.dataTransfer);
});

// --- removing

const ticks = () => {
  const boxes = [...shelf.querySelectorAll("tbody input[type=checkbox]")];
  boxes.forEach((box) => (box.checked = ticked.has(box.value)));
  const all = one("[data-all]");
  if (all) {
    const some = boxes.filter((box) => box.checked).length;
    all.checked = some === boxes.length;
    all.indeterminate = some > 0 && some < boxes.length;
  }
  const button = one("[data-do=remove]");
  button.disabled = !ticked.size;
  button.textContent = ticked.size ? `Remove ${ticked.size.toLocaleString("en")}…` : "Remove…";
};

const count = (number) => (number === 1 ? "1 article" : `${number.toLocaleString("en")} articles`);

const askRemoval = () => {
  const dialog = one(".confirm");
  one("#confirm-title").textContent = `Remove ${count(ticked.size)}?`;
  const titles = [...ticked.values()];
  const more = titles.length - NAMED;
  const names = more > 0 ? [...titles.slice(0, NAMED), `and ${more.toLocaleString("en")} more`] : titles;
  one(".confirm ul").replaceChildren(
    ...names.map((title) => Object.assign(document.createElement("li"), { textContent: title, dir: "auto" })),
  );
  dialog.returnValue = "";
  dialog.showModal();
};

const remove = tried(async () => {
  const reply = await call("/remove", { articles: [...ticked.keys()], page: one(".shelf").dataset.page });
  ticked.clear();
  const line = document.createElement("p");
  const undo = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: "Undo" });
  Object.assign(undo.dataset, { do: "undo", undo: reply.undo });
  line.append(`${reply.said} `, undo);
  await everything();
  part("undo").append(line);
  undo.focus();
});

// --- what is clicked

const from = (button) => (button.dataset.origin ? [button.dataset.origin] : []);
const acts = {
  files: () => one("[data-files]").click(),
  folder: () => one("[data-folder]").click(),
  cancel: async (button) => jobs(await call("/cancel", { job: button.dataset.job })) && (await everything()),
  sort: (button) => {
    Object.assign(wanted, { sort: button.dataset.sort, down: button.dataset.down, page: 1 });
    return table().then(() => one(`[data-do=sort][data-sort="${wanted.sort}"]`)?.focus());
  },
  page: (button) => {
    wanted.page = button.dataset.page;
    return table().then(() => one(".articles").scrollIntoView({ block: "start" }));
  },
  open: async (button) => {
    put("detail", await call(`/articles/${encodeURIComponent(button.dataset.article)}`));
    one(".detail").showModal();
    one("#detail-title").focus();
  },
  retry: async (button) => {
    const reply = await call("/retry", { origins: from(button) });
    if (jobs(reply)) await everything();
  },
  dismiss: async (button) => {
    put("refusals", await call("/dismiss", { origins: from(button) }));
    document.dispatchEvent(new CustomEvent("vouch:library"));
    (one(".refusals button") ?? one("[data-find] input")).focus();
  },
  remove: askRemoval,
  undo: async (button) => {
    const reply = await call("/undo", { undo: button.dataset.undo });
    button.parentElement.remove();
    await everything();
    say(reply.said, reply.back ? "" : "problem");
  },
};

shelf.addEventListener("click", (click) => {
  const button = click.target.closest("[data-do]");
  if (!button || !acts[button.dataset.do]) return;
  say("");
  tried(acts[button.dataset.do])(button);
});

shelf.addEventListener("change", (change) => {
  const box = change.target;
  if (box.matches("[data-files], [data-folder]")) {
    send([...box.files].map((file) => [file, file.webkitRelativePath || file.name]));
    box.value = "";
  } else if (box.matches("[data-all]")) {
    shelf.querySelectorAll("tbody input[type=checkbox]").forEach((each) => mark(each, box.checked));
    ticks();
  } else if (box.matches("tbody input[type=checkbox]")) {
    mark(box, box.checked);
    ticks();
  }
});
const mark = (box, chosen) => (chosen ? ticked.set(box.value, box.dataset.title) : ticked.delete(box.value));

let typing = null;
shelf.addEventListener("input", (input) => {
  if (!input.target.closest("[data-find]")) return;
  clearTimeout(typing);
  typing = setTimeout(() => find(input.target.value), TYPING_MS);
});
const find = tried(async (words) => {
  Object.assign(wanted, { words, page: 1 });
  await table();
});

const correct = async (form) => {
  const changed = [...form.querySelectorAll("input")].filter((field) => field.value !== field.dataset.had);
  const problem = form.querySelector(".problem");
  problem.textContent = "";
  if (!changed.length) return (problem.textContent = "Nothing was changed.");
  const fields = Object.fromEntries(changed.map((field) => [field.name, field.value]));
  try {
    put("detail", await call(`/articles/${encodeURIComponent(form.dataset.correct)}`, { fields }));
    one("#detail-title").focus();
    await everything();
  } catch (error) {
    problem.textContent = error.message;
  }
};
const addLinks = tried(async (form) => {
  const box = form.querySelector("textarea");
  if (jobs(await call("/links", { links: box.value }))) await everything();
  box.value = "";
  say("");
});

shelf.addEventListener("submit", (submit) => {
  const form = submit.target;
  if (form.method === "dialog") return;
  submit.preventDefault();
  if (form.matches("[data-links]")) addLinks(form);
  if (form.matches("[data-correct]")) correct(form);
});
shelf.addEventListener(
  "close",
  (close) => {
    if (close.target.matches(".confirm") && close.target.returnValue === "yes") remove();
  },
  true, // it does not bubble
);
shelf.addEventListener("click", (click) => click.target.matches("dialog") && click.target.close("no")); // beside it
shelf.addEventListener("keydown", (key) => {
  if (key.key === "Escape" && key.target.closest("dialog")) key.stopPropagation(); // it closes no more than the dialog
});

// --- coming and leaving

const shownNow = () => document.body.dataset.tab === "library" && load();
document.addEventListener("vouch:tab", shownNow);
document.addEventListener("vouch:show", async (show) => {
  if (show.detail !== "refusals") return;
  await load();
  one("#library-refused")?.focus();
});
addEventListener("pagehide", () => {
  const page = one(".shelf")?.dataset.page;
  if (page && part("undo").childElementCount) {
    navigator.sendBeacon(`${HERE}/leave`, new Blob([JSON.stringify({ page })], { type: "application/json" }));
  }
});
addEventListener("pageshow", (show) => {
  if (!show.persisted || !loaded) return;
  loaded = false; // what was removed before can no longer be undone
  shownNow();
});
addEventListener("beforeunload", (leave) => sending && leave.preventDefault());
shownNow();
