// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// Drawing a scenario: every parameter that is chosen on the map or by name becomes a list with its tools; one map for all.

import { Areas } from "./scenario_draw_areas.js";
import { DrawingData } from "./scenario_draw_data.js";
import { KINDS, TOLD, element, said } from "./scenario_draw_kinds.js";
import { DraftMap } from "./scenario_draw_map.js";
import { Minutes } from "./scenario_draw_minutes.js";
import { Picker } from "./scenario_draw_picker.js";

// Strong colours that are told apart without seeing red and green alike; a label stands at each.
const COLOURS = ["#b5123b", "#0066cc", "#7a3e9d", "#a66300", "#00707a"];
const OFFERED = 12;

/** What pickers and map share. */
class Desk {
  constructor(holder) {
    this.holder = holder;
    this.state = JSON.parse(holder.dataset.desk);
    this.words = this.state.words;
    this.parts = Object.fromEntries([...document.querySelectorAll("[data-drawing]")].map((one) => [one.dataset.drawing, one]));
    this.data = new DrawingData(this.state, (reading) => this.note("reading", reading));
    this.pickers = [];
    this.fields = new Map();
    this.active = null;
    this.mapped = true;
    this.count = 0;
    this.notes = new Map();
    this.figure = new Intl.NumberFormat(this.state.language, { maximumFractionDigits: 1 });
    this.degree = new Intl.NumberFormat(this.state.language, { minimumFractionDigits: 4, maximumFractionDigits: 4 });
    this.map = new DraftMap(holder, this.parts.tooltip, this);
  }

  number(value) {
    return this.figure.format(value);
  }

  degrees(value) {
    return this.degree.format(value);
  }

  newId() {
    this.count += 1;
    return `draw-${this.count}`;
  }

  // --- fields of the form ------------------------------------------------------------------------

  build() {
    const fields = [...document.querySelectorAll("fieldset.param[data-kind]")];
    const drawn = fields.filter((one) => one.dataset.kind in KINDS || one.dataset.kind === "areas");
    drawn.forEach((one, i) => this.field(one, COLOURS[i % COLOURS.length]));
    for (const one of fields.filter((own) => own.dataset.kind === "each_minutes")) this.field(one, COLOURS[0]);
    this.onForm();
  }

  field(fieldset, colour) {
    const { param: id, kind, label, max } = fieldset.dataset;
    const area = fieldset.querySelector("textarea");
    const most = max === undefined || max === "" ? null : Number(max);
    const slot = {
      id,
      kind,
      colour,
      label: label ?? fieldset.querySelector("legend").textContent.trim(),
      max: most,
      get: () => (area.value.trim() ? parsed(area.value) : null),
      set: (value) => {
        const text = value === null ? "" : JSON.stringify(value);
        if (text === area.value) return;
        area.value = text;
        area.dispatchEvent(new Event("change", { bubbles: true }));
        this.follow(id, true);
      },
    };
    const made = this.made(slot);
    if (made instanceof Picker) this.pickers.push(made);
    this.fields.set(id, made);
    // The text stays what the form sends; it is seen only where it cannot be shown as a list.
    const text = fieldset.querySelector("[data-raw]") ?? area;
    text.after(made.box);
    const showText = () => text.classList.toggle("picker__text", !made.broken);
    showText();
    const problems = fieldset.querySelector("[data-problems]");
    if (problems) new MutationObserver(() => mark(fieldset, made)).observe(problems, { childList: true, subtree: true });
    mark(fieldset, made);
    if (kind !== "each_minutes") fieldset.querySelector("legend").prepend(swatch(colour), " ");
    fieldset.addEventListener("param:set", () => {
      made.load();
      showText();
      this.follow(id, false);
    });
  }

  made(slot) {
    if (slot.kind === "areas") return new Areas(slot, this);
    if (slot.kind !== "each_minutes") return new Picker(slot, this);
    const { stops } = this.state.hints[slot.id] ?? {};
    return new Minutes(slot, this, stops ? this.fields.get(stops) : null);
  }

  /** Minutes follow the stops they lie between. */
  follow(id, told) {
    this.fields.get(id)?.follower?.follow(told);
  }

  /** The value of another field of the form, as text. */
  value(id) {
    const own = [...document.getElementsByName(`p.${id}`)];
    return (own.find((one) => one.checked) ?? own[0])?.value ?? "";
  }

  onForm() {
    const form = this.holder.ownerDocument;
    form.addEventListener("change", (event) => {
      if (event.target.name?.startsWith("p.")) this.aboutForm();
    });
    form.addEventListener("param:set", () => this.aboutForm());
    form.addEventListener("keydown", (event) => this.key(event));
    this.parts.finish.addEventListener("click", () => this.stop(true));
    this.aboutForm();
  }

  /** The line that the form is about lies on the map too. */
  async aboutForm() {
    this.kindsAtHand();
    const ids = Object.values(this.state.hints).map((hint) => hint.line).filter(Boolean);
    const [line] = ids.map((one) => one.value ?? this.value(one.parameter)).filter(Boolean);
    if (line === this.line || !this.state.transit) return;
    this.line = line;
    const [found] = line ? await this.data.some("lines", [line]).catch(() => [null]) : [null];
    if (line === this.line) this.map.lineOf(found);
  }

  usedIds() {
    return new Set(this.pickers.flatMap((one) => one.items.map((item) => item.id)));
  }

  forget(gone) {
    this.pickers = this.pickers.filter((one) => !gone.includes(one));
    if (gone.includes(this.active)) this.stop();
  }

  // --- drawing -------------------------------------------------------------------------------------

  toggle(picker) {
    if (this.active === picker) {
      this.stop(true);
      return;
    }
    this.start(picker);
    this.parts.bar.closest(".drawing").scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  start(picker) {
    this.active?.press(false);
    this.active = picker;
    picker.press(true);
    this.choices([]);
    this.parts.finish.hidden = false;
    this.say(said(this.words[TOLD[picker.kind]], { label: picker.label }));
    this.parts.bar.classList.add("is-drawing");
    this.kindsAtHand();
  }

  stop(focus = false) {
    const { active } = this;
    if (!active) return;
    active.press(false);
    this.active = null;
    if (active.rules.pairs) active.items = active.items.filter((one) => one.sort !== "begun");
    active.show();
    this.choices([]);
    this.parts.finish.hidden = true;
    this.parts.bar.classList.remove("is-drawing");
    this.say(this.words.idle);
    this.map.hide();
    this.kindsAtHand();
    if (focus) active.drawButton.focus();
  }

  key(event) {
    if (!this.active || event.defaultPrevented) return;
    if (event.key === "Escape") {
      this.stop(true);
    } else if (event.key === "Backspace" && !event.target.closest("input, textarea, select, [contenteditable]")) {
      event.preventDefault();
      if (this.active.items.length) this.active.remove(this.active.items.length - 1);
    }
  }

  clicked(found) {
    const { active } = this;
    this.say(said(this.words[TOLD[active.kind]], { label: active.label }));
    const open = found.filter((one) => !active.items.some((item) => item.id === one.id));
    if (found.length > 1 && open.length > 1) this.choices(open);
    else this.takeClicked(found.length > 1 ? open[0] ?? found[0] : found[0]);
  }

  async takeClicked(thing) {
    this.choices([]);
    const { active } = this;
    const sort = { stop: "stops", line: "lines", facility: "facilities" }[thing.sort];
    this.map.hide();
    const [known] = sort ? await this.data.some(sort, [thing.id]).catch(() => [null]) : [null];
    active.take({ ...thing, ...known, sort: thing.sort }, !active.rules.ordered && thing.sort !== "point");
  }

  /** Several lines run where somebody clicked: which one. */
  choices(found) {
    const buttons = found.map((one) => {
      const button = element("button", { type: "button", class: "button light" }, one.name, one.long ? ` (${one.long})` : "");
      button.addEventListener("click", () => this.takeClicked(one));
      return button;
    });
    this.parts.choices.replaceChildren(...buttons);
    this.parts.choices.hidden = !found.length;
    if (found.length) {
      this.say(this.words.whichLine);
      buttons[0].focus({ preventScroll: true });
    }
  }

  missed() {
    const [first] = this.active.rules.accepts;
    this.say(this.words[{ stop: "noStop", line: "noLine", facility: "noFacility", town: "noTown" }[first] ?? "noTown"]);
  }

  // --- offers by name --------------------------------------------------------------------------------

  async offers(picker, text) {
    const offers = [];
    for (const sort of picker.rules.accepts) offers.push(...(await this.offersOf(sort, picker, text)));
    return offers.slice(0, OFFERED);
  }

  async offersOf(sort, picker, text) {
    const { words, data } = this;
    if (sort === "town" || sort === "point") {
      if (!text) return [];
      const drawn = sort === "point";
      const found = await data.findPlaces(text, drawn ? ["municipality"] : ["municipality", "zone", "band"]);
      const note = (one) => {
        if (drawn) return picker.kind === "stops" ? words.newHere : words.pointHere;
        if (one.level === "municipality") return words.place;
        return picker.kind === "places" ? words[`${one.level}Whole`] : words[one.level];
      };
      return found.filter((one) => !drawn || one.at).map((one) => ({ label: one.name, note: note(one), item: { ...one, sort } }));
    }
    if (sort === "stop" && !text) return this.stopsOfLine(picker);
    if (!text || (sort !== "facility" && !this.state.transit)) return [];
    const table = { stop: "stops", line: "lines", facility: "facilities" }[sort];
    const found = await data.find(table, text, sort === "facility" ? picker.hint.kinds : undefined);
    return found.map((one) => ({ label: one.name || one.id, note: this.about(sort, one), item: { ...one, sort } }));
  }

  about(sort, one) {
    const { words } = this;
    if (sort === "facility") return [this.state.kinds[one.kind] ?? one.kind, this.data.townAt(one.at ?? [NaN, NaN])?.name].filter(Boolean).join(", ");
    return [words[one.kind] ?? one.kind, one.note ?? one.long].filter(Boolean).join(", ");
  }

  /** The stops of the line that the form is about: a short list needs no name. */
  async stopsOfLine(picker) {
    const { line } = picker.hint;
    const id = line && (line.value ?? this.value(line.parameter));
    if (!id) return [];
    const [found] = await this.data.some("lines", [id]);
    return (found?.stops ?? []).map((one, i) => ({ label: one.name, note: found.name, item: { ...one, sort: "stop", at: found.way[i], kind: found.kind } }));
  }

  // --- what the map asks ---------------------------------------------------------------------------------

  /** Kinds of facilities that matter to the parameter at hand: those to choose from, or those there are already. */
  kindsAtHand() {
    const picker = this.active ?? this.pickers.find((one) => one.hint.kinds || one.hint.shown);
    const hint = picker?.hint ?? {};
    const shown = (hint.shown ?? []).map((one) => one.value ?? this.value(one.parameter)).filter(Boolean);
    const all = picker?.rules.accepts[0] === "facility" ? Object.keys(this.state.kinds) : null;
    const known = [...new Set(shown)].filter((one) => one in this.state.kinds);
    const kinds = hint.kinds ?? (known.length ? known : all);
    if (JSON.stringify(kinds) === JSON.stringify(this.facilityKinds ?? null)) return;
    this.facilityKinds = kinds;
    this.parts.facilities.hidden = !kinds;
    const names = (kinds ?? []).slice(0, 3).map((one) => this.state.kinds[one] ?? one);
    this.parts["facilities-name"].textContent = names.join(", ") + ((kinds ?? []).length > 3 ? " …" : "");
    this.map.kindsChanged();
  }

  /** Colours of municipalities that are chosen, also through a zone. */
  townColours() {
    const colours = {};
    for (const picker of this.pickers) {
      for (const item of picker.items) {
        if (item.sort !== "place") continue;
        const members = item.about === "zone" || item.about === "band" ? this.members?.(item.id) ?? [] : [item];
        for (const one of members) colours[one.id] = picker.colour;
      }
    }
    return colours;
  }

  /** Points of all that the draft holds, of municipalities the corners of their extent. */
  points() {
    const towns = this.townColours();
    const corners = (this.data.towns ?? []).filter((one) => one.id in towns).flatMap(({ polygons }) => polygons.flatMap(({ box }) => [box.slice(0, 2), box.slice(2)]));
    return [...corners, ...this.pickers.flatMap((one) => one.items.flatMap((item) => [item.at, item.from, item.to, ...(item.way ?? [])].filter(Boolean)))];
  }

  redraw(picker) {
    this.map.redraw();
    if (picker) this.fields.get(picker.id)?.follower?.show();
  }

  shown(picker, item) {
    if (this.active !== picker) this.map.reveal(item?.at ?? item?.to ?? item?.way?.[0]);
  }

  middle() {
    const [west, south, east, north] = this.state.bounds;
    return this.map.map ? this.map.middle() : [(west + east) / 2, (south + north) / 2];
  }

  // --- saying -----------------------------------------------------------------------------------------------

  say(words) {
    this.parts.told.textContent = words;
    this.tell(words);
  }

  /** For whoever does not see it. */
  tell(words) {
    this.parts.status.textContent = words;
  }

  failed(error) {
    console.warn(error);
    this.note("offline", true);
  }

  cut(more) {
    this.note("more", more);
  }

  /** A note below the map, as long as it holds. */
  note(key, on) {
    if (on) this.notes.set(key, this.words[key]);
    else this.notes.delete(key);
    this.parts.more.textContent = [...this.notes.values()].join(" ");
    this.parts.more.hidden = !this.notes.size;
  }

  async begin() {
    this.build();
    this.data.places().then(({ members }) => {
      this.members = members;
      this.map.redraw();
    }).catch((error) => this.failed(error));
    try {
      await this.map.start();
    } catch (error) {
      // Without WebGL everything is chosen by name or coordinates.
      console.warn(error);
      this.mapped = false;
      this.parts.frame.hidden = true;
      this.say(this.words.noMap);
      for (const one of this.pickers) one.drawButton.hidden = true;
    }
    this.holder.dataset.ready = "true";
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Marks the rows that something is said about. */
function mark(fieldset, made) {
  const told = [...fieldset.querySelectorAll("[data-problems] [data-item]")].map((one) => Number(one.dataset.item));
  made.marked = new Set(told);
  made.show?.();
}

function swatch(colour) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 14 14", class: "picker__swatch", "aria-hidden": "true", focusable: "false" })) svg.setAttribute(key, value);
  const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  for (const [key, value] of Object.entries({ cx: 7, cy: 7, r: 6, fill: colour })) dot.setAttribute(key, value);
  svg.append(dot);
  return svg;
}

const holder = document.getElementById("draft-map");
if (holder) {
  const desk = new Desk(holder);
  window.aumentaDrawing = desk;
  desk.begin();
}
