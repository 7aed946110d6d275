// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// Kinds of parameters that are drawn: what each may be made of, and how its value is written.

// `accepts`: what a click or a name may give, what fits first wins. `many`: a list; `ordered`: its order means something;
// `made`: things that are not there yet, with id and name of their own; `path`: drawn joined in order.
export const KINDS = {
  places: { accepts: ["town"], many: true, levels: ["municipality", "zone", "band"], find: "findAny" },
  area: { accepts: ["town"], many: true, find: "findPlace" },
  polygon: { accepts: ["point"], many: true, ordered: true, bare: true, closed: true, find: "findPoint" },
  point: { accepts: ["point"], made: true, find: "findPoint" },
  points: { accepts: ["point"], made: true, many: true, find: "findPoint" },
  moved: { accepts: ["facility"], made: true, many: true, find: "findFacility" },
  stretch: { accepts: ["point"], pairs: true, find: "findPoint" },
  stretches: { accepts: ["point"], pairs: true, many: true, find: "findPoint" },
  way: { accepts: ["point"], many: true, ordered: true, bare: true, path: true, find: "findPoint" },
  stop: { accepts: ["stop"], find: "findStop" },
  known_stops: { accepts: ["stop"], many: true, find: "findStop" },
  stops: { accepts: ["stop", "point"], made: true, many: true, ordered: true, path: true, find: "findStops" },
  lines: { accepts: ["line"], many: true, find: "findLine" },
  opportunity: { accepts: ["facility"], find: "findFacility" },
  opportunities: { accepts: ["facility"], many: true, find: "findFacility" },
};
// The sentence that says what to do on the map.
export const TOLD = {
  places: "drawTowns", area: "drawTowns", polygon: "drawPolygon", point: "drawPoint", points: "drawPoint", moved: "drawMoved",
  stretch: "drawStretch", stretches: "drawStretch", way: "drawWay", stop: "drawStop", known_stops: "drawStop",
  stops: "drawStops", lines: "drawLine", opportunity: "drawFacility", opportunities: "drawFacility",
};
const OF_IDS = { places: "place", stop: "stop", known_stops: "stop", lines: "line", opportunity: "facility", opportunities: "facility" };

/** An element with attributes and children; none of them is read as HTML. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A sentence with its parts filled in. */
export function said(text, parts) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in parts ? String(parts[name]) : whole));
}

export const rounded = ([lon, lat]) => [Math.round(lon * 1e6) / 1e6, Math.round(lat * 1e6) / 1e6];

const isPoint = (value) => Array.isArray(value) && value.length === 2 && value.every(Number.isFinite);
const isText = (value) => typeof value === "string" && value !== "";

function madeItem(value) {
  if (!value || !isText(value.id) || !isPoint([value.lon, value.lat])) throw new TypeError("not a point");
  return { sort: "new", id: value.id, name: String(value.name ?? value.id), at: [value.lon, value.lat] };
}

function knownItem(sort, id) {
  if (!isText(id)) throw new TypeError("not an id");
  return { sort, id, name: "" };
}

function stretchItem(value) {
  if (!value || !isText(value.id) || !isPoint(value.from) || !isPoint(value.to)) throw new TypeError("not a stretch");
  return { sort: "stretch", id: value.id, name: String(value.name ?? value.id), from: value.from, to: value.to };
}

function vertexItem(value) {
  if (!isPoint(value)) throw new TypeError("not a point");
  return { sort: "vertex", at: value };
}

function oneItem(kind, value) {
  if (kind in OF_IDS) return knownItem(OF_IDS[kind], value);
  if (kind === "stops") return typeof value === "string" ? knownItem("stop", value) : madeItem(value);
  if (kind === "stretch" || kind === "stretches") return stretchItem(value);
  if (kind === "way" || kind === "polygon") return vertexItem(value);
  return madeItem(value);
}

/** The items of a value; `TypeError` where it is none of the kind. An area gives its kind too: drawn freely or not. */
export function itemsOf(kind, value) {
  if (kind === "area") {
    if (value && Array.isArray(value.polygon)) return { kind: "polygon", items: value.polygon.map(vertexItem) };
    if (value && !Array.isArray(value.municipalities)) throw new TypeError("not an area");
    return { kind, items: (value?.municipalities ?? []).map((id) => knownItem("place", id)) };
  }
  if (value === null || value === undefined) return { kind, items: [] };
  if (!KINDS[kind].many) return { kind, items: [oneItem(kind, value)] };
  if (!Array.isArray(value)) throw new TypeError("not a list");
  return { kind, items: value.map((one) => oneItem(kind, one)) };
}

function oneValue(item) {
  if (item.sort === "new") return { id: item.id, name: item.name, lon: item.at[0], lat: item.at[1] };
  if (item.sort === "stretch") return { id: item.id, name: item.name, from: item.from, to: item.to };
  return item.sort === "vertex" ? item.at : item.id;
}

/** The value of items; null where nothing is chosen, or not enough for an area. */
export function valueOf(kind, items) {
  const values = items.filter((one) => one.sort !== "begun").map(oneValue);
  if (kind === "polygon") return values.length < 3 ? null : { polygon: values };
  if (!values.length) return null;
  if (kind === "area") return { municipalities: values };
  return KINDS[kind].many ? values : values.at(-1);
}
