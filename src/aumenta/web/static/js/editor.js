// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// The editor of a scenario: what is written is kept as it changes, what is wrong is told at its place, steps are undone.

import { fill, follow, rows, tell } from "./editor_fields.js";

const AGAIN = 700;
const AWAY = 4000;

const draft = document.querySelector("#draft");
const form = document.querySelector("#draft-form");
const words = JSON.parse(draft.dataset.words);
const within = (name) => draft.querySelector(`[data-${name}]`);
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

let sent = "";
let queue = Promise.resolve();
let stuck = false;
let asking = 0;
let pending = 0;

// What is written, without what only says of which page and moment it is.
function written() {
  const data = new URLSearchParams(new FormData(form));
  for (const name of ["new_id", "csrf_token", "revision"]) data.delete(name);
  return data.toString();
}

// One request after the other: the next carries the revision that the one before came to.
function act(name) {
  pending += 1;
  draft.dataset.pending = String(pending);
  queue = queue.then(() => perform(name)).catch((error) => console.error(error)).finally(() => {
    pending -= 1;
    if (!pending) delete draft.dataset.pending;
  });
  return queue;
}

async function perform(name) {
  const now = written();
  if (stuck || (name === "set" && now === sent)) return;
  within("state").textContent = words.saving;
  for (let turn = 0; ; turn += 1) {
    const answer = await post(name).catch(() => null);
    if (answer === null) {
      trouble(words.away);
      await wait(AWAY);
      continue;
    }
    if (answer.status === 403 && turn < 3 && await renewed()) continue;
    if (answer.status === 404) { lost(words.gone, false); return; }
    const told = await answer.json().catch(() => null);
    if (!answer.ok || told === null) {
      trouble(words.refused, told?.problems?.map((one) => [one.message, one.found, one.expected].filter(Boolean).join("; ")) ?? [String(answer.status)]);
      return;
    }
    if (told.trouble === "stale") { lost(words.stale, true); return; }
    trouble("");
    sent = now;
    taken(told, name !== "set");
    if (name !== "set") {
      sent = written();
      within("state").textContent = `${name === "undo" ? words.undone : words.redone} ${told.state}`;
    }
    return;
  }
}

function post(name) {
  const data = new URLSearchParams(new FormData(form));
  data.set("answer", "json");
  return fetch(`/act/drafts/${draft.dataset.draft}/${name}`, { method: "POST", body: data, headers: { accept: "application/json" } });
}

// A token lasts some hours, and as long as the server runs: the page is asked for a fresh one.
async function renewed() {
  const answer = await fetch(location.pathname, { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("#draft-form input[name=csrf_token]");
  if (!fresh) return false;
  form.elements.csrf_token.value = fresh.value;
  return true;
}

// What the server says of the draft, put into the page; the fields only where they are to be otherwise.
function taken(told, refill) {
  form.elements.revision.value = told.revision;
  if (refill) fill(form, told.fields);
  within("undo").disabled = !told.undo;
  within("redo").disabled = !told.redo;
  tell(draft, told);
  if (told.checking) again();
}

async function again() {
  const turn = asking += 1;
  await wait(AGAIN);
  while (turn === asking) {
    const told = await fetch(draft.dataset.live, { headers: { accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
    if (turn !== asking) return;
    if (told && String(told.revision) === form.elements.revision.value) {
      tell(draft, told);
      if (!told.checking) return;
    } else if (told) return;
    await wait(document.hidden ? AWAY : AGAIN);
  }
}

function trouble(text, list = []) {
  const box = within("trouble");
  box.hidden = !text;
  box.replaceChildren();
  if (!text) return;
  box.append(Object.assign(document.createElement("p"), { textContent: text }));
  for (const one of list) box.append(Object.assign(document.createElement("p"), { textContent: one, lang: "en" }));
}

// Nothing more is taken in: what is written here can be kept as another draft, or what is there be shown.
function lost(text, there) {
  stuck = true;
  trouble(text);
  const box = within("trouble");
  const mine = Object.assign(document.createElement("button"), { type: "submit", className: "button", textContent: words.mine });
  mine.setAttribute("form", "draft-form");
  mine.formAction = `/act/drafts/${draft.dataset.draft}/fork`;
  box.append(mine);
  if (there) {
    const theirs = Object.assign(document.createElement("a"), { className: "button light", textContent: words.theirs, href: location.pathname });
    box.append(theirs);
  }
  box.scrollIntoView({ block: "center" });
}

form.addEventListener("change", (event) => {
  if (!event.target.hasAttribute("data-unsent")) act("set");
});
form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button || button.hasAttribute("data-check")) {
    event.preventDefault();
    act("set");
  } else if (button.hasAttribute("data-undo") || button.hasAttribute("data-redo")) {
    event.preventDefault();
    act(button.hasAttribute("data-undo") ? "undo" : "redo");
  } else if (!stuck && !button.hasAttribute("data-sent")) {
    // What was written last is taken in first, with its token and revision; then the browser goes on.
    event.preventDefault();
    await act("set");
    await wait(0);  // a form is not sent again while its event is still being told
    if (stuck) return;
    button.setAttribute("data-sent", "");
    form.requestSubmit(button);
    button.removeAttribute("data-sent");
  }
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || !["z", "y"].includes(event.key.toLowerCase())) return;
  if (event.target.closest("input[type=text], input[type=search], input[type=number], textarea, [contenteditable]")) return;
  event.preventDefault();
  act(event.key.toLowerCase() === "y" || event.shiftKey ? "redo" : "undo");
});

rows(draft);
follow(draft);
within("check").hidden = true;
sent = written();
if (draft.hasAttribute("data-checking")) again();
