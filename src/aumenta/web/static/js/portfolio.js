// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// Tables are ordered at once; while scenarios are being weighed the page asks again and takes what is new.

import { offerCopy } from "./share.js";

const EVERY = 1000;
const PATIENT = 3000;
const QUIET = 15000;

const article = document.querySelector(".portfolio");
const part = (name, page = document) => page.querySelector(`[data-part="${name}"]`);
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// --- tables -------------------------------------------------------------------------------

function value(row, column) {
  const cell = [...row.cells].find((one) => one.dataset.col === column);
  const text = cell ? cell.dataset.value : "";
  return column === "name" || text === "" ? text : Number(text);
}

// What is not known comes last, whichever way; names begin from A, figures from the largest.
function order(table, link) {
  const column = link.dataset.sort;
  const head = link.closest("th");
  const first = column === "name" ? "ascending" : "descending";
  const other = first === "ascending" ? "descending" : "ascending";
  const to = head.getAttribute("aria-sort") === first ? other : first;
  const sign = to === "ascending" ? 1 : -1;
  const rows = [...table.tBodies[0].rows];
  rows.sort((a, b) => {
    const [one, two] = [value(a, column), value(b, column)];
    if (one === "" || two === "") return (one === "") - (two === "");
    return sign * (column === "name" ? one.localeCompare(two, document.documentElement.lang) : one - two);
  });
  table.tBodies[0].append(...rows);
  for (const one of table.tHead.querySelectorAll("[aria-sort]")) one.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", to);
  const address = new URL(link.href);
  const name = table.closest("section").getAttribute("aria-labelledby") === "portfolio-pairs" ? "pairs" : "sort";
  address.searchParams.set(name, (to === first ? "" : "-") + column);
  history.replaceState(null, "", address.href.split("#")[0]);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-sort]");
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  if (!link || !plain) return;
  event.preventDefault();
  order(link.closest("table"), link);
});

// --- while it is computed -----------------------------------------------------------------

// What a person is writing in is left alone until they are done.
const written = (here) => here.contains(document.activeElement) && document.activeElement.matches("input, select");

async function renew() {
  const answer = await fetch(location.href.split("#")[0], { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const name of ["run", "result"]) {
    const here = part(name);
    const there = part(name, page);
    if (!here || !there || here.outerHTML === there.outerHTML || written(here)) continue;
    const held = here.contains(document.activeElement);
    here.replaceWith(document.adoptNode(there));
    if (name === "result") offerCopy();
    if (held) document.querySelector("#portfolio-run").focus();
  }
}

async function follow() {
  let turns = 0;
  let said = "";
  for (;;) {
    const watched = part("run").hasAttribute("data-watch");
    turns = watched ? turns + 1 : 0;
    await wait(watched ? (turns < 60 ? EVERY : PATIENT) : QUIET);
    if (document.hidden) continue;
    try {
      const answer = await fetch(article.dataset.live, { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      const told = await answer.json();
      const [text, bar] = [part("run").querySelector("[data-text]"), part("run").querySelector("progress")];
      if (told.busy && text) text.textContent = told.text;
      if (told.busy && bar && told.total) [bar.max, bar.value] = [told.total, told.done];
      // Read aloud only when a run has ended, not at every second.
      const now = `${told.busy} ${told.done}`;
      if (said && said !== now) document.querySelector("[data-status]").textContent = told.text;
      said = now;
      if (told.version !== part("run").dataset.version) await renew();
    } catch {
      // The server is away for a moment, or for good: the next turn asks again.
    }
  }
}

// --- the link, the sheet, the number of scenarios -------------------------------------------

function count() {
  const form = document.querySelector(".portfolio-chooser");
  const said = form && form.querySelector("[data-count]");
  if (!said) return;
  const show = () => {
    said.textContent = `${said.dataset.many} ${form.querySelectorAll(":checked").length}`;
  };
  form.addEventListener("change", show);
  show();
}

const print = document.querySelector("[data-print]");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
offerCopy();
count();
if (part("run")) follow();
