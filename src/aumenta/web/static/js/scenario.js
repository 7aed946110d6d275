// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// While a run goes on, or the server still reads what the page needs, the page asks again and takes what is new.

import { offerCopy } from "./share.js";

const EVERY = 1000;
const PATIENT = 3000;
const QUIET = 15000;

const article = document.querySelector("[data-live]");
const part = (name, page = document) => page.querySelector(`[data-part="${name}"]`);
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// The parts of the page as they are now at the server, put in the place of those shown; what did not change stays.
async function renew() {
  const answer = await fetch(location.href.split("#")[0], { headers: { accept: "text/html" } });
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const name of ["run", "result", "changes"]) {
    const here = part(name);
    const there = part(name, page);
    if (!here || !there || here.outerHTML === there.outerHTML) continue;
    const held = here.contains(document.activeElement);
    here.replaceWith(document.adoptNode(there));
    if (name === "result") offerCopy();
    if (held) document.querySelector("#scenario-run").focus();
  }
  document.querySelector("[data-status]").textContent = page.querySelector("[data-status]").textContent;
  return true;
}

// While something goes on every second; else now and then, for a run may be started from elsewhere.
async function follow() {
  let turns = 0;
  for (;;) {
    const watched = part("run").hasAttribute("data-watch");
    turns = watched ? turns + 1 : 0;
    await wait(watched ? (turns < 60 ? EVERY : PATIENT) : QUIET);
    if (document.hidden) continue;
    try {
      const answer = await fetch(article.dataset.live, { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      const told = await answer.json();
      document.querySelector("[data-status]").textContent = told.text;
      if (told.version !== part("run").dataset.version) await renew();
    } catch {
      // The server is away for a moment, or for good: the next turn asks again.
    }
  }
}

// The list: cards whose run goes on, or whose line is still being put together.
async function followList() {
  let cards = document.querySelector(".scenario-list[data-watch]");
  while (cards) {
    await wait(PATIENT);
    if (document.hidden || cards.contains(document.activeElement)) continue;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const there = page.querySelector(".scenario-list");
      if (!there) return;
      cards.replaceWith(document.adoptNode(there));
      cards = document.querySelector(".scenario-list[data-watch]");
    } catch {
      // The server is away: the next turn asks again.
    }
  }
}

if (article) {
  offerCopy();
  follow();
} else followList();
