// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// Fields of the editor: rows that are added and removed, values put back by undo, problems shown at their place.

/** Lists of rows (periods, assumptions) get their buttons; free rows for who has no script are taken away. */
export function rows(draft) {
  for (const list of draft.querySelectorAll("[data-rows]")) {
    const holder = list.querySelector("[data-holder]");
    const add = list.querySelector("[data-add]");
    add.hidden = false;
    for (const row of [...holder.children]) if (empty(row)) row.remove();
    for (const row of holder.children) ready(row, add);
    add.addEventListener("click", () => {
      const row = added(list, next(list));
      row.querySelector("input").focus();
    });
  }
}

const empty = (row) => [...row.querySelectorAll("input")].every((one) => !one.value);

function ready(row, add) {
  const remove = row.querySelector("[data-remove]");
  remove.hidden = false;
  remove.addEventListener("click", () => {
    row.remove();
    add.dispatchEvent(new Event("change", { bubbles: true }));
    add.focus();
  });
}

function next(list) {
  const numbers = [...list.querySelectorAll("[data-row] input")].map((one) => Number(/\.(\d+)\.\w+$/.exec(one.name)?.[1] ?? -1));
  return Math.max(-1, ...numbers) + 1;
}

function added(list, number) {
  const row = list.querySelector("template").content.firstElementChild.cloneNode(true);
  for (const one of row.querySelectorAll("[id], [name], [for]")) {
    for (const key of ["id", "name", "for"]) {
      if (one.hasAttribute(key)) one.setAttribute(key, one.getAttribute(key).replace("__n__", String(number)));
    }
  }
  row.setAttribute("aria-label", `${row.getAttribute("aria-label").trim()} ${number + 1}`);
  list.querySelector("[data-holder]").append(row);
  ready(row, list.querySelector("[data-add]"));
  return row;
}

/** Puts values into the fields, as undo and redo do; who draws on the map is told by `param:set`. */
export function fill(form, fields) {
  for (const list of form.querySelectorAll("[data-rows]")) {
    const start = `${list.dataset.rows}.`;
    const numbers = Object.keys(fields).filter((name) => name.startsWith(start))
      .map((name) => Number(name.slice(start.length).split(".")[0])).filter((number) => !Number.isNaN(number));
    list.querySelector("[data-holder]").replaceChildren();
    for (const number of [...new Set(numbers)].sort((a, b) => a - b)) added(list, number);
  }
  for (const [name, value] of Object.entries(fields)) {
    const field = form.elements.namedItem(name);
    if (!field) continue;
    if (field.type === "checkbox") field.checked = value === "1";
    else if (field.value !== value) field.value = value;
    else continue;
    field.closest("fieldset[data-param]")?.dispatchEvent(new CustomEvent("param:set"));
  }
}

/** How the draft stands: problems at their places with a count, the changes and assumptions in words. */
export function tell(draft, told) {
  draft.querySelector("[data-state]").textContent = told.state;
  draft.querySelector("[data-title]").textContent = told.title || draft.querySelector("[data-title]").textContent;
  const by = Map.groupBy ? Map.groupBy(told.problems, (one) => one.parameter ?? "") : grouped(told.problems);
  for (const place of draft.querySelectorAll("[data-problems]")) {
    const own = by.get(place.dataset.problems) ?? [];
    show(place, own.map((one) => paragraph(one)));
    if (own.length && place.closest("details")) place.closest("details").open = true;
    for (const field of fieldsOf(place)) mark(field, own);
  }
  const title = draft.querySelector("[data-problems-title]");
  title.hidden = !by.has("");
  count(draft, told);
  show(draft.querySelector("[data-changes]"), told.changes.map((text) => element("li", text)));
  draft.querySelector("[data-no-changes]").hidden = told.changes.length > 0;
  show(draft.querySelector("[data-assumptions]"), told.assumptions.map((one) => assumption(draft, one)));
}

function grouped(problems) {
  const found = new Map();
  for (const one of problems) {
    const key = one.parameter ?? "";
    found.set(key, [...(found.get(key) ?? []), one]);
  }
  return found;
}

function count(draft, told) {
  const link = draft.querySelector("[data-count]");
  link.hidden = !told.problems.length;
  link.textContent = told.count;
  const first = told.problems.find((one) => one.parameter);
  link.setAttribute("href", first ? `#param-${first.parameter}` : "#draft-problems");
}

// The list is only touched where it is otherwise, so that nobody hears again what did not change.
function show(place, children) {
  const before = [...place.children].map((one) => one.outerHTML).join("");
  if (before !== children.map((one) => one.outerHTML).join("")) place.replaceChildren(...children);
}

function element(name, text, extra = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...extra });
}

function paragraph(one) {
  const made = element("p", one.text, { className: "param__problem" });
  if (one.item !== null) made.dataset.item = one.item;
  if (one.foreign) made.lang = "en";
  return made;
}

function fieldsOf(place) {
  const param = place.closest("[data-param]");
  return param ? param.querySelectorAll("[aria-describedby~='" + place.id + "']:not(fieldset)") : [];
}

function mark(field, own) {
  if (own.length) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

function assumption(draft, one) {
  const words = draft.dataset;
  const item = element("li", `${one.text} `);
  const note = element("span", one.source ? `${words.source} ${one.source}` : "", { className: "note" });
  if (!one.source) note.append(element("span", words.open, { className: "status status-estimated" }));
  item.append(note);
  return item;
}

/** The first problem's field is gone to from the count of problems. */
export function follow(draft) {
  draft.querySelector("[data-count]").addEventListener("click", (event) => {
    const place = draft.querySelector(event.currentTarget.getAttribute("href"));
    const field = place?.querySelector("input:not([type=hidden]), select, textarea:not([hidden]), button, [tabindex]");
    if (!field) return;
    if (place.closest("details")) place.closest("details").open = true;
    event.preventDefault();
    place.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  });
}
