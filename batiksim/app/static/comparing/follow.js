/** A comparison as the server tells it: started, followed through a broken line, cancelled. */

import { lang, lines, post, session, text } from "../shell.js";

const AGAIN = 2000; // ms until a line that broke is taken up again
const OVER = ["finished", "cancelled", "failed"];

/**
 * What is known of a comparison. Event `changed` whenever that is more; `gone` where the server does not hold it.
 *
 * `state` {id, status, message, place}; `asked`; `progress`; `answer`; `pairs` as they finished; `offline` while the server is
 * silent.
 */
export class Comparison extends EventTarget {
  constructor() {
    super();
    this._forget();
  }

  _forget() {
    this.state = { status: "none" };
    this.asked = this.progress = this.answer = null;
    this.pairs = [];
    this.offline = false;
    this.stopping?.abort();
    this.stopping = new AbortController();
  }

  get over() {
    return OVER.includes(this.state.status);
  }

  get running() {
    return ["queued", "running"].includes(this.state.status);
  }

  /** Ask for a comparison; rejects with the server's sentence. */
  async start(question) {
    this._forget();
    const { signal } = this.stopping;
    const response = await post("/api/comparison", { ...question, session }, { signal });
    this.state = { status: "queued", id: response.headers.get("x-comparison") };
    this._tell();
    this._listen(response, signal);
  }

  /** Follow a comparison that was started before, here or elsewhere. */
  async follow(id) {
    this._forget();
    this.state = { status: "queued", id };
    await this._take(this.stopping.signal);
  }

  async cancel() {
    await post(`/api/comparison/${this.state.id}/cancel`, {});
  }

  async _take(signal) {
    let response = null;
    try {
      response = await fetch(`/api/comparison/${encodeURIComponent(this.state.id)}?lang=${lang}`, { signal });
    } catch {
      return this._later(signal);
    }
    if (response.status === 404) {
      this.state = { status: "none" };
      this.dispatchEvent(new Event("gone"));
      return;
    }
    if (!response.ok) return this._later(signal);
    this.pairs = [];
    await this._listen(response, signal);
  }

  _later(signal) {
    if (signal.aborted) return;
    this.offline = true;
    this._tell();
    setTimeout(() => !signal.aborted && this._take(signal), AGAIN);
  }

  async _listen(response, signal) {
    try {
      for await (const { kind, ...said } of lines(response)) {
        if (signal.aborted) return;
        this.offline = false;
        if (kind === "pairs") this.pairs.push(...said.rows);
        else this[kind] = said;
        this._tell();
      }
    } catch {
      // The line broke; taken up again below.
    }
    if (!this.over && !signal.aborted) this._later(signal);
  }

  _tell() {
    this.dispatchEvent(new Event("changed"));
  }
}

/** How far a comparison is, as one sentence. */
export function progressSaid({ state, progress, asked }) {
  const count = (value) => String(value);
  if (state.status === "queued") return state.place ? text("compare.queued", { place: state.place }) : text("compare.beginning");
  if (state.status === "failed") return state.message;
  if (!progress) return state.status === "cancelled" ? text("compare.cancelled", { done: 0, runs: asked?.runs ?? 0 }) : text("compare.beginning");
  const { done, failed, left } = progress;
  const runs = done + failed + left;
  if (state.status === "finished") return text("compare.finished", { done, failed });
  if (state.status === "cancelled") return text("compare.cancelled", { done, runs });
  return `${text("compare.progress", { done: count(done), runs: count(runs), failed, left })}; ${timeSaid(progress.seconds)}`;
}

function timeSaid(seconds) {
  if (seconds === null || seconds === undefined) return text("compare.time.unknown");
  if (seconds < 90) return text("compare.time.seconds", { count: Math.max(1, Math.round(seconds)) });
  if (seconds < 5400) return text("compare.time.minutes", { count: Math.round(seconds / 60) });
  return text("compare.time.hours", { count: Math.round(seconds / 3600) });
}
