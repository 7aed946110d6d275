// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// What the map of a scenario shows: the network and the facilities of today, light; what the scenario says, strong.

export const EMPTY = { type: "FeatureCollection", features: [] };
const FONT = ["Titillium Web", "Arial", "sans-serif"];
const FAST = ["rail", "metro"];
const fast = ["in", ["get", "kind"], ["literal", FAST]];
// Expressions of zoom may only stand at the top: the case is inside.
const byZoom = (low, high) => ["interpolate", ["linear"], ["zoom"], 8, ["case", fast, low, low * 0.45], 14, ["case", fast, high, high * 0.75]];

/** Adds sources and layers over the basemap; names of towns stay above what is light. */
export function addLayers(map) {
  for (const id of ["net-lines", "net-stops", "facilities", "draw"]) map.addSource(id, { type: "geojson", data: EMPTY });
  map.addSource("line-of", { type: "geojson", data: EMPTY });
  map.setPaintProperty("places-line", "line-color", "#b3bdc8");
  map.setPaintProperty("places-line", "line-opacity", 0.8);
  map.addLayer({ id: "draw-towns", type: "fill", source: "places", filter: ["in", ["get", "id"], ["literal", []]], paint: { "fill-color": "#b5123b", "fill-opacity": 0.3 } }, "places-line");
  map.addLayer({ id: "draw-areas", type: "fill", source: "draw", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.25 } }, "places-line");
  const round = { "line-join": "round", "line-cap": "round" };
  const below = (layer) => map.addLayer(layer, "towns");
  below({ id: "net-lines", type: "line", source: "net-lines", layout: round, paint: { "line-color": ["case", fast, "#5c6f82", "#9aa8b5"], "line-width": byZoom(1.6, 3) } });
  below({ id: "line-of", type: "line", source: "line-of", layout: round, paint: { "line-color": "#0066cc", "line-width": 4, "line-opacity": 0.7 } });
  below({ id: "net-stops", type: "circle", source: "net-stops", paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, ["case", fast, 2.8, 1.1], 10.5, ["case", fast, 4, 2.4], 15, ["case", fast, 6, 5]], "circle-color": "#ffffff", "circle-stroke-color": "#455b71", "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 8, 1, 14, 2] } });
  below({ id: "facilities", type: "circle", source: "facilities", paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 3.2, 14, 7], "circle-color": "#ffd24d", "circle-stroke-color": "#4d3b00", "circle-stroke-width": 1.2 } });
  const lines = ["in", ["geometry-type"], ["literal", ["LineString", "Polygon"]]];
  below({ id: "draw-case", type: "line", source: "draw", filter: lines, layout: round, paint: { "line-color": "#ffffff", "line-width": 7 } });
  below({ id: "draw-lines", type: "line", source: "draw", filter: lines, layout: round, paint: { "line-color": ["get", "colour"], "line-width": 4 } });
  const points = ["==", ["geometry-type"], "Point"];
  map.addLayer({ id: "net-names", type: "symbol", source: "net-stops", minzoom: 10, filter: ["step", ["zoom"], fast, 14, true], layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 11.5, "text-anchor": "top", "text-offset": [0, 0.6], "text-optional": true }, paint: { "text-color": "#455b71", "text-halo-color": "#ffffff", "text-halo-width": 1.4 } });
  map.addLayer({ id: "draw-points", type: "circle", source: "draw", filter: points, paint: { "circle-radius": ["case", ["get", "movable"], 8, 7], "circle-color": ["case", ["get", "movable"], ["get", "colour"], "#ffffff"], "circle-stroke-color": ["case", ["get", "movable"], "#ffffff", ["get", "colour"]], "circle-stroke-width": ["case", ["get", "movable"], 2, 3.5] } });
  map.addLayer({ id: "draw-names", type: "symbol", source: "draw", filter: points, layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 13.5, "text-variable-anchor-offset": ["left", [0.9, -0.5], "right", [-0.9, -0.5], "bottom", [0, -0.9]], "text-justify": "auto", "text-optional": true, "symbol-sort-key": ["get", "at"] }, paint: { "text-color": ["get", "colour"], "text-halo-color": "#ffffff", "text-halo-width": 2 } });
}

const feature = (properties, type, coordinates) => ({ type: "Feature", properties, geometry: { type, coordinates } });

/** Things with points as features; those whose point is not known are not on the map. */
export function pointFeatures(things) {
  const features = things.filter((one) => one.at).map((one) => feature({ id: one.id, name: one.name, kind: one.kind }, "Point", one.at));
  return { type: "FeatureCollection", features };
}

export function lineFeatures(lines) {
  // Trains come last and so lie above.
  const sorted = [...lines].sort((a, b) => FAST.includes(a.kind) - FAST.includes(b.kind));
  return { type: "FeatureCollection", features: sorted.map((one) => feature({ id: one.id, name: one.name, long: one.long, kind: one.kind }, "LineString", one.way)) };
}

/** What the pickers hold, as features: `picker` is its number, `at` the item's, `end` which of its points. */
export function drawnFeatures(pickers) {
  const features = [];
  pickers.forEach((picker, number) => {
    const { colour, rules } = picker;
    const placed = picker.items.filter((one) => one.at);
    const point = (item, at, end, label) => {
      const movable = ["new", "vertex", "stretch", "begun"].includes(item.sort);
      features.push(feature({ picker: number, at, end, label, colour, movable }, "Point", item[end]));
    };
    if (rules.path && placed.length > 1) features.push(feature({ colour }, "LineString", placed.map((one) => one.at)));
    if (rules.closed && placed.length > 2) features.push(feature({ colour }, "Polygon", [[...placed, placed[0]].map((one) => one.at)]));
    else if (rules.closed && placed.length === 2) features.push(feature({ colour }, "LineString", placed.map((one) => one.at)));
    picker.items.forEach((item, at) => {
      if (item.sort === "line") {
        if (item.way?.length > 1) features.push(feature({ colour }, "LineString", item.way));
      } else if (item.sort === "stretch") {
        features.push(feature({ colour }, "LineString", [item.from, item.to]));
        point(item, at, "from", item.name);
        point(item, at, "to", "");
      } else if (item.at && item.sort !== "place") {
        const number_ = rules.ordered ? `${at + 1} ` : "";
        point(item, at, "at", item.sort === "vertex" ? number_.trim() : `${number_}${item.name}`);
      }
    });
  });
  return { type: "FeatureCollection", features };
}
