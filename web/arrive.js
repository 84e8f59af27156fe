// The conversation in the address is the one to show; the scope chosen in this tab stays.
() => {
  const scope = JSON.parse(sessionStorage.getItem("vouch.scope") || "{}");
  return [new URLSearchParams(location.search).get("c") || "", "", null, scope];
}
