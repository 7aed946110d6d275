// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// What can be pointed at, asked of the server: stops, lines, facilities, places; and where a point lies.

import { file } from "./map_base.js";
import { matching, plain } from "./reach_places.js";

const AGAIN = 700;
// Characters of ids in one address; the server takes some thousands.
const LONGEST = 1500;
// Degrees by which a border may be drawn beside where it is.
const CLOSE = 0.004;
const RADIUS = 6371008.8;

const wait = (milliseconds) => new Promise((done) => { window.setTimeout(done, milliseconds); });

/** Metres between two points in degrees, along a great circle. */
export function metresBetween([lon, lat], [lon2, lat2]) {
  const rad = Math.PI / 180;
  const [a, b] = [lat * rad, lat2 * rad];
  const h = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(((lon2 - lon) * rad) / 2) ** 2;
  return 2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** An id out of a name: small letters, digits and hyphens. */
export function slug(text) {
  return plain(text).replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "x";
}

export class DrawingData {
  /** `waits(boolean)` is told when the server still reads what was asked, and when it has. */
  constructor(state, waits) {
    this.state = state;
    this.waits = waits;
    this.known = { stops: new Map(), lines: new Map(), facilities: new Map() };
  }

  /** An answer of the server, asked again until what it needs is read. */
  async ask(name, query) {
    const address = `${this.state.urls.live}${name}.json?${new URLSearchParams(query)}`;
    for (;;) {
      const answer = await fetch(address, { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
      const told = await answer.json();
      if (told.ready) {
        this.waits(false);
        return told;
      }
      this.waits(true);
      await wait(AGAIN);
    }
  }

  /** Places by id, and the list of them by name. */
  async places() {
    this.allPlaces ??= file(this.state.urls.places, "json").then(({ places }) => {
      const byId = new Map(places.map((one) => [one.id, one]));
      const members = (id) => places.filter((one) => one.level === "municipality" && (one.zone === id || one.band === id));
      return { list: places, byId, members };
    });
    return this.allPlaces;
  }

  /** Names of places that fit a text; `levels` says which. */
  async findPlaces(text, levels) {
    const { list } = await this.places();
    return matching(list.filter((one) => levels.includes(one.level)), text);
  }

  /** Things of a sort by id (stops, lines, facilities), as far as there are such; what is known is not asked again. */
  async some(sort, ids) {
    const known = this.known[sort];
    let part = [];
    const ask = async () => {
      if (!part.length) return;
      const told = await this.ask(sort, { ids: JSON.stringify(part) });
      for (const one of told[sort]) known.set(one.id, one);
      part = [];
    };
    for (const id of ids) {
      if (known.has(id)) continue;
      part.push(id);
      if (part.join().length > LONGEST) await ask();
    }
    await ask();
    return ids.map((id) => known.get(id) ?? null);
  }

  async find(sort, text, kinds) {
    const query = { q: text };
    if (kinds) query.kinds = JSON.stringify(kinds);
    const told = await this.ask(sort, query);
    for (const one of told[sort]) this.known[sort].set(one.id, one);
    return told[sort];
  }

  /** An id that nothing has yet: neither in the draft (`used`) nor in the twin. */
  async free(name, used) {
    const base = slug(name);
    const wanted = [base, ...Array.from({ length: 30 }, (_, i) => `${base}-${i + 2}`)].filter((one) => !used.has(one));
    const asked = this.ask("taken", { ids: JSON.stringify(wanted) }).catch(() => ({ taken: [] }));
    // What is not read yet is not waited for: the checks of the form tell of an id that is taken.
    const { taken } = await Promise.race([asked, wait(1500).then(() => ({ taken: [] }))]);
    return wanted.find((one) => !taken.includes(one)) ?? `${base}-${Date.now()}`;
  }

  /** Borders of municipalities, each with its extent. */
  async borders() {
    this.allBorders ??= file(this.state.urls.borders, "json").then((whole) => {
      this.towns = whole.features.map((feature) => ({ ...feature.properties, polygons: polygonsOf(feature.geometry) }));
      return whole;
    });
    return this.allBorders;
  }

  /** The municipality at a point, null outside; undefined as long as borders are not known. */
  townAt([lon, lat]) {
    if (!this.towns) return undefined;
    return this.towns.find(({ polygons }) => polygons.some((one) => inside(one, lon, lat))) ?? null;
  }

  /** The municipality at a point or close by: the borders drawn are simpler than the true ones. */
  townNear([lon, lat]) {
    const around = [[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]].map(([x, y]) => this.townAt([lon + x * CLOSE, lat + y * CLOSE]));
    return around.find((one) => one) ?? around[0];
  }
}

function polygonsOf(geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.map((rings) => {
    const lons = rings[0].map(([lon]) => lon);
    const lats = rings[0].map(([, lat]) => lat);
    return { rings, box: [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)] };
  });
}

function inside({ rings, box }, lon, lat) {
  if (lon < box[0] || lat < box[1] || lon > box[2] || lat > box[3]) return false;
  let within = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [x, y] = ring[i];
      const [x2, y2] = ring[j];
      if (y > lat !== y2 > lat && lon < ((x2 - x) * (lat - y)) / (y2 - y) + x) within = !within;
    }
  }
  return within;
}
