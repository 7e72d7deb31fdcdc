/** Ghosts of luck and of doubt: paired differences of other runs, asked for when the page's own future is whole. */

import { lines, post, session, text } from "./shell.js";

const WORLDS = ["orders-short", "hands-short", "between"];
const nameOf = (world) => (WORLDS.includes(world) ? text(`try.world.${world.replace("-", "_")}`) : world);
const QUIET = 400; // ms in which nobody asks for another future

export class Ghosts {
  constructor() {
    this.stopping = null;
    this.kept = new Map();
  }

  cancel() {
    this.stopping?.abort();
    this.stopping = null;
    clearTimeout(this.timer);
  }

  /**
   * Ask for the ghosts of a wish; `show` is called with all that are here, each time one more comes.
   * @param {{scenario: object, world: string, seed: number, number: number}} wish of which number: a newer one ends its ghosts
   * @param {(ghosts: {luck: object[], doubt: object[]}) => void} show
   */
  ask({ scenario, world, seed, number }, show) {
    this.cancel();
    const stopping = (this.stopping = new AbortController());
    const key = JSON.stringify([scenario, world, seed]);
    if (this.kept.has(key)) {
      show(this.kept.get(key));
      return;
    }
    this.timer = setTimeout(() => this._fill({ scenario, world, seed, wish: number }, key, show, stopping.signal).catch(() => {}), QUIET);
  }

  /** Without ghosts the page shows less and says nothing wrong: that the server is gone is said elsewhere. */
  async _fill(wish, key, show, signal) {
    const found = { luck: [], doubt: [] };
    const response = await post("/api/ghosts", { ...wish, session }, { signal });
    for await (const one of lines(response)) {
      if (signal.aborted) return;
      const { kind, since, differences, seed: ofSeed, world, regime } = one;
      found[kind]?.push({ since, values: differences, seed: ofSeed, world: nameOf(regime || world) });
      show({ luck: [...found.luck], doubt: [...found.doubt] });
    }
    this.kept.set(key, found);
    if (this.kept.size > 12) this.kept.delete(this.kept.keys().next().value);
  }
}
