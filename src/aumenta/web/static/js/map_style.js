// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// The basemap of the twin as a MapLibre style: territory, zones, names of towns. No tiles, no glyph server: without a
// `glyphs` address MapLibre draws letters from the fonts of the page.

const FONT = ["Titillium Web", "Arial", "sans-serif"];
const EMPTY = { type: "FeatureCollection", features: [] };

/** The style, with empty sources that are filled as their files arrive. */
export function baseStyle() {
  return {
    version: 8,
    sources: {
      zones: { type: "geojson", data: EMPTY },
      territory: { type: "geojson", data: EMPTY },
      towns: { type: "geojson", data: EMPTY },
      places: { type: "geojson", data: EMPTY, promoteId: "id" },
    },
    // Few kinds of layers, without the outlines of fills: each kind is a program that the graphics card has to
    // compile before the first frame.
    layers: [
      { id: "places-fill", type: "fill", source: "places", paint: { "fill-color": "#ffffff", "fill-opacity": 0.92, "fill-antialias": false } },
      { id: "places-missing", type: "fill", source: "places", filter: none(), paint: { "fill-pattern": "hatch", "fill-antialias": false } },
      { ...line("places-line", "places", "#ffffff", 0.7), paint: bordersPaint(0.9) },
      line("zones-line", "zones", "#17324d", 1.1, { "line-opacity": 0.75 }),
      line("territory-line", "territory", "#17324d", 1.8),
      // Inside the border, so that it shows beside the line of a zone.
      line("places-estimated", "places", "#1a1a1a", 1.4, { "line-dasharray": [0.8, 1.8], "line-offset": 2.5 }, none()),
      towns(),
    ],
  };
}

/** Thin white borders; the place pointed at has a thick red one. */
function bordersPaint(opacity) {
  const pointed = ["boolean", ["feature-state", "hover"], false];
  const width = (thin) => ["case", pointed, 3.5, thin];
  return {
    "line-color": ["case", pointed, "#d9364f", "#ffffff"],
    "line-width": ["interpolate", ["linear"], ["zoom"], 7, width(0.5), 12, width(1.3)],
    "line-opacity": opacity,
  };
}

function none() {
  return ["in", ["get", "id"], ["literal", []]];
}

function line(id, source, colour, width, paint = {}, filter = undefined) {
  const layer = {
    id,
    type: "line",
    source,
    layout: { "line-join": "round" },
    paint: { "line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], 7, width * 0.7, 12, width * 1.8], ...paint },
  };
  if (filter) layer.filter = filter;
  return layer;
}

/** Names by size: the largest towns first, the others as the map comes closer and there is room. */
function towns() {
  return {
    id: "towns",
    type: "symbol",
    source: "towns",
    filter: ["<=", ["get", "rank"], ["step", ["zoom"], 12, 8, 40, 9, 120, 10, 100000]],
    layout: {
      "text-field": ["get", "name"],
      "text-font": FONT,
      "text-size": ["interpolate", ["linear"], ["get", "rank"], 0, 15, 8, 13, 60, 11.5],
      "symbol-sort-key": ["get", "rank"],
      "text-padding": 3,
    },
    paint: { "text-color": "#17324d", "text-halo-color": "#ffffff", "text-halo-width": 1.6 },
  };
}

/** Colour of a place by the class in its feature state. */
export function classColours(classes, missing) {
  const known = classes.flatMap((one, i) => [i, one.colour]);
  return known.length
    ? ["match", ["coalesce", ["feature-state", "class"], 255], ...known, missing]
    : missing;
}

/** Filter that keeps the places of a list of identifiers. */
export function only(ids) {
  return ["in", ["get", "id"], ["literal", ids]];
}

/** The hatching of what has no value: grey oblique lines. */
export function hatch() {
  const size = 12;
  const data = new Uint8ClampedArray(size * size * 4);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const on = (x + y) % 6 < 2;
      data.set(on ? [96, 102, 112, 255] : [233, 235, 238, 255], (y * size + x) * 4);
    }
  }
  return { width: size, height: size, data };
}

/** MapLibre's own words in the page's language. */
export function locale(words) {
  return {
    "Map.Title": words.map,
    "NavigationControl.ZoomIn": words.zoomIn,
    "NavigationControl.ZoomOut": words.zoomOut,
    "ScaleControl.Meters": "m",
    "ScaleControl.Kilometers": "km",
    "CooperativeGesturesHandler.WindowsHelpText": words.gestures,
    "CooperativeGesturesHandler.MacHelpText": words.gestures,
    "CooperativeGesturesHandler.MobileHelpText": words.gestures,
  };
}
