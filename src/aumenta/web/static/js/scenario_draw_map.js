// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// The map on which a scenario is drawn: clicks give what the parameter at hand takes, points of the draft are dragged.

import { file, line, readyWorker, showGround, startMap, tell } from "./map_base.js";
import { EMPTY, addLayers, drawnFeatures, lineFeatures, pointFeatures } from "./scenario_draw_layers.js";

const PAUSE = 120;
// Pixels within which a click means a stop or facility, and a line.
const NEAR = { stop: 12, facility: 12, line: 7 };
const LAYER = { stop: "net-stops", facility: "facilities", line: "net-lines" };
// Part of the view by which more is asked than is seen, so that small moves ask nothing.
const MARGIN = 0.35;

export class DraftMap {
  constructor(holder, tooltip, desk) {
    Object.assign(this, { holder, tooltip, desk, state: desk.state });
    this.shownBox = {};
    this.turns = {};
    this.dragged = null;
  }

  async start() {
    readyWorker(this.state.urls.worker);
    this.map = await startMap(this.holder, this.state);
    addLayers(this.map);
    this.map.on("moveend", () => this.later());
    this.map.on("mousemove", (event) => this.describe(event));
    this.map.getCanvas().addEventListener("mouseleave", () => this.hide());
    this.map.on("movestart", () => this.hide());
    this.map.on("click", (event) => this.clicked(event));
    this.onDrag();
    this.redraw();
    const [ground, borders] = await Promise.all([file(this.state.urls.ground, "json"), this.desk.data.borders()]);
    showGround(this.map, ground);
    this.map.getSource("places").setData(borders);
    this.look();
    await Promise.all(this.desk.pickers.map((one) => one.named));
    this.redraw();
    this.fit();
  }

  // --- what there is today ---------------------------------------------------------------------

  later() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.look(), PAUSE);
  }

  /** Asks for what the view needs and does not have. */
  look() {
    const sorts = this.state.transit ? ["lines", "stops"] : [];
    if (this.desk.facilityKinds) sorts.push("facilities");
    for (const sort of sorts) this.ask(sort).catch((error) => this.desk.failed(error));
  }

  async ask(sort) {
    const bounds = this.map.getBounds();
    const [west, south, east, north] = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const kinds = sort === "facilities" ? JSON.stringify(this.desk.facilityKinds) : "";
    const had = this.shownBox[sort];
    const covers = had && had.box[0] <= west && had.box[1] <= south && had.box[2] >= east && had.box[3] >= north;
    if (covers && !had.more && had.kinds === kinds) return;
    const [wide, high] = [(east - west) * MARGIN, (north - south) * MARGIN];
    const box = [west - wide, south - high, east + wide, north + high].map((one) => one.toFixed(5));
    this.turns[sort] = (this.turns[sort] ?? 0) + 1;
    const turn = this.turns[sort];
    const told = await this.desk.data.ask(sort, { bbox: box.join(","), ...(kinds ? { kinds } : {}) });
    if (turn !== this.turns[sort]) return;
    this.shownBox[sort] = { box: box.map(Number), more: told.more, kinds };
    const source = { lines: "net-lines", stops: "net-stops", facilities: "facilities" }[sort];
    const features = sort === "lines" ? lineFeatures(told.lines) : pointFeatures(told[sort]);
    this.map.getSource(source).setData(features);
    this.desk.cut(Object.values(this.shownBox).some((one) => one.more));
    this.answered = (this.answered ?? 0) + 1;
  }

  /** Facilities of other kinds are at hand, or none. */
  kindsChanged() {
    if (!this.map) return;
    delete this.shownBox.facilities;
    if (this.desk.facilityKinds) this.look();
    else this.map.getSource("facilities").setData(EMPTY);
  }

  /** The line of today that the form is about; null for none. */
  lineOf(found) {
    this.map?.getSource("line-of").setData(found ? lineFeatures([found]) : EMPTY);
  }

  // --- what the scenario says ------------------------------------------------------------------

  redraw() {
    if (!this.map) return;
    this.map.getSource("draw").setData(drawnFeatures(this.desk.pickers));
    const colours = this.desk.townColours();
    const ids = Object.keys(colours);
    this.map.setFilter("draw-towns", ["in", ["get", "id"], ["literal", ids]]);
    const pairs = ids.flatMap((id) => [id, colours[id]]);
    this.map.setPaintProperty("draw-towns", "fill-color", pairs.length ? ["match", ["get", "id"], ...pairs, "#b5123b"] : "#b5123b");
  }

  /** Shows all that the draft holds, where it holds something. */
  fit() {
    const points = this.desk.points();
    if (!points.length) return;
    const lons = points.map(([lon]) => lon);
    const lats = points.map(([, lat]) => lat);
    this.map.fitBounds([[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]], { padding: Math.min(70, this.holder.clientWidth / 6), maxZoom: 12.5, animate: false });
  }

  /** Brings a point into the view where it is not. */
  reveal(point) {
    if (this.map && point && !this.map.getBounds().contains(point)) this.map.jumpTo({ center: point });
  }

  middle() {
    const { lng, lat } = this.map.getCenter();
    return [lng, lat];
  }

  // --- clicks ------------------------------------------------------------------------------------

  /** What a click at a point of the screen would take for the parameter at hand; several lines come as a list. */
  under(point, lngLat) {
    const picker = this.desk.active;
    for (const sort of picker.rules.accepts) {
      if (sort === "point") return [{ sort, at: [lngLat.lng, lngLat.lat] }];
      if (sort === "town") {
        const town = this.desk.data.townAt([lngLat.lng, lngLat.lat]);
        return town ? [{ ...town, polygons: undefined, sort, level: "municipality" }] : [];
      }
      const found = this.near(sort, point);
      if (found.length) return found;
    }
    return [];
  }

  /** Things of a sort close to a point of the screen, the nearest first. */
  near(sort, { x, y }) {
    const reach = NEAR[sort];
    const features = this.map.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers: [LAYER[sort]] });
    const found = new Map();
    for (const { properties, geometry } of features) {
      const at = geometry.type === "Point" ? geometry.coordinates : undefined;
      const far = at ? Math.hypot(this.map.project(at).x - x, this.map.project(at).y - y) : 0;
      if (!found.has(properties.id)) found.set(properties.id, { ...properties, sort, at, far });
    }
    const sorted = [...found.values()].sort((a, b) => a.far - b.far);
    return sort === "line" ? sorted : sorted.slice(0, 1);
  }

  clicked(event) {
    const { active } = this.desk;
    if (!active || this.justDragged) return;
    const found = this.under(event.point, event.lngLat);
    if (found.length) this.desk.clicked(found);
    else this.desk.missed();
  }

  // --- dragging ------------------------------------------------------------------------------------

  onDrag() {
    const begin = (event) => {
      if (event.points && event.points.length > 1) return;
      const [found] = this.map.queryRenderedFeatures(event.point, { layers: ["draw-points"] });
      if (!found?.properties.movable) return;
      event.preventDefault();
      const { picker, at, end } = found.properties;
      this.dragged = { picker: this.desk.pickers[picker], at, end, moved: false };
      this.hide();
    };
    const move = (event) => {
      if (!this.dragged) return;
      this.dragged.moved = true;
      this.map.getCanvas().style.cursor = "grabbing";
      this.dragged.picker.place(this.dragged.at, [event.lngLat.lng, event.lngLat.lat], this.dragged.end, false);
      this.redraw();
    };
    const end = () => {
      if (!this.dragged) return;
      const { picker, at, end: which, moved } = this.dragged;
      this.dragged = null;
      this.map.getCanvas().style.cursor = "";
      if (!moved) return;
      this.justDragged = true;
      window.setTimeout(() => { this.justDragged = false; }, 0);
      picker.place(at, picker.items[at][which], which, true);
    };
    this.map.on("mousedown", begin);
    this.map.on("touchstart", begin);
    this.map.on("mousemove", move);
    this.map.on("touchmove", move);
    // Let go outside of the map too.
    window.addEventListener("mouseup", end);
    window.addEventListener("touchend", end);
    window.addEventListener("touchcancel", end);
  }

  // --- words at the pointer ----------------------------------------------------------------------------

  describe(event) {
    if (this.dragged) return;
    const { words } = this.state;
    const [grip] = this.map.queryRenderedFeatures(event.point, { layers: ["draw-points"] });
    const { active } = this.desk;
    this.map.getCanvas().style.cursor = grip?.properties.movable ? "grab" : active ? "crosshair" : "";
    if (active) {
      const found = this.under(event.point, event.lngLat);
      if (!found.length) this.hide();
      else this.show(event.point, this.offered(found, active));
      return;
    }
    const [stop] = this.state.transit ? this.near("stop", event.point) : [];
    const [one] = stop ? [stop] : this.near("facility", event.point);
    if (one) {
      this.show(event.point, [line(one.name || one.id, "strong"), line(one.sort === "stop" ? words[one.kind] ?? "" : this.state.kinds[one.kind] ?? "")]);
      return;
    }
    const town = this.desk.data.townAt([event.lngLat.lng, event.lngLat.lat]);
    if (town) this.show(event.point, [line(town.name)]);
    else this.hide();
  }

  offered(found, active) {
    const { words } = this.state;
    if (found.length > 1) return [line(found.map((one) => one.name).join(", "), "strong"), line(words.takeThis)];
    const [one] = found;
    if (one.sort === "point") {
      const town = this.desk.data.townNear(one.at);
      return town === null ? [line(words.outside)] : [line(town?.name ?? "", "strong"), line(words.takeNew)];
    }
    const chosen = one.sort === "town" && active.items.some((item) => item.id === one.id);
    const act = { stop: words.takeStop, town: chosen ? words.dropTown : words.takeTown }[one.sort] ?? words.takeThis;
    return [line(one.name || one.id, "strong"), line(act)];
  }

  show(point, lines) {
    tell(this.tooltip, this.holder, point, lines.filter((one) => one.textContent));
  }

  hide() {
    this.tooltip.hidden = true;
  }
}
