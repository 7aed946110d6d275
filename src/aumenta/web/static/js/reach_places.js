// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// The field in which a place or a stop is typed: a combobox over the names of the twin (ARIA authoring practices).

const MOST = 8;

/** A name as the server spells it for searching: lower case, no accents, words alone. */
export function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** Names that begin so, then those with a word that begins so, then those that hold it. */
export function matching(names, text) {
  const wanted = plain(text);
  if (!wanted) return [];
  const ranked = [];
  for (const one of names) {
    const at = ` ${one.plain}`.indexOf(` ${wanted}`);
    if (at === 0) ranked.push([one.plain === wanted ? 0 : 1, one]);
    else if (at > 0) ranked.push([2, one]);
    else if (one.plain.includes(wanted)) ranked.push([3, one]);
  }
  return ranked.sort((a, b) => a[0] - b[0]).slice(0, MOST).map(([, one]) => one);
}

/** Makes the field a combobox; `chosen(place)` is called with a name and a point, `unknown(text)` when none fits. */
export function placeField(input, list, url, words, chosen, unknown) {
  let names = null;
  let shown = [];
  let active = -1;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  async function load() {
    names ??= fetch(url).then((answer) => (answer.ok ? answer.json() : []));
    return names;
  }

  function mark(at) {
    active = at;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    if (at >= 0) input.setAttribute("aria-activedescendant", list.children[at].id);
    else input.removeAttribute("aria-activedescendant");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  function close() {
    list.hidden = true;
    list.replaceChildren();
    shown = [];
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  function open(found) {
    shown = found;
    list.replaceChildren(...found.map((one, i) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${i}`;
      item.setAttribute("role", "option");
      const kind = document.createElement("span");
      kind.className = "note";
      kind.textContent = words[one.kind];
      item.append(one.name, " ", kind);
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        take(one);
      });
      return item;
    }));
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    mark(-1);
  }

  function take(one) {
    input.value = one.name;
    close();
    chosen(one);
  }

  async function enter() {
    const text = input.value;
    if (!text.trim()) return;
    const [best] = active >= 0 ? [shown[active]] : matching(await load(), text);
    if (best) take(best);
    else unknown(text);
  }

  input.addEventListener("focus", load);
  input.addEventListener("input", async (event) => {
    event.stopPropagation();
    const text = input.value;
    const found = matching(await load(), text);
    if (input.value === text && document.activeElement === input) open(found);
  });
  // The form listens to changes of its other fields; this one speaks when a place is chosen.
  input.addEventListener("change", (event) => event.stopPropagation());
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!shown.length) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((active + step + shown.length) % shown.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      enter();
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener("blur", close);
  return { close };
}
