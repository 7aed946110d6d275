// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// What is chosen for one parameter: a list in words that says all the map says, with which everything can be done too.

import { finder } from "./scenario_draw_find.js";
import { KINDS, element, itemsOf, rounded, said, valueOf } from "./scenario_draw_kinds.js";

const SORTS = { stop: "stops", line: "lines", facility: "facilities" };

export class Picker {
  /** `slot` has the parameter's id, kind, label, colour and limits, `get()` and `set(value)`; `desk` is the page's. */
  constructor(slot, desk) {
    Object.assign(this, slot, { desk, words: desk.state.words, hint: desk.state.hints[slot.id] ?? {} });
    this.parameterKind = slot.kind === "points" && this.hint.moves ? "moved" : slot.kind;
    this.kind = this.parameterKind;
    this.items = [];
    this.kept = {};
    this.turn = Promise.resolve();
    this.box = element("div", { class: "picker" });
    this.list = element(KINDS[this.kind].ordered ? "ol" : "ul", { class: "picker__items" });
    this.none = element("p", { class: "picker__none note" }, this.words.none);
    this.note = element("p", { class: "picker__note", hidden: "" });
    this.adding = element("div", { class: "picker__adding" });
    this.clear = element("button", { type: "button", class: "picker__clear", hidden: "" }, this.words.clear, element("span", { class: "visually-hidden" }, `: ${this.label}`));
    this.clear.addEventListener("click", () => {
      this.items = [];
      this.changed(this.words.none);
      this.find.input.focus();
    });
    this.box.append(this.list, this.clear, this.none, this.note, this.adding);
    // Fields of the list are not the form's: what they become is told by the parameter's own field.
    for (const name of ["change", "input"]) this.box.addEventListener(name, (event) => event.stopPropagation());
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
    });
    this.buildAdding();
    this.load();
  }

  get rules() {
    return KINDS[this.kind];
  }

  // --- the value ---------------------------------------------------------------------------

  /** Takes the value of the form; false where it cannot be shown as a list. */
  load() {
    let found;
    try {
      const value = this.get();
      if (value === undefined) throw new TypeError("no JSON");
      found = itemsOf(this.parameterKind, value);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.items = [];
      this.broken = true;
      this.say(this.words.notShown);
      this.show();
      return false;
    }
    this.broken = false;
    this.note.hidden = true;
    // Of an area without a value one does not see how it is chosen: it stays as it is.
    if (found.items.length && found.kind !== this.kind && this.parameterKind === "area") this.become(found.kind);
    this.items = found.items;
    this.named = this.name();
    this.show();
    return true;
  }

  /** Whether an area is chosen by municipalities or drawn freely. */
  become(kind) {
    this.kind = kind;
    this.buildAdding();
  }

  /** Names and points of things that are given by id. */
  async name() {
    const own = this.items;
    try {
      const places = await this.desk.data.places();
      for (const item of own) if (item.sort === "place") this.know(item, places.byId.get(item.id), "level");
      for (const [sort, table] of Object.entries(SORTS)) {
        const some = own.filter((one) => one.sort === sort);
        if (!some.length) continue;
        const found = await this.desk.data.some(table, some.map((one) => one.id));
        some.forEach((item, i) => this.know(item, found[i], "kind"));
      }
    } catch (error) {
      this.desk.failed(error);
    }
    if (own === this.items) this.show();
  }

  know(item, found, about) {
    if (!found) item.unknown = true;
    else Object.assign(item, { name: found.name, at: found.at ?? null, way: found.way, about: found[about], note: found.note ?? found.long ?? "" });
  }

  /** Writes the value and tells the form; `words` is for whoever does not see it. */
  changed(words) {
    this.set(valueOf(this.kind, this.items));
    this.show();
    if (words) this.desk.tell(words);
  }

  say(words) {
    this.note.textContent = words;
    this.note.hidden = !words;
  }

  // --- taking ------------------------------------------------------------------------------

  /** Takes what was clicked or found: {sort, id, name, at, ...}; one after the other, for new things ask for an id. */
  take(thing, toggles = false) {
    this.turn = this.turn.then(() => this.taking(thing, toggles)).catch((error) => this.desk.failed(error));
    return this.turn;
  }

  async taking(thing, toggles) {
    this.say("");
    if (thing.sort === "town" && this.parameterKind === "area" && thing.level !== "municipality") return this.takeMembers(thing);
    const { name } = thing;
    const known = ["town", "stop", "line", "facility"].includes(thing.sort);
    if (known) {
      const at = this.items.findIndex((one) => one.id === thing.id);
      const last = this.items.at(-1)?.id === thing.id;
      if (at >= 0 && toggles) return this.remove(at);
      if (at >= 0 && (!this.rules.ordered || last)) return this.desk.tell(said(this.words.already, { name }));
    }
    if (this.isFull()) return this.desk.tell(said(this.words.full, { count: this.max }));
    const item = known ? this.knownItem(thing) : await this.madeItem(thing);
    if (!item) return undefined;
    if (this.rules.many) this.items = [...this.items, item];
    else this.items = [item];
    this.changed(said(this.words.added, { name: item.name || name || this.words.corner, count: this.items.length }));
    this.desk.shown(this, item);
    if (!this.rules.many) this.desk.stop();
    return undefined;
  }

  isFull() {
    return this.rules.many && this.max !== null && this.items.filter((one) => one.sort !== "begun").length >= this.max;
  }

  knownItem(thing) {
    const about = thing.level ?? thing.kind;
    const own = { id: thing.id, name: thing.name, at: thing.at ?? null, way: thing.way, about, note: thing.note ?? thing.long ?? "" };
    if (this.kind === "moved") return { ...own, sort: "new", at: own.at ?? this.desk.middle() };
    return { ...own, sort: thing.sort === "town" ? "place" : thing.sort };
  }

  /** All municipalities of a zone or band that are not chosen yet. */
  async takeMembers(thing) {
    const { members } = await this.desk.data.places();
    const has = new Set(this.items.map((one) => one.id));
    const more = members(thing.id).filter((one) => !has.has(one.id));
    this.items = [...this.items, ...more.map((one) => this.knownItem({ ...one, sort: "town" }))];
    this.changed(said(this.words.added, { name: thing.name, count: this.items.length }));
    this.desk.shown(this, null);
  }

  /** A corner, a point or stop of the draft, or an end of a stretch. */
  async madeItem(thing) {
    const at = rounded(thing.at);
    if (this.rules.bare) return { sort: "vertex", at };
    await this.desk.data.borders().catch(() => null);
    const town = this.desk.data.townNear(at);
    if (town === null) {
      this.desk.tell(this.words.noTown);
      this.say(this.words.noTown);
      return null;
    }
    const used = this.desk.usedIds();
    if (!this.rules.pairs) {
      const name = this.freeName(thing.name ?? town?.name ?? (this.parameterKind === "stops" ? this.words.stopName : this.words.pointName));
      return { sort: "new", id: await this.desk.data.free(name, used), name, at };
    }
    const begun = this.items.at(-1);
    if (begun?.sort !== "begun") {
      this.desk.tell(this.words.begun);
      this.items = [...(this.rules.many ? this.items : []), { sort: "begun", at, name: town?.name ?? "" }];
      this.show();
      return null;
    }
    const ends = [begun.name, town?.name ?? ""].filter(Boolean);
    const name = this.freeName([...new Set(ends)].join(" – ") || this.words.stretchName);
    this.items = this.items.slice(0, -1);
    return { sort: "stretch", id: await this.desk.data.free(name, used), name, from: begun.at, to: at };
  }

  /** A name that no other thing of the draft has: with a number where it does. */
  freeName(base) {
    const names = new Set(this.desk.pickers.flatMap((one) => one.items.map((item) => item.name)));
    if (!names.has(base)) return base;
    let number = 2;
    while (names.has(`${base} ${number}`)) number += 1;
    return `${base} ${number}`;
  }

  remove(at, focus = false) {
    const [gone] = this.items.slice(at, at + 1);
    this.items = this.items.filter((_, i) => i !== at);
    this.changed(said(this.words.removed, { name: this.nameOf(gone, at), count: this.items.length }));
    if (focus) (this.list.children[Math.min(at, this.items.length - 1)]?.querySelector("[data-act=remove]") ?? this.find.input).focus();
  }

  move(at, step) {
    const to = at + step;
    if (to < 0 || to >= this.items.length) return;
    const own = [...this.items];
    [own[at], own[to]] = [own[to], own[at]];
    this.items = own;
    this.changed(said(this.words.moved, { name: this.nameOf(own[to], to), number: to + 1 }));
    const row = this.list.children[to];
    (row.querySelector(`[data-act=${step < 0 ? "up" : "down"}]:not(:disabled)`) ?? row.querySelector("[data-act]:not(:disabled)")).focus();
  }

  /** A point of the draft goes elsewhere; only when it is let go is it written. */
  place(at, point, end, done) {
    const item = this.items[at];
    item[end] = rounded(point);
    if (done) this.changed();
  }

  // --- what is seen --------------------------------------------------------------------------

  nameOf(item, at) {
    return item.name || (item.sort === "vertex" ? `${this.words.corner} ${at + 1}` : item.id ?? "");
  }

  show() {
    this.list.replaceChildren(...this.items.map((item, at) => this.row(item, at)));
    this.none.hidden = this.items.length > 0;
    this.clear.hidden = this.items.length < 4;
    const open = this.kind === "polygon" && this.items.length > 0 && this.items.length < 3;
    if (open) this.say(said(this.words.corners, { count: this.items.length }));
    else if (this.kind === "polygon") this.say("");
    this.desk.redraw(this);
  }

  row(item, at) {
    const name = this.nameOf(item, at);
    const words = element("span", { class: "picker__words" }, element("span", { class: "picker__name" }, item.sort === "begun" ? this.words.begun : name), " ", element("span", { class: "note" }, this.about(item)));
    const acts = element("span", { class: "picker__acts" });
    const act = (key, sign, on, off = false) => {
      const button = element("button", { type: "button", class: "picker__act", "data-act": key, "aria-label": said(this.words[key], { name }), title: said(this.words[key], { name }) }, sign);
      button.disabled = off;
      button.addEventListener("click", on);
      acts.append(button);
    };
    if (this.rules.ordered) {
      act("up", "↑", () => this.move(at, -1), at === 0);
      act("down", "↓", () => this.move(at, 1), at === this.items.length - 1);
    }
    const row = element("li", { class: this.marked?.has(at) ? "picker__item is-wrong" : "picker__item" }, words, acts);
    if (["new", "vertex", "stretch"].includes(item.sort)) act("edit", "✎", () => this.edit(row, item, at));
    act("remove", "✕", () => this.remove(at, true));
    return row;
  }

  /** What a row says beside the name. */
  about(item) {
    const { words } = this;
    const side = (value, plus, minus) => `${this.desk.degrees(Math.abs(value))} ${value < 0 ? minus : plus}`;
    const degrees = ([lon, lat]) => `${side(lat, words.north, words.south)}, ${side(lon, words.east, words.west)}`;
    if (item.unknown) return `${item.id}: ${words.unknown}`;
    if (item.sort === "place") return item.about === "zone" || item.about === "band" ? words[`${item.about}Whole`] : "";
    if (item.sort === "stop" || item.sort === "line") return [words[item.about] ?? "", item.note].filter(Boolean).join(", ");
    if (item.sort === "facility") return [this.desk.state.kinds[item.about] ?? item.about ?? "", item.at ? "" : words.unplaced].filter(Boolean).join(", ");
    if (item.sort === "stretch") return `${degrees(item.from)} → ${degrees(item.to)}`;
    const sort = { stops: `${words.newStop}, `, point: `${words.newPoint}, `, points: `${words.newPoint}, ` }[this.kind] ?? "";
    return `${sort}${degrees(item.at)}`;
  }

  /** Name and coordinates of a thing of the draft, to be typed. */
  edit(row, item, at) {
    const ends = item.sort === "stretch" ? ["from", "to"] : ["at"];
    const name = item.sort === "vertex" ? null : this.field(this.words.name, { type: "text", maxlength: "200", value: item.name });
    const points = ends.map((end) => {
      const before = { from: `${this.words.fromPoint}: `, to: `${this.words.toPoint}: `, at: "" }[end];
      return [end, ...["lon", "lat"].map((axis, i) => this.field(before + this.words[axis], { type: "text", inputmode: "decimal", value: String(item[end][i]) }))];
    });
    const done = element("button", { type: "button", class: "button light picker__done" }, this.words.done);
    const form = element("div", { class: "picker__edit" }, ...(name ? [name.box] : []), ...points.flatMap(([, lon, lat]) => [lon.box, lat.box]), done);
    const finish = () => {
      const read = points.map(([end, lon, lat]) => [end, pointOf(lon.input.value, lat.input.value)]);
      if (read.some(([, point]) => !point)) {
        this.refuse();
        return;
      }
      this.say("");
      for (const [end, point] of read) item[end] = point;
      if (name) item.name = name.input.value.trim() || item.name;
      this.changed();
      this.list.children[at].querySelector("[data-act=edit]").focus();
    };
    done.addEventListener("click", finish);
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input")) finish();
      if (event.key === "Escape") {
        event.stopPropagation();
        this.show();
        this.list.children[at].querySelector("[data-act=edit]").focus();
      }
    });
    row.querySelector(".picker__edit")?.remove();
    row.append(form);
    form.querySelector("input").focus();
  }

  /** Says what coordinates look like here: those of the middle of the territory. */
  refuse() {
    const [west, south, east, north] = this.desk.state.bounds;
    const words = said(this.words.notPoint, { lon: ((west + east) / 2).toFixed(2), lat: ((south + north) / 2).toFixed(2) });
    this.say(words);
    this.desk.tell(words);
  }

  field(label, attributes) {
    const id = this.desk.newId();
    const input = element("input", { id, autocomplete: "off", ...attributes });
    return { input, box: element("span", { class: "field" }, element("label", { for: id }, label), input) };
  }

  // --- adding ----------------------------------------------------------------------------------

  buildAdding() {
    const { rules, words, desk } = this;
    const parts = [];
    if (this.parameterKind === "area") parts.push(this.areaChoice());
    this.find = finder(words[rules.find], (text) => desk.offers(this, text), (item) => this.take(item), this.empty());
    this.drawButton = element("button", { type: "button", class: "button light picker__draw", "aria-pressed": "false" }, words.draw, element("span", { class: "visually-hidden" }, `: ${this.label}`));
    this.drawButton.addEventListener("click", () => desk.toggle(this));
    this.drawButton.hidden = !desk.mapped;
    parts.push(element("div", { class: "picker__add" }, this.find.box, this.drawButton));
    if (rules.accepts.includes("point")) parts.push(this.typed());
    this.adding.replaceChildren(...parts);
  }

  empty() {
    const { words, desk } = this;
    const { kinds } = this.hint;
    if (kinds && !kinds.some((one) => one in desk.state.kinds)) return words.noFacilities;
    const network = this.rules.accepts.some((one) => one === "stop" || one === "line");
    return network && !desk.state.transit ? words.noTransit : words.noResult;
  }

  areaChoice() {
    const { words } = this;
    const group = this.desk.newId();
    const option = (kind, label) => {
      const input = element("input", { type: "radio", name: group, form: "none" });
      input.checked = this.kind === kind;
      input.addEventListener("change", () => {
        const drawing = this.desk.active === this;
        this.kept[this.kind] = this.items;
        this.become(kind);
        this.items = this.kept[kind] ?? [];
        this.changed();
        this.adding.querySelector("input:checked").focus();
        if (drawing) this.desk.start(this);
      });
      return element("label", { class: "picker__way" }, input, " ", label);
    };
    const ways = [option("area", words.byMunicipality), option("polygon", words.byPolygon)];
    return element("div", { class: "picker__ways", role: "radiogroup", "aria-label": words.areaHow }, ...ways);
  }

  typed() {
    const { words } = this;
    const [lon, lat] = ["lon", "lat"].map((axis) => this.field(words[axis], { type: "text", inputmode: "decimal" }));
    const add = element("button", { type: "button", class: "button light" }, words.add);
    const enter = () => {
      const at = pointOf(lon.input.value, lat.input.value);
      if (!at) {
        this.refuse();
        return;
      }
      lon.input.value = "";
      lat.input.value = "";
      this.take({ sort: "point", at });
    };
    add.addEventListener("click", enter);
    const row = element("div", { class: "picker__edit" }, lon.box, lat.box, add);
    row.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.matches("input")) enter(); });
    return element("details", { class: "picker__typed" }, element("summary", {}, words.coordinates), row);
  }

  /** Whether it is the one that is drawn. */
  press(on) {
    this.drawButton.setAttribute("aria-pressed", String(on));
    this.box.classList.toggle("is-drawing", on);
  }
}

/** A point out of two texts, with a comma or a point before the decimals; null for anything else. */
function pointOf(lon, lat) {
  const read = [lon, lat].map((text) => (text.trim() ? Number(text.trim().replace(",", ".")) : Number.NaN));
  const fits = read.every(Number.isFinite) && Math.abs(read[0]) <= 180 && Math.abs(read[1]) <= 90;
  return fits ? rounded(read) : null;
}
