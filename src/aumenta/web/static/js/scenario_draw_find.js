// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// A field in which a thing is looked for by name: a combobox whose offers come from the server (ARIA authoring practices).

import { element } from "./scenario_draw_kinds.js";

const PAUSE = 120;
let made = 0;

/**
 * The field with its label; `offers(text)` gives what fits as {label, note, item}, `take(item)` takes one, `none` is said
 * where nothing fits. An empty text is asked too: some lists are short.
 */
export function finder(label, offers, take, none) {
  made += 1;
  const id = `find-${made}`;
  const input = element("input", { id, type: "search", autocomplete: "off", spellcheck: "false", maxlength: "80", role: "combobox", "aria-autocomplete": "list", "aria-controls": `${id}-list`, "aria-expanded": "false" });
  const list = element("ul", { id: `${id}-list`, class: "picker__offers", role: "listbox", "aria-label": label, hidden: "" });
  const empty = element("p", { class: "picker__empty note", hidden: "" }, none);
  const box = element("div", { class: "picker__find field grow" }, element("label", { for: id }, label), input, list, empty);
  let shown = [];
  let active = -1;
  let asked = 0;
  let timer = null;

  function mark(at) {
    active = at;
    [...list.children].forEach((one, i) => one.setAttribute("aria-selected", String(i === at)));
    if (at >= 0) input.setAttribute("aria-activedescendant", list.children[at].id);
    else input.removeAttribute("aria-activedescendant");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  function close() {
    window.clearTimeout(timer);
    asked += 1;
    list.hidden = true;
    list.replaceChildren();
    shown = [];
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  function open(found) {
    shown = found;
    list.replaceChildren(...found.map((one, i) => {
      const item = element("li", { id: `${id}-${i}`, role: "option" }, one.label, " ", element("span", { class: "note" }, one.note ?? ""));
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        choose(one);
      });
      return item;
    }));
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    mark(-1);
  }

  function choose(one) {
    input.value = "";
    empty.hidden = true;
    close();
    take(one.item);
  }

  /** Offers for the text as it is; what was asked before and comes later is not shown. */
  async function look() {
    asked += 1;
    const turn = asked;
    const text = input.value.trim();
    const found = await offers(text).catch(() => []);
    if (turn !== asked) return null;
    empty.hidden = !text || found.length > 0;
    return found;
  }

  // Offers that do not fit what is written now go at once, so that none of them is taken while others are on their way.
  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    asked += 1;
    const text = input.value.trim().toLowerCase();
    if (shown.length) open(shown.filter((one) => String(one.label).toLowerCase().includes(text)));
    timer = window.setTimeout(async () => {
      const found = await look();
      if (found && document.activeElement === input) open(found);
    }, PAUSE);
  });
  input.addEventListener("focus", async () => {
    if (input.value) return;
    const found = await look();
    if (found && document.activeElement === input) open(found);
  });
  input.addEventListener("keydown", async (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!shown.length) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((active + step + shown.length) % shown.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (active >= 0) {
        choose(shown[active]);
      } else if (input.value.trim()) {
        window.clearTimeout(timer);
        const [best] = (await look()) ?? [];
        if (best) choose(best);
      }
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
    }
  });
  input.addEventListener("blur", close);
  return { box, input };
}
