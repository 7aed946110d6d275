// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// What every map of the territory has: how it is started and may be moved, its ground, and the words at the pointer.

import * as maplibre from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { baseStyle, hatch, locale } from "./map_style.js";

/** Begins what takes time before a map is made: the worker. */
export function readyWorker(url) {
  maplibre.setWorkerUrl(url);
  maplibre.setWorkerCount(1);
}

/** A map over the bounds of a state, which is neither turned nor tilted; resolves when its style is there. */
export async function startMap(container, { bounds, words }) {
  const [west, south, east, north] = bounds;
  const map = new maplibre.Map({
    container,
    style: baseStyle(),
    bounds: [[west, south], [east, north]],
    fitBoundsOptions: { padding: 16 },
    maxBounds: [[west - 1, south - 0.7], [east + 1, north + 0.7]],
    maxZoom: 15,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    renderWorldCopies: false,
    fadeDuration: 0,
    cooperativeGestures: window.matchMedia("(pointer: coarse)").matches,
    locale: locale(words),
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibre.ScaleControl({ unit: "metric", maxWidth: 120 }), "bottom-left");
  map.on("error", (event) => console.error(event.error?.message ?? event));
  await new Promise((resolve) => { map.once("style.load", resolve); });
  map.addImage("hatch", hatch(), { pixelRatio: 2 });
  return map;
}

/** Zones, territory and names of towns, from the file of the ground. */
export function showGround(map, ground) {
  map.getSource("zones").setData(ground.zone);
  map.getSource("territory").setData(ground.metropolis);
  map.getSource("towns").setData(ground.towns);
}

/** A file read as JSON or bytes; an answer that is none is an error with its address. */
export async function file(url, read) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer[read]();
}

/** Shows the words of a tooltip beside a point of the map, where the map has room for them. */
export function tell(tooltip, holder, point, lines) {
  tooltip.replaceChildren(...lines);
  tooltip.hidden = false;
  const left = Math.min(point.x + 14, holder.clientWidth - tooltip.offsetWidth - 6);
  const above = point.y + 18 + tooltip.offsetHeight > holder.clientHeight;
  const top = above ? point.y - tooltip.offsetHeight - 10 : point.y + 18;
  tooltip.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
}

/** One line of words, `strong` where it is the name of what is told. */
export function line(text, name = "span") {
  return Object.assign(document.createElement(name), { textContent: text });
}
