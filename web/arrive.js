// The conversation in the address is the one to show; the scope chosen in this tab stays.
() => {
  let scope = {};
  try {
    scope = JSON.parse(sessionStorage.getItem("vouch.scope")) || {};
  } catch {
    // what cannot be read is no scope
  }
  return [new URLSearchParams(location.search).get("c") || "", "", null, scope];
}
