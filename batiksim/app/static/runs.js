/** Futures as the page asks for them: the newest wish counts, and what goes wrong is said in a sentence. */

import { data, post, session, text } from "./shell.js";
import { Future } from "./stage/frames.js";

const AGAIN = 4000; // ms until a server that has too much to do is asked again
const TRIES = 4;

const WISHED = "batiksim-wish";

/** The number of the next wish of this tab: it goes on after the page was loaded again, as the server remembers. */
export function nextWish() {
  const number = (Number(sessionStorage.getItem(WISHED)) || 0) + 1;
  sessionStorage.setItem(WISHED, String(number));
  return number;
}

/** The baseline of a world and seed: the shipped record where there is one, else computed. */
export class Baselines {
  constructor() {
    this.kept = new Map();
  }

  /** A future that fills while it arrives; `failed` is called with an Error where it does not. */
  of(world, seed, failed) {
    const key = `${world} ${seed}`;
    if (!this.kept.has(key)) {
      const future = new Future();
      this.kept.set(key, future);
      this._fill(future, world, seed).catch((error) => {
        this.kept.delete(key);
        failed(told(error));
      });
    }
    return this.kept.get(key);
  }

  async _fill(future, world, seed) {
    const response =
      seed === data.seed
        ? await fetched(`/api/record?world=${encodeURIComponent(world)}`)
        : await post("/api/future", { scenario: null, world, seed, since: 0, session, beside: true, wish: nextWish() });
    await future.read(response.body);
  }
}

async function fetched(path) {
  const response = await fetch(path).catch(() => null);
  if (!response?.ok) throw new Error(text("shell.no_server"));
  return response;
}

/** Futures under a policy, one at a time. */
export class Wishes extends EventTarget {
  constructor() {
    super();
    this.stopping = null;
  }

  cancel() {
    this.stopping?.abort();
    this.stopping = null;
  }

  /**
   * Ask for a future; an older one that is not here yet is given up.
   *
   * Events: `begins` {future, wish}: its first months are here; `whole` {future, wish}; `waits` {message}; `fails` {message}.
   *
   * @param {{scenario: object, world: string, seed: number, since: number}} asked since: first month that may differ
   * @param {object} [more] what the events say of the wish besides
   */
  async ask(asked, more = {}) {
    this.cancel();
    const stopping = (this.stopping = new AbortController());
    const { signal } = stopping;
    const number = nextWish();
    const wish = { ...asked, ...more, number };
    const tell = (name, detail) => !signal.aborted && this.dispatchEvent(new CustomEvent(name, { detail }));
    const patience = setTimeout(() => tell("waits", { message: null }), 1500);
    try {
      const body = { ...asked, session, wish: number };
      const response = await this._patiently(body, signal, tell);
      const future = new Future();
      let begun = false;
      future.addEventListener("months", () => {
        clearTimeout(patience);
        if (!begun) tell("begins", { future, wish });
        begun = true;
      });
      await future.read(response.body, { signal });
      tell("whole", { future, wish });
    } catch (error) {
      if (error.name !== "AbortError") tell("fails", { message: told(error).message });
    } finally {
      clearTimeout(patience);
      if (this.stopping === stopping) this.stopping = null;
    }
  }

  async _patiently(body, signal, tell) {
    for (let tries = 1; ; tries++) {
      try {
        return await post("/api/future", body, { signal });
      } catch (error) {
        if (error.told?.busy !== true || tries === TRIES) throw error;
        tell("waits", { message: error.message });
        await pause(AGAIN, signal);
      }
    }
  }
}

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/** An error as the reader should have it: what the server said, or that it fell silent. */
export function told(error) {
  const known = error.said || error.told || error.message === text("shell.no_server");
  return known ? error : new Error(text("try.broke_off"));
}
