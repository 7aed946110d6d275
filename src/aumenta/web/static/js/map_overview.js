// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// The light map of the overview: choosing swaps it without loading the page anew, a click opens the place.

function part() {
  return document.getElementById("overview-map");
}

async function choose(form) {
  const address = `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;
  const answer = await fetch(address);
  const fresh = answer.ok
    ? new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("overview-map")
    : null;
  if (!fresh) {
    window.location.assign(address);
    return;
  }
  part().replaceWith(document.adoptNode(fresh));
  window.history.replaceState({}, "", address);
  part().querySelector("select").focus();
}

if (part()) {
  document.addEventListener("change", (event) => {
    const form = event.target.closest("#overview-map form");
    if (form) choose(form);
  });
  document.addEventListener("click", (event) => {
    const place = event.target.closest?.("#overview-map [data-place]");
    if (place) window.location.assign(part().dataset.places + encodeURIComponent(place.dataset.place));
  });
}
