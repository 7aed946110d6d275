// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// Several areas, each chosen as one area is: a list of pickers.

import { element, said } from "./scenario_draw_kinds.js";
import { Picker } from "./scenario_draw_picker.js";

export class Areas {
  constructor(slot, desk) {
    Object.assign(this, slot, { desk, words: desk.state.words });
    this.parts = [];
    this.values = [];
    this.list = element("div", { class: "picker__areas" });
    const add = element("button", { type: "button", class: "button light" }, this.words.addArea);
    add.addEventListener("click", () => {
      this.values.push(null);
      this.build();
      this.parts.at(-1).find.input.focus();
    });
    this.box = element("div", { class: "picker" }, this.list, add);
    this.load();
  }

  /** The areas of the form's value; what is no list of areas is left to be mended as text. */
  load() {
    const value = this.get();
    this.broken = !(value === null || Array.isArray(value));
    this.values = Array.isArray(value) && value.length ? [...value] : [null];
    this.build();
    return !this.broken;
  }

  build() {
    this.desk.forget(this.parts);
    this.parts = this.values.map((_, at) => new Picker({
      id: this.id,
      kind: "area",
      label: `${this.label}, ${said(this.words.areaNumber, { number: at + 1 })}`,
      colour: this.colour,
      max: null,
      get: () => this.values[at],
      set: (value) => {
        this.values[at] = value;
        this.write();
      },
    }, this.desk));
    this.desk.pickers.push(...this.parts);
    this.list.replaceChildren(...this.parts.map((part, at) => this.area(part, at)));
    this.desk.redraw();
  }

  area(part, at) {
    const head = element("p", { class: "picker__areahead" }, element("strong", {}, said(this.words.areaNumber, { number: at + 1 })));
    if (this.values.length > 1) {
      const label = said(this.words.removeArea, { number: at + 1 });
      const remove = element("button", { type: "button", class: "picker__act", "aria-label": label, title: label }, "✕");
      remove.addEventListener("click", () => {
        this.values.splice(at, 1);
        this.write();
        this.build();
      });
      head.append(" ", remove);
    }
    return element("div", {}, head, part.box);
  }

  write() {
    const chosen = this.values.filter((one) => one !== null);
    this.set(chosen.length ? chosen : null);
  }
}
