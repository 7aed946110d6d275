// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// The page of travel times: the pin moves, the server answers with one byte a cell, map and counters follow. When the
// pin rests come the lines, the tables, the address of the page, and the journey where a cell was chosen.

import { Newest, Refused, Unavailable, ask } from "./reach_ask.js";
import { ReachMap } from "./reach_map.js";
import { Panel, asked } from "./reach_panel.js";
import { placeField } from "./reach_places.js";

const REST = 300;
const SLOW = 500;
const NARROW = window.matchMedia("(max-width: 899.98px)");
const KEPT = ["max", "change", "rides", "access_minutes", "egress_minutes", "walk_kmh", "bike_kmh"];

const root = document.getElementById("reach");
const form = document.getElementById("reach-form");
const state = JSON.parse(root.dataset.state);
const panel = new Panel(root, state);
const map = new ReachMap(document.getElementById("reach-live"), document.getElementById("reach-tooltip"), state);
const told = document.getElementById("reach-told");
const section = document.getElementById("reach-journey");

let last = null;
let resting = null;
let moving = false;
let looking = null;
let rested = "";

/** The state of the page as an address: the question, and the journey that is open. */
function query(withJourney) {
  const own = state.asked;
  const found = new URLSearchParams();
  for (const name of ["place", "lon", "lat"]) if (own[name]) found.set(name, own[name]);
  for (const [name, value] of Object.entries(asked(form))) found.set(name, value);
  for (const name of KEPT) if (own[name]) found.set(name, own[name]);
  if (withJourney) for (const name of ["to", "at"]) if (own[name]) found.set(name, own[name]);
  return found;
}

function live(path, withJourney = false) {
  const found = query(withJourney);
  found.set("lang", state.language);
  return `/live/${path}?${found}`;
}

const newest = new Newest(answered, failed);
let slow = null;

/** Says that something is computed, where that takes longer than one notices. */
function waiting(on) {
  window.clearTimeout(slow);
  slow = null;
  if (on) slow = window.setTimeout(() => root.classList.add("is-waiting"), SLOW);
  else root.classList.remove("is-waiting");
}

function request() {
  const found = query(false);
  found.set("lang", state.language);
  newest.want(String(found));
  if (slow === null) waiting(true);
}

function answered({ header, minutes }) {
  waiting(false);
  last = header;
  root.dataset.ready = "true";
  panel.problems([]);
  map.show(minutes);
  panel.follow(header);
  if (header.date && !form.elements.date.value) form.elements.date.value = header.date;
  window.aumentaReach.answers += 1;
  if (!moving) settle();
}

function failed(error) {
  waiting(false);
  if (error instanceof Refused) {
    panel.problems(error.problems); // the last map stays
    address();
  } else if (error instanceof Unavailable) {
    panel.problems([{ field: "", message: error.busy ? state.words.busy : state.words.offline }]);
  } else {
    console.error(error);
    panel.problems([{ field: "", message: state.words.offline }]);
  }
}

/** Once nothing moves any more: tables, lines, address, journey. */
function settle() {
  window.clearTimeout(resting);
  resting = window.setTimeout(() => {
    if (newest.open || moving) return;
    panel.rest(last);
    address();
    const now = String(query(false));
    if (now === rested) return;
    rested = now;
    lines(now);
    if (state.asked.to) journey();
  }, REST);
}

async function lines(asking) {
  try {
    const answer = await ask(live("isochrones.json"));
    const found = await answer.json();
    if (asking === String(query(false)) && !moving) map.isochrones(found);
    root.dataset.settled = asking;
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unavailable)) throw error;
  }
}

/** The address of the page, its other languages and its file say the same question. */
function address() {
  const found = query(true);
  window.history.replaceState({}, "", `${state.urls.page}?${found}`);
  const csv = document.querySelector("[data-reach=csv]");
  csv.href = live("reach.csv");
  for (const link of document.querySelectorAll(".site-languages a")) {
    const url = new URL(link.href);
    url.searchParams.set("to", `${url.searchParams.get("to").split("?")[0]}?${found}`);
    link.setAttribute("href", `${url.pathname}${url.search}`);
  }
}

/** The point moves; its name is lost unless it is given. */
function move(lon, lat, place = "") {
  Object.assign(state.asked, { lon: lon.toFixed(5), lat: lat.toFixed(5), place });
  form.elements.lon.value = state.asked.lon;
  form.elements.lat.value = state.asked.lat;
  form.elements.place.value = place;
  map.isochrones(null);
  if (!place) map.journey(null);
  request();
}

// A journey: to the cell that is clicked, leg by leg.

async function journey() {
  looking?.abort();
  looking = new AbortController();
  section.hidden = false;
  told.setAttribute("aria-busy", "true");
  try {
    const answer = await ask(live("journey.json", true), looking.signal);
    const found = await answer.json();
    state.asked.to = found.to.join(",");
    const focus = document.activeElement?.id === "reach-at";
    told.innerHTML = found.html; // made by our own server from its template, everything in it escaped
    if (focus) document.getElementById("reach-at")?.focus();
    panel.problems([]);
    if (NARROW.matches) section.scrollIntoView({ block: "nearest" });
    map.journey(found.journey);
    panel.say(told.querySelector(".reach-sum")?.textContent ?? "");
    address();
  } catch (error) {
    if (error.name === "AbortError") return;
    if (error instanceof Refused) {
      told.replaceChildren();
      map.journey(null);
      panel.problems(error.problems.map((one) => ({ ...one, field: one.field === "at" ? "at" : "to" })));
    } else if (!(error instanceof Unavailable)) {
      throw error;
    }
  }
  told.removeAttribute("aria-busy");
}

function open(lon, lat) {
  Object.assign(state.asked, { to: `${lon.toFixed(5)},${lat.toFixed(5)}`, at: "" });
  journey();
}

function close(event) {
  event.preventDefault();
  looking?.abort();
  Object.assign(state.asked, { to: "", at: "" });
  told.replaceChildren();
  panel.problems([]);
  section.hidden = true;
  map.journey(null);
  address();
}

// The form.

function onForm() {
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.form !== form || !field.name) return;
    if (field.name === "at") {
      state.asked.at = field.value;
      if (field.value) journey();
      return;
    }
    state.asked[field.name] = field.value;
    if (field.name === "toward") {
      const label = form.querySelector("label[for=reach-goal]");
      label.textContent = field.value === "1" ? label.dataset.from : label.dataset.to;
    }
    form.querySelector("[data-reach=transit]").toggleAttribute("data-off", form.elements.mode.value !== "transit");
    map.isochrones(null);
    request();
  });
  placeField(
    form.elements.place,
    document.getElementById("reach-options"),
    state.urls.places,
    state.words,
    (one) => {
      map.put(one.at);
      move(...one.at, one.name);
    },
    (text) => panel.problems([{ field: "place", message: `${state.words.noPlace}: «${text}».` }]),
  );
  placeField(
    form.elements.goal,
    document.getElementById("reach-goals"),
    state.urls.places,
    state.words,
    (one) => open(...one.at),
    (text) => panel.problems([{ field: "goal", message: `${state.words.noPlace}: «${text}».` }]),
  );
  document.querySelector("[data-reach=close]").addEventListener("click", close);
  section.addEventListener("keydown", (event) => { if (event.key === "Escape") close(event); });
}

function onPaper() {
  const image = document.getElementById("reach-print");
  window.addEventListener("beforeprint", () => {
    if (!root.classList.contains("is-drawn")) return;
    image.src = map.picture();
    image.hidden = false;
  });
  window.addEventListener("afterprint", () => { image.hidden = true; });
}

async function start() {
  window.aumentaReach = { answers: 0 };
  onForm();
  onPaper();
  if (state.asked.lon && state.asked.lat) request();
  else Object.assign(state.asked, { lon: state.usual.lon, lat: state.usual.lat });
  try {
    await map.start();
  } catch (error) {
    // Without WebGL the picture of the server stays, with tables and sentence.
    console.warn(error);
    map.holder.hidden = true;
    panel.say(state.words.noMap);
    return;
  }
  const at = [Number(state.asked.lon), Number(state.asked.lat)];
  map.pin(
    at.every(Number.isFinite) ? at : [Number(state.usual.lon), Number(state.usual.lat)],
    (lon, lat) => {
      moving = true;
      move(lon, lat);
    },
    () => {
      moving = false;
      if (!newest.open && last) settle();
    },
  );
  map.clicked = open;
  root.classList.add("is-drawn");
  Object.assign(window.aumentaReach, { map: map.map, surface: map.surface, drawn: map.surface.drawn });
}

start();
