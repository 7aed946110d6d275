// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// The clusters of cells come to a page that was given without them as soon as they are computed.

const EVERY = 2000;
const TRIES = 90;

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

for (let turn = 0; turn < TRIES; turn += 1) {
  await wait(EVERY);
  const here = document.querySelector("#clusters[data-pending]");
  if (!here) break;
  let answer;
  try {
    answer = await fetch(location.href, { headers: { accept: "text/html" } });
  } catch {
    continue;
  }
  if (!answer.ok) break;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const there = page.querySelector("#clusters");
  if (there && "pending" in there.dataset) continue;
  // What is computed may also be that there are no clusters.
  if (there) here.replaceWith(document.adoptNode(there));
  else here.remove();
  break;
}
