// The Settings tab, fetched each time it is shown, so that it tells what is in force now.
const words = (text, again) => {
  const line = document.createElement("p");
  line.className = "hint";
  line.setAttribute("role", "status");
  line.append(text);
  if (again) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "retry";
    button.textContent = "Try again";
    button.addEventListener("click", again);
    line.append(" ", button);
  }
  const frame = document.createElement("div");
  frame.className = "settings-page";
  frame.append(line);
  element.replaceChildren(frame);
};

const fill = async () => {
  if (!element.querySelector("h1")) words("Reading the settings…");
  try {
    const reply = await fetch("/settings", { credentials: "same-origin" });
    if (!reply.ok) throw new Error(reply.status);
    element.innerHTML = await reply.text(); // made and escaped by the server
  } catch {
    words("The settings could not be read: Vouch does not answer, or you are no longer logged in.", fill);
  }
};

document.addEventListener("vouch:tab", (event) => event.detail === "settings" && fill());
if (document.body.dataset.tab === "settings") fill();
