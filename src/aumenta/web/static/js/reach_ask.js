// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// Questions about travel times: one on its way at a time, and after it the newest; what was asked between is dropped.

const RETRY = 600;

/** Header and minutes of an answer (layout in docs/map-data.md); throws when it is not a whole one. */
export function decodeAnswer(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < 12 || view.getUint32(0) !== 0x41554d52 || view.getUint16(4, true) !== 1) {
    throw new Error("not an answer about travel times of version 1");
  }
  const length = view.getUint32(8, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 12, length)));
  if (buffer.byteLength !== 12 + length + header.count) throw new Error("answer cut short");
  return { header, minutes: new Uint8Array(buffer, 12 + length, header.count) };
}

/** A refusal in words: problems beside their fields. */
export class Refused extends Error {
  constructor(told) {
    super(told.summary);
    this.problems = told.problems;
  }
}

/** The server is busy or away; the question may be asked again. */
export class Unavailable extends Error {
  constructor(busy) {
    super(busy ? "busy" : "offline");
    this.busy = busy;
  }
}

/** An answer to a question; throws `Refused` or `Unavailable`. */
export async function ask(url, signal = undefined) {
  let answer;
  try {
    answer = await fetch(url, { signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Unavailable(false);
  }
  if (answer.status === 422) throw new Refused(await answer.json());
  if (!answer.ok) throw new Unavailable(answer.status === 503);
  return answer;
}

/** The next frame of the screen, or a little later where none is drawn. */
function frame() {
  return new Promise((resolve) => {
    const late = window.setTimeout(resolve, RETRY / 4);
    window.requestAnimationFrame(() => {
      window.clearTimeout(late);
      resolve();
    });
  });
}

/** Asks for the newest question only, not before the last answer is drawn; `answered(answer, query)`, `failed(error, query)`. */
export class Newest {
  constructor(answered, failed) {
    this.answered = answered;
    this.failed = failed;
    this.waiting = null;
    this.busy = false;
  }

  /** Whether a question is on its way or waits. */
  get open() {
    return this.busy || this.waiting !== null;
  }

  want(query) {
    this.waiting = query;
    if (!this.busy) this.go();
  }

  async go() {
    this.busy = true;
    while (this.waiting !== null) {
      const query = this.waiting;
      this.waiting = null;
      try {
        const answer = await ask(`/live/reach.bin?${query}`);
        const decoded = decodeAnswer(await answer.arrayBuffer());
        this.answered(decoded, query);
        if (this.waiting !== null) await frame();
      } catch (error) {
        if (this.waiting === null || error instanceof Unavailable) this.failed(error, query);
        if (error instanceof Unavailable) {
          await new Promise((resolve) => { window.setTimeout(resolve, RETRY); });
          this.waiting ??= query;
        }
      }
    }
    this.busy = false;
  }
}
