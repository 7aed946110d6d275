// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// Minutes from each stop of the line to the next: a field for each hop, and a proposal from the distances.

import { metresBetween } from "./scenario_draw_data.js";
import { element, said } from "./scenario_draw_kinds.js";

export class Minutes {
  /** `stops` is the picker whose stops the minutes lie between; `hint` says how many more than stops they are. */
  constructor(slot, desk, stops) {
    Object.assign(this, slot, { desk, stops, words: desk.state.words, hint: desk.state.hints[slot.id] ?? {} });
    this.values = [];
    this.byHop = new Map();
    this.box = element("div", { class: "picker picker--minutes" });
    for (const name of ["change", "input"]) this.box.addEventListener(name, (event) => event.stopPropagation());
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
    });
    this.load();
    if (stops) {
      stops.follower = this;
      this.show();
    }
  }

  load() {
    const value = this.get();
    this.broken = !(value === null || (Array.isArray(value) && value.every((one) => one === null || Number.isFinite(one))));
    this.values = Array.isArray(value) && !this.broken ? [...value] : [];
    this.show();
    return !this.broken;
  }

  get items() {
    return this.stops?.items ?? [];
  }

  /** Hops: the stops they lead from and to. */
  get hops() {
    const own = this.items;
    const count = Math.max(0, own.length + (this.hint.more ?? -1));
    const first = this.hint.more === 1 ? -1 : 0;
    return Array.from({ length: count }, (_, i) => [own[first + i], own[first + i + 1]]);
  }

  keys() {
    return this.hops.map(([from, to]) => `${from?.id ?? ""}>${to?.id ?? ""}`);
  }

  /** Other stops: what was known of a hop stays with it. The form is told only where a person changed the stops. */
  follow(told) {
    if (!told) return this.show();
    const before = this.values;
    this.values = this.keys().map((key) => this.byHop.get(key) ?? null);
    const differ = before.length !== this.values.length || before.some((one, i) => one !== this.values[i]);
    this.show();
    if (differ && before.some((one) => one !== null)) this.write();
    return undefined;
  }

  write() {
    this.set(this.values.some((one) => one !== null) ? this.values : null);
  }

  remember() {
    this.keys().forEach((key, i) => { if (i < this.values.length) this.byHop.set(key, this.values[i]); });
  }

  show() {
    const { words } = this;
    const hops = this.hops;
    this.remember();
    if (!hops.length) {
      this.box.replaceChildren(element("p", { class: "picker__none note" }, words.minutesFirst));
      return undefined;
    }
    const looks = this.looks();
    if (looks === this.drawn && this.box.querySelector("input")) return this.count(); // what somebody is writing stays
    this.drawn = looks;
    this.inputs = [];
    const rows = hops.map((hop, at) => this.row(hop, at));
    this.sum = element("p", { class: "note picker__sum" });
    const propose = element("button", { type: "button", class: "button light" }, said(words.minutesPropose, { speed: this.desk.number(this.speed()) }));
    propose.addEventListener("click", () => this.propose());
    const clear = element("button", { type: "button", class: "button light" }, words.minutesClear);
    clear.addEventListener("click", () => {
      this.values = hops.map(() => null);
      this.drawn = null;
      this.write();
      this.show();
      this.box.querySelector("input").focus();
    });
    this.proposing = propose;
    this.box.replaceChildren(element("ol", { class: "picker__hops" }, ...rows), this.sum, element("div", { class: "picker__buttons" }, propose, clear));
    return this.count();
  }

  /** What the fields show: where nothing of it changed, they are not drawn anew under the hands of who writes. */
  looks() {
    const hops = this.hops.map((hop) => hop.map((one) => [one?.id, one?.name, one?.at]));
    return JSON.stringify([hops, this.hops.map((_, i) => this.values[i] ?? null), this.speed()]);
  }

  row([from, to], at) {
    const { words } = this;
    const id = this.desk.newId();
    const [a, b] = [from, to].map((one) => one?.name || one?.id || "…");
    const input = element("input", { id, type: "number", min: "0", max: "1440", step: "0.5", inputmode: "decimal", "aria-label": said(words.minutesOf, { from: a, to: b }) });
    const value = this.values[at];
    if (Number.isFinite(value)) input.value = String(value);
    input.addEventListener("change", () => {
      const read = input.value.trim() === "" ? null : Number(input.value);
      this.values = this.hops.map((_, i) => (i === at ? read : this.values[i] ?? null));
      this.remember();
      this.drawn = this.looks();
      this.write();
      this.count();
    });
    this.inputs.push(input);
    const far = from?.at && to?.at ? said(words.minutesAbout, { km: this.desk.number(metresBetween(from.at, to.at) / 1000) }) : "";
    return element("li", { class: "picker__hop" }, element("label", { for: id }, a, " → ", b, " ", element("span", { class: "note" }, far)), input, " min");
  }

  /** Km/h of the proposal: what the form decides, else what is usual for such a line. */
  speed() {
    const own = this.hint.speed ? Number(this.desk.value(this.hint.speed)) : 0;
    return own > 0 ? own : this.hint.kmh ?? 30;
  }

  propose() {
    const speed = this.speed();
    this.values = this.hops.map(([from, to], i) => {
      if (!from?.at || !to?.at) return this.values[i] ?? null;
      return Math.max(1, Math.round((metresBetween(from.at, to.at) / 1000 / speed) * 60));
    });
    this.drawn = null;
    this.write();
    this.show();
    this.desk.tell(this.sum.textContent);
    this.proposing.focus();
  }

  count() {
    const { words } = this;
    const given = this.values.slice(0, this.hops.length).filter((one) => Number.isFinite(one));
    const minutes = this.desk.number(given.reduce((sum, one) => sum + one, 0));
    const all = this.hops.length;
    if (given.length === all) this.sum.textContent = said(words.minutesSum, { minutes });
    else if (given.length) this.sum.textContent = said(words.minutesSome, { count: all - given.length, all });
    else this.sum.textContent = this.hint.speed ? words.minutesSpeed : said(words.minutesSome, { count: all, all });
  }
}
