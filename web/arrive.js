// The conversation in the address is the one to show.
() => [new URLSearchParams(location.search).get("c") || "", "", null]
