// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// The map of travel times: cells coloured by minutes, a pin to drag or to move with the arrow keys, isochrone lines,
// and the journey to a cell.

import * as maplibre from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { file, line, readyWorker, showGround, startMap, tell } from "./map_base.js";
import { cellAt, decodeCells, valueOf } from "./map_cells.js";
import { CellsCanvas } from "./reach_cells.js";

const NOT_REACHED = 255;
const EMPTY = { type: "FeatureCollection", features: [] };
const STEP_METRES = 250;
const METRES_PER_DEGREE = 111320;
const RIDE = "#b5123b";

/** Class of every number of minutes: bands, beyond them, not reached. */
function classTable(bands) {
  const table = new Uint8Array(256);
  for (let minutes = 0; minutes < 256; minutes += 1) {
    const at = bands.findIndex((band) => minutes <= band);
    table[minutes] = at < 0 ? bands.length : at;
  }
  table[NOT_REACHED] = bands.length + 1;
  return table;
}

export class ReachMap {
  constructor(holder, tooltip, state) {
    this.holder = holder;
    this.tooltip = tooltip;
    this.state = state;
    this.table = classTable(state.bands);
    this.minutes = null;
    this.data = {};
    this.number = new Intl.NumberFormat(state.language, { maximumFractionDigits: 0 });
  }

  async start() {
    const { state } = this;
    readyWorker(state.urls.worker);
    const cells = file(state.urls.cells, "arrayBuffer");
    this.map = await startMap(this.holder, state);
    this.cells = decodeCells(await cells);
    this.surface = new CellsCanvas(this.cells);
    this.map.getCanvasContainer().before(this.surface.canvas);
    this.map.addLayer(this.surface.follower(), "places-line");
    this.map.setPaintProperty("places-fill", "fill-opacity", 0); // it answers to the pointer, the cells below are seen
    this.map.setPaintProperty("places-line", "line-color", "#c4cbd3");
    this.map.setPaintProperty("places-line", "line-opacity", 0.5);
    this.addLines();
    if (this.minutes) this.show(this.minutes);
    this.onPointer();
    this.ground().catch((error) => console.warn(error));
  }

  async ground() {
    const [ground, borders] = await Promise.all([file(this.state.urls.ground, "json"), file(this.state.urls.borders, "json")]);
    showGround(this.map, ground);
    this.map.getSource("places").setData(borders);
  }

  addLines() {
    const dotted = this.state.estimated ? { "line-dasharray": [1, 1.6] } : {};
    const add = (id, type, source, paint, extra = {}) => this.map.addLayer({ id, type, source, paint, ...extra }, "towns");
    // From afar every second line only: around small places the others would cover what they surround.
    const wide = (even, odd) => ["match", ["get", "minutes"], [30, 60, 90], even, odd];
    this.map.addSource("isochrones", { type: "geojson", data: EMPTY });
    this.map.addSource("journey", { type: "geojson", data: EMPTY });
    add("isochrones", "line", "isochrones", { "line-color": "#101820", "line-width": ["interpolate", ["linear"], ["zoom"], 8, wide(0.7, 0), 10, wide(1.2, 0.5), 12, wide(1.8, 1)], ...dotted });
    const round = { layout: { "line-join": "round", "line-cap": "round" } };
    add("journey-case", "line", "journey", { "line-color": "#ffffff", "line-width": 8 }, { filter: ["==", ["geometry-type"], "LineString"], ...round });
    add("journey-way", "line", "journey", { "line-color": RIDE, "line-width": 4, "line-dasharray": [0.1, 1.8] }, { filter: ["==", ["get", "kind"], "way"], ...round });
    add("journey-ride", "line", "journey", { "line-color": RIDE, "line-width": 4.5 }, { filter: ["==", ["get", "kind"], "ride"], ...round });
    add("journey-stops", "circle", "journey", {
      "circle-radius": ["match", ["get", "kind"], "end", 7, 5],
      "circle-color": "#ffffff",
      "circle-stroke-color": RIDE,
      "circle-stroke-width": 2.5,
    }, { filter: ["==", ["geometry-type"], "Point"] });
  }

  /** Colours the cells; the geometry stays. */
  show(minutes) {
    this.minutes = minutes;
    if (!this.surface) return;
    const classes = new Uint8Array(minutes.length);
    for (let i = 0; i < minutes.length; i += 1) classes[i] = this.table[minutes[i]];
    this.surface.show(classes);
  }

  isochrones(lines) {
    this.draw("isochrones", lines ?? EMPTY);
  }

  /** Draws the legs of a journey, null clears them. */
  journey(found) {
    if (!found) {
      this.draw("journey", EMPTY);
      return;
    }
    const features = [];
    const point = (kind, coordinates) => features.push({ type: "Feature", properties: { kind }, geometry: { type: "Point", coordinates } });
    for (const leg of found.legs) {
      features.push({ type: "Feature", properties: { kind: leg.vehicle ? "ride" : "way" }, geometry: leg.geometry });
      if (leg.vehicle) for (const call of [leg.vehicle.calls[0], leg.vehicle.calls.at(-1)]) point("stop", [call.lon, call.lat]);
    }
    point("end", this.state.asked.toward === "1" ? found.origin : found.destination);
    this.draw("journey", { type: "FeatureCollection", features });
  }

  /** Gives a source its features; what is empty stays as it is, since every change draws the whole map anew. */
  draw(id, data) {
    if (data === (this.data[id] ?? EMPTY)) return;
    this.data[id] = data;
    this.map?.getSource(id)?.setData(data);
  }

  /** The pin; `moving(lon, lat)` while it moves, `rested()` when it is let go. */
  pin(at, moving, rested) {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "reach-pin";
    element.setAttribute("aria-label", this.state.words.pin);
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 32 44");
    svg.setAttribute("aria-hidden", "true");
    for (const [name, attributes] of [
      ["path", { d: "M16 43C16 43 30 27 30 15.500A14 14 0 1 0 2 15.500C2 27 16 43 16 43Z", fill: "#d9364f", stroke: "#ffffff", "stroke-width": 2 }],
      ["circle", { cx: 16, cy: 15.5, r: 5.5, fill: "#ffffff" }],
    ]) {
      const part = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
      svg.append(part);
    }
    element.append(svg);
    this.marker = new maplibre.Marker({ element, draggable: true, anchor: "bottom" }).setLngLat(at).addTo(this.map);
    const told = () => {
      const { lng, lat } = this.marker.getLngLat();
      moving(lng, lat);
    };
    this.marker.on("dragstart", () => {
      this.dragging = true;
      this.surface.drag(true);
      this.hide();
    });
    this.marker.on("drag", told);
    this.marker.on("dragend", () => {
      this.dragging = false;
      this.surface.drag(false);
      rested();
    });
    element.addEventListener("click", (event) => event.stopPropagation());
    element.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!way) return;
      event.preventDefault();
      event.stopPropagation();
      this.step(way, event.shiftKey ? 8 : 1);
      told();
    });
    element.addEventListener("keyup", (event) => { if (event.key.startsWith("Arrow")) rested(); });
  }

  step([east, north], times) {
    const { lng, lat } = this.marker.getLngLat();
    const degrees = (STEP_METRES * times) / METRES_PER_DEGREE;
    this.put([lng + (east * degrees) / Math.cos((lat * Math.PI) / 180), lat + north * degrees]);
  }

  /** Moves the pin, and the map where the pin would leave it. */
  put(at) {
    this.marker?.setLngLat(at);
    if (this.map && !this.map.getBounds().contains(at)) this.map.jumpTo({ center: at });
  }

  /** The cell under a point of the map: its number in the layer, -1 outside. */
  cellUnder(lngLat) {
    const { x, y } = maplibre.MercatorCoordinate.fromLngLat(lngLat);
    return cellAt(this.cells, x, y);
  }

  onPointer() {
    this.map.on("mousemove", (event) => this.describe(event));
    this.map.getCanvas().addEventListener("mouseleave", () => this.hide());
    this.map.on("movestart", () => this.hide());
    this.map.on("click", (event) => {
      if (this.cellUnder(event.lngLat) >= 0) this.clicked?.(event.lngLat.lng, event.lngLat.lat);
    });
  }

  describe(event) {
    if (this.dragging) return;
    const index = this.cellUnder(event.lngLat);
    this.map.getCanvas().style.cursor = index >= 0 ? "pointer" : "";
    if (index < 0 || !this.minutes) {
      this.hide();
      return;
    }
    const { words } = this.state;
    const minutes = this.minutes[index];
    const [town] = this.map.queryRenderedFeatures(event.point, { layers: ["places-fill"] });
    const estimated = this.state.estimated ? ` (${words.estimated})` : "";
    const lines = [
      line(minutes === NOT_REACHED ? words.notReached : `${minutes} ${words.minutes}${estimated}`, "strong"),
      line(`${this.number.format(valueOf(this.cells, index) ?? 0)} ${words.residents}`),
    ];
    if (town) lines.push(line(town.properties.name));
    tell(this.tooltip, this.holder, event.point, lines);
  }

  hide() {
    this.tooltip.hidden = true;
  }

  /** The map as it is now, for paper. */
  picture() {
    this.map.redraw();
    const [below, above] = [this.surface.canvas, this.map.getCanvas()];
    const sheet = Object.assign(document.createElement("canvas"), { width: above.width, height: above.height });
    const context = sheet.getContext("2d");
    context.drawImage(below, 0, 0);
    context.drawImage(above, 0, 0);
    const scale = above.width / above.clientWidth;
    const { x, y } = this.map.project(this.marker.getLngLat());
    context.beginPath();
    context.arc(x * scale, y * scale, 8 * scale, 0, 2 * Math.PI);
    Object.assign(context, { fillStyle: "#d9364f", strokeStyle: "#ffffff", lineWidth: 3 * scale });
    context.fill();
    context.stroke();
    return sheet.toDataURL("image/png");
  }
}
