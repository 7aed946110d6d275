// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// The panel and the tables: what the form asks, what the answer says, what is wrong beside its field.

const OWN = ["toward", "mode", "access", "date", "from", "until", "percentile"];
// Milliseconds between two readings of the counters while the pin moves.
const PACE = 180;
const TRANSIT = new Set(["access", "date", "from", "until", "percentile"]);

/** What the fields of the form ask, without what does not matter to the mode. */
export function asked(form) {
  const found = {};
  const fields = new FormData(form);
  for (const name of OWN) {
    const value = String(fields.get(name) ?? "").trim();
    if (!value || (TRANSIT.has(name) && fields.get("mode") !== "transit")) continue;
    found[name] = value;
  }
  return found;
}

function all(selector, root = document) {
  return [...root.querySelectorAll(selector)];
}

/** Writes answers into the page. */
export class Panel {
  constructor(root, state) {
    this.root = root;
    this.state = state;
    this.number = new Intl.NumberFormat(state.language, { maximumFractionDigits: 0, useGrouping: "always" });
    this.cells = null;
    this.followed = 0;
    this.title = document.querySelector("[data-reach=title]");
    this.text = document.querySelector("[data-reach=text]");
    this.status = document.getElementById("reach-status");
  }

  /** Places in the page that hold a number, by thing and band; found once, when the things are known. */
  spots(header) {
    if (this.cells) return this.cells;
    const at = new Map(header.things.map((id, i) => [id, i]));
    const spot = (node) => ({ node, thing: at.get(node.dataset.thing), band: header.bands.indexOf(Number(node.dataset.band)) });
    this.cells = {
      panel: all(".reach-counters [data-thing]").map(spot),
      table: all(".reach-below [data-thing]").map(spot),
      classes: all("tr[data-class]"),
    };
    return this.cells;
  }

  /** What follows the pin: the finding and the counters, as often as one can read them. */
  follow(header) {
    const now = performance.now();
    if (now - this.followed < PACE) return;
    this.followed = now;
    this.count(header);
  }

  count(header) {
    this.title.textContent = header.title;
    for (const { node, thing, band } of this.spots(header).panel) {
      node.textContent = this.number.format(Math.round(header.sums[thing][band]));
    }
  }

  /** What is written when the pin rests: everything. */
  rest(header) {
    this.count(header);
    this.text.textContent = header.text;
    document.querySelector("[data-reach=preparing]")?.remove();
    document.title = document.title.replace(/^.*( – [^–]+ – [^–]+)$/, `${header.title}$1`);
    const { table, classes } = this.spots(header);
    for (const { node, thing, band } of table) node.textContent = this.number.format(Math.round(header.sums[thing][band]));
    const steps = header.things.map((_, i) => [...header.sums[i], header.reached[i], header.totals[i]]);
    const within = (thing, klass) => Math.round(steps[thing][klass] - (klass ? steps[thing][klass - 1] : 0));
    for (const row of classes) {
      const klass = Number(row.dataset.class);
      const services = header.things.slice(2).reduce((sum, _, i) => sum + within(i + 2, klass), 0);
      const values = { cells: header.cells[klass], people: within(0, klass), jobs: within(1, klass), services };
      for (const cell of all("[data-column]", row)) cell.textContent = this.number.format(values[cell.dataset.column]);
    }
    this.say(header.title);
  }

  /** For whoever does not see the map. */
  say(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  /** Problems beside their fields; none clears all. What belongs to no field stands at the place. */
  problems(list) {
    for (const node of all("[data-problem]")) {
      const own = list.filter((one) => (one.field ?? "") === node.dataset.problem);
      this.write(node, own.map((one) => one.message).join(" "));
    }
    const homeless = list.filter((one) => !document.querySelector(`[data-problem="${one.field ?? ""}"]`));
    if (homeless.length) this.write(document.querySelector("[data-problem='']"), homeless.map((one) => one.message).join(" "));
    if (list.length) this.say(list.map((one) => one.message).join(" "));
  }

  write(node, text) {
    node.textContent = text;
    node.hidden = !text;
    const field = document.querySelector(`[aria-describedby~="${node.id}"]`);
    if (text) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
  }
}
