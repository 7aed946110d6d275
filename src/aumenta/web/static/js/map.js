// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// The territory map: MapLibre over the page that the server made. The server renders the finding, the legend and
// the table of every choice; this script swaps them in and colours the map from the table's rows.

import * as maplibre from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { file, line, readyWorker, showGround, startMap, tell } from "./map_base.js";
import { CellsLayer, NO_CLASS, cellAt, decodeCells, valueOf } from "./map_cells.js";
import { classColours, only } from "./map_style.js";

const times = Object.assign((window.aumentaMapReady ??= {}), { start: performance.now() });
performance.mark("aumenta-map-start");

const holder = document.getElementById("map-live");
const tooltip = document.getElementById("map-tooltip");
const layout = document.getElementById("map-layout");
const status = document.getElementById("map-status");

let map;
let cells = null;
let hovered = null;
let asked = 0;
let layer = null;
let shown = { borders: null };
const buffers = new Map();
const files = new Map();

function panel() {
  return document.getElementById("map-panel");
}

function state() {
  return JSON.parse(document.getElementById("map-state").dataset.state);
}

function mark(name) {
  times[name] = performance.now();
  performance.mark(`aumenta-map-${name}`);
}

/** A file as JSON, fetched once. */
function json(url) {
  if (!files.has(url)) files.set(url, file(url, "json"));
  return files.get(url);
}

/** Rows of the panel's table by place. */
function rows() {
  return new Map([...panel().querySelectorAll("tr[data-place]")].map((row) => [row.dataset.place, row]));
}

async function showPlaces(now) {
  if (shown.borders !== now.urls.borders) {
    const borders = await json(now.urls.borders);
    if (state().urls.borders !== now.urls.borders) return;
    map.getSource("places").setData(borders);
    shown = { borders: now.urls.borders };
  }
  map.removeFeatureState({ source: "places" });
  const missing = [];
  const estimated = [];
  if (!now.cells) {
    for (const [id, row] of rows()) {
      const klass = Number(row.dataset.class);
      map.setFeatureState({ source: "places", id }, { class: klass });
      if (klass === NO_CLASS) missing.push(id);
      if (row.dataset.status === "estimated") estimated.push(id);
    }
  }
  map.setPaintProperty("places-fill", "fill-color", classColours(now.classes, now.missing));
  map.setPaintProperty("places-fill", "fill-opacity", now.cells ? 0 : 0.92);
  map.setPaintProperty("places-line", "line-opacity", now.cells ? 0.35 : 0.9);
  map.setFilter("places-missing", only(missing));
  return estimated;
}

async function showCells(now) {
  if (map.getLayer("cells")) map.removeLayer("cells");
  cells = null;
  layer = null;
  if (!now.cells) return;
  if (!buffers.has(now.urls.cells)) {
    buffers.set(now.urls.cells, decodeCells(await file(now.urls.cells, "arrayBuffer")));
  }
  if (state().urls.cells !== now.urls.cells) return;
  cells = buffers.get(now.urls.cells);
  layer = new CellsLayer("cells", cells);
  map.addLayer(layer, "places-line");
}

async function show() {
  const now = state();
  map.setFilter("places-estimated", only([]));
  const [estimated] = await Promise.all([showPlaces(now), showCells(now)]);
  await drawn(now);
  if (estimated?.length && state().urls.borders === now.urls.borders) map.setFilter("places-estimated", only(estimated));
  layout.classList.add("map-ready");
  layout.dataset.shown = `${now.indicator}/${now.level}`;
  if (!times.interactive) mark("interactive");
  if (now.cells && !times.cells) mark("cells");
}

/** Resolves after the first frame that holds what was chosen: its places answer to the pointer, its cells are drawn. */
function drawn(now) {
  return new Promise((resolve) => {
    const look = () => {
      const ready = map.isSourceLoaded("places") && (!now.cells || layer?.drawn);
      if (!ready) return;
      map.off("render", look);
      resolve();
    };
    map.on("render", look);
    map.triggerRepaint();
  });
}

// Choosing: the same addresses with and without this script.

async function go(url, push = true) {
  asked += 1;
  const mine = asked;
  status.textContent = state().words.loading;
  const answer = await fetch(url);
  if (!answer.ok) {
    window.location.assign(url);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== asked) return; // something else was chosen meanwhile
  const fresh = page.getElementById("map-panel");
  if (!fresh) {
    window.location.assign(url);
    return;
  }
  panel().replaceWith(document.adoptNode(fresh));
  swap(page, "map-form");
  for (const link of page.querySelectorAll(".site-languages a")) {
    document.querySelector(`.site-languages a[hreflang="${link.hreflang}"]`)?.setAttribute("href", link.getAttribute("href"));
  }
  document.title = page.title;
  if (push) window.history.pushState({}, "", url);
  status.textContent = panel().querySelector("[data-finding]")?.textContent ?? "";
  hide();
  await show();
}

/** Take the state of a form's fields from a page just read, without losing the focus. */
function swap(page, id) {
  const here = document.getElementById(id);
  const there = page.getElementById(id);
  if (!here || !there) return;
  for (const field of here.elements) {
    if (!field.name) continue;
    const twin = [...there.elements].find((f) => f.name === field.name && (f.type !== "radio" || f.value === field.value));
    if (!twin) continue;
    field.disabled = twin.disabled;
    if (field.type === "radio") field.checked = twin.checked;
    else field.value = twin.value;
  }
}

function onForm() {
  const form = document.getElementById("map-form");
  form.addEventListener("change", () => {
    const query = new URLSearchParams(new FormData(form));
    go(`${form.getAttribute("action")}?${query}`);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.dispatchEvent(new Event("change"));
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-panel-link]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const label = link.dataset.panelLink;
    go(link.href).then(() => panel().querySelector(`[data-panel-link="${label}"]`)?.focus());
  });
  window.addEventListener("popstate", () => go(window.location.href, false));
}

// Pointing: on the map and in the table.

function highlight(id) {
  if (hovered === id) return;
  if (hovered) map.setFeatureState({ source: "places", id: hovered }, { hover: false });
  hovered = id;
  if (id) map.setFeatureState({ source: "places", id }, { hover: true });
}

function hide() {
  tooltip.hidden = true;
  if (map) highlight(null);
}

function describe(feature, lngLat) {
  const now = state();
  const lines = [line(feature.properties.name, "strong")];
  if (now.cells && cells) {
    const at = maplibre.MercatorCoordinate.fromLngLat(lngLat);
    const index = cellAt(cells, at.x, at.y);
    if (index >= 0) lines.push(...describeCell(now, index));
  } else {
    const row = rows().get(feature.properties.id);
    if (row) lines.push(line(row.dataset.text));
    if (row?.dataset.note) lines.push(line(row.dataset.note));
  }
  return lines;
}

function describeCell(now, index) {
  const klass = cells.classes[index];
  const value = valueOf(cells, index);
  if (klass === NO_CLASS) return [line(now.words.missing)];
  const label = now.classes[klass]?.label ?? "";
  if (now.named || value === null) return [line(label)];
  const text = new Intl.NumberFormat(now.language, { maximumFractionDigits: cells.header.decimals }).format(value);
  return [line(`${text} ${now.unit}`), line(now.words.estimated)];
}

function point(event) {
  const [feature] = map.queryRenderedFeatures(event.point, { layers: ["places-fill"] });
  map.getCanvas().style.cursor = feature ? "pointer" : "";
  if (!feature) {
    hide();
    return null;
  }
  highlight(feature.properties.id);
  tell(tooltip, holder, event.point, describe(feature, event.lngLat));
  return feature;
}

function onMap() {
  map.on("mousemove", point);
  map.getCanvas().addEventListener("mouseleave", hide);
  map.on("movestart", hide);
  let touched = null;
  map.on("click", (event) => {
    const feature = point(event);
    if (!feature) return;
    const id = feature.properties.id;
    // On a touch screen there is no hovering: the first touch says what is there, the second opens it.
    if (event.originalEvent.pointerType === "touch" && touched !== id) {
      touched = id;
      return;
    }
    window.location.assign(state().urls.place + encodeURIComponent(id));
  });
  for (const [kind, on] of [["focusin", true], ["mouseover", true], ["focusout", false], ["mouseout", false]]) {
    layout.addEventListener(kind, (event) => {
      const row = event.target.closest?.("tr[data-place]");
      if (row) highlight(on && !state().cells ? row.dataset.place : null);
    });
  }
}

async function start() {
  const now = state();
  // Everything that takes time begins at once: the worker, the files, the drawing surface.
  readyWorker(now.urls.worker);
  maplibre.prewarm();
  json(now.urls.ground);
  json(now.urls.borders);
  map = await startMap(holder, now);
  mark("styled");
  onMap();
  // Colours first, so that the map answers soon; zones and names follow.
  await show();
  showGround(map, await json(now.urls.ground));
  map.once("idle", () => {
    mark("complete");
    layout.dataset.complete = "true";
  });
  window.aumentaMap = map;
}

if (holder && layout) {
  onForm();
  start().catch((error) => {
    // Without WebGL the drawing of the server stays, with table and sentence.
    console.warn(error);
    holder.hidden = true;
    if (status) status.textContent = state().words.noMap;
  });
}
