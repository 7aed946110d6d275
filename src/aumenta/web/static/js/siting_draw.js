// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// Points of one's own on a map: a click adds a line to the text, a click on a point takes its line away. The text says all.

import { Marker } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { file, readyWorker, showGround, startMap } from "./map_base.js";

const DECIMALS = 5;

/** Lines of the text that are points, with the number of their line. */
function pointsOf(text) {
  return text.split("\n").flatMap((line, at) => {
    const [lon, lat, ...name] = line.split(",").map((one) => one.trim());
    const point = [Number(lon), Number(lat)];
    const good = lon && lat && point.every(Number.isFinite) && Math.abs(point[1]) < 85 && Math.abs(point[0]) <= 180;
    return good ? [{ at, point, name: name.join(", ") }] : [];
  });
}

export async function drawPoints(holder, field) {
  const state = JSON.parse(holder.dataset.state);
  holder.hidden = false;
  readyWorker(state.urls.worker);
  const map = await startMap(holder, state);
  const [ground, borders] = await Promise.all([file(state.urls.ground, "json"), file(state.urls.borders, "json")]);
  showGround(map, ground);
  map.getSource("places").setData(borders);
  let markers = [];

  const show = () => {
    markers.forEach((one) => one.remove());
    markers = pointsOf(field.value).map(({ at, point, name }) => {
      const element = document.createElement("button");
      element.type = "button";
      element.className = "siting-pin";
      element.setAttribute("aria-label", `${state.words.remove} ${name || point.join(", ")}`);
      element.title = element.getAttribute("aria-label");
      element.addEventListener("click", (event) => {
        event.stopPropagation();
        field.value = field.value.split("\n").filter((_, line) => line !== at).join("\n");
        show();
      });
      return new Marker({ element }).setLngLat(point).addTo(map);
    });
  };
  map.on("click", ({ lngLat }) => {
    const before = field.value.replace(/\s+$/, "");
    const line = `${lngLat.lng.toFixed(DECIMALS)}, ${lngLat.lat.toFixed(DECIMALS)}`;
    field.value = before ? `${before}\n${line}` : line;
    show();
  });
  field.addEventListener("input", show);
  show();
  holder.dataset.ready = "true";
}
