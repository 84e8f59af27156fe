// Keep the growing answer in sight, unless the reader has scrolled up to read something else.
const NEAR = 160; // pixels from the end that still count as following
const scroller = () => document.getElementById("scroll");

watch("value", () => {
  const box = scroller();
  if (!box || !element.querySelector(".draft")) return;
  const left = box.scrollHeight - box.scrollTop - box.clientHeight;
  const begun = !element.querySelector(".steps li");
  if (begun || left < NEAR) box.scrollTop = box.scrollHeight;
});
