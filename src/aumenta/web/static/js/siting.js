// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// While an answer is looked for, the page asks how far it is and goes on to it; the address of an answer can be copied.

import { offerCopy } from "./share.js";

const EVERY = 800;
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function follow(box) {
  const said = box.querySelector("[data-status]");
  for (;;) {
    await wait(EVERY);
    if (document.hidden) continue;
    try {
      const answer = await fetch(box.dataset.sitingLive, { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      const told = await answer.json();
      if (!told.busy) {
        location.reload();
        return;
      }
      if (said.textContent !== told.text) said.textContent = told.text;
    } catch {
      // The server is away for a moment, or for good: the next turn asks again.
    }
  }
}

/** The map for points of one's own is made when somebody opens that part. */
function offerMap(details) {
  const [holder, field] = [details.querySelector("[data-state]"), details.querySelector("textarea")];
  const begin = async () => {
    if (!details.open || holder.dataset.begun) return;
    holder.dataset.begun = "true";
    try {
      const { drawPoints } = await import("./siting_draw.js");
      await drawPoints(holder, field);
    } catch (error) {
      holder.hidden = true; // the text stays, and does the same
      console.info(error.message);
    }
  };
  details.addEventListener("toggle", begin);
  begin();
}

const points = document.querySelector("[data-points]");
if (points) offerMap(points);
const box = document.querySelector("[data-siting-live]");
if (box) follow(box);
offerCopy();
const problems = document.querySelector("#siting-problems");
if (problems) problems.focus();
