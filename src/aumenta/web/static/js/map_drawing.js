// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// The drawing that the server made answers to the pointer as soon as the page is read: the name and the value of a
// place on pointing, its page on a click. The map with zoom is loaded after the first paint and takes over.

const times = {};
window.aumentaMapReady = times;

const layout = document.getElementById("map-layout");
const tooltip = document.getElementById("map-tooltip");

function line(text, name = "span") {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

function rowOf(place) {
  return layout.querySelector(`tr[data-place="${CSS.escape(place)}"]`);
}

function point(event) {
  const path = event.target.closest?.(".map-drawing path[data-place]");
  const row = path && rowOf(path.dataset.place);
  if (!row) {
    tooltip.hidden = true;
    return null;
  }
  const lines = [line(row.querySelector("th").textContent, "strong"), line(row.dataset.text)];
  if (row.dataset.note) lines.push(line(row.dataset.note));
  tooltip.replaceChildren(...lines);
  tooltip.hidden = false;
  const frame = tooltip.parentElement.getBoundingClientRect();
  const left = Math.min(event.clientX - frame.left + 14, frame.width - tooltip.offsetWidth - 6);
  const top = Math.min(event.clientY - frame.top + 18, frame.height - tooltip.offsetHeight - 6);
  tooltip.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  return row;
}

if (layout && tooltip) {
  let touched = null;
  layout.addEventListener("pointermove", (event) => {
    if (!layout.classList.contains("map-ready")) point(event);
  });
  layout.addEventListener("click", (event) => {
    if (layout.classList.contains("map-ready")) return;
    const row = point(event);
    if (!row) return;
    // On a touch screen there is no hovering: the first touch says what is there, the second opens it.
    if (event.pointerType === "touch" && touched !== row) {
      touched = row;
      return;
    }
    window.location.assign(row.querySelector("a").href);
  });
  times.answers = performance.now();
  performance.mark("aumenta-map-answers");
  painted().then(() => import("./map.js"));
}

/** Resolves after the first paint, so that people read the drawing while the map is made; after a second at the latest. */
function painted() {
  return new Promise((resolve) => {
    setTimeout(resolve, 1000);
    if (!PerformanceObserver.supportedEntryTypes?.includes("paint")) return;
    new PerformanceObserver((entries, observer) => {
      if (!entries.getEntriesByName("first-contentful-paint").length) return;
      observer.disconnect();
      resolve();
    }).observe({ type: "paint", buffered: true });
  });
}
