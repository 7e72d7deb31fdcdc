/**
 * What the page shows, as its address has it: `s` the scenario (compact JSON of what a scenario file would hold; absent: the
 * one the app was started with, else the baseline), `world`, `seed`, `month`, `lang`, `v` the version that made the link.
 *
 * An address may come from anybody: what it says is looked at before it is used, and the server reads the scenario again.
 */

import { data, lang, monthName, monthOf, text } from "./shell.js";

const MOST_SEED = 2 ** 31 - 1;

/**
 * What an address says.
 * @returns {{scenario: object|null, world: string, seed: number, month: number|null, problems: string[]}}
 *          scenario null: the baseline; month null: from the beginning; problems: sentences for the reader
 */
export function readAddress(search = location.search) {
  const query = new URLSearchParams(search);
  const problems = [];
  const version = query.get("v");
  if (version && version !== data.version) {
    problems.push(text("try.other_version", { version: version.slice(0, 20), own: data.version }));
  }
  return {
    scenario: scenarioOf(query.get("s"), problems),
    world: oneOf(query, "world", data.worlds, problems),
    seed: seedOf(query.get("seed"), problems),
    month: monthIn(query.get("month"), problems),
    problems,
  };
}

function scenarioOf(written, problems) {
  if (written === null) return isEmpty(data.first) ? null : data.first;
  let found;
  try {
    found = JSON.parse(written);
  } catch {
    found = undefined;
  }
  if (!sound(found)) {
    problems.push(text("try.broken_link"));
    return null;
  }
  return isEmpty(found) ? null : found;
}

/** Whether this has the shape of a scenario, as far as the page itself reads it. */
export function sound(found) {
  if (found === null || typeof found !== "object" || Array.isArray(found)) return false;
  const { interventions = [] } = found;
  return Array.isArray(interventions) && interventions.length <= 200 && interventions.every(isMeasure);
}

function isMeasure(one) {
  if (one === null || typeof one !== "object" || Object.keys(one).length !== 1) return false;
  const [settings] = Object.values(one);
  return settings !== null && typeof settings === "object" && !Array.isArray(settings) && typeof settings.from === "string";
}

const isEmpty = (found) => !found || Object.keys(found).length === 0;

function oneOf(query, name, allowed, problems) {
  const said = query.get(name);
  if (said === null || allowed.includes(said)) return said ?? allowed[0];
  problems.push(text("try.broken_part", { part: `${name}=${said.slice(0, 30)}` }));
  return allowed[0];
}

function seedOf(said, problems) {
  if (said === null) return data.seed;
  const seed = /^\d{1,10}$/.test(said) ? Number(said) : NaN;
  if (seed <= MOST_SEED) return seed;
  problems.push(text("try.broken_part", { part: `seed=${said.slice(0, 30)}` }));
  return data.seed;
}

function monthIn(said, problems) {
  if (said === null) return null;
  const month = /^20[1-4]\d-(0[1-9]|1[0-2])$/.test(said) ? monthOf(said) : NaN;
  if (month >= 0 && month <= data.until) return month;
  problems.push(text("try.broken_part", { part: `month=${said.slice(0, 30)}` }));
  return null;
}

/** The query of an address that says this state; what is as usual is left out. */
export function addressOf({ scenario, world, seed, month }) {
  const query = new URLSearchParams({ lang });
  if (scenario) query.set("s", JSON.stringify(scenario));
  else if (!isEmpty(data.first)) query.set("s", "{}");
  if (world !== data.worlds[0]) query.set("world", world);
  if (seed !== data.seed) query.set("seed", String(seed));
  if (month !== null && month !== undefined) query.set("month", monthName(month));
  if (query.size > 1) query.set("v", data.version);
  const room = new URLSearchParams(location.search).get("class"); // a class is followed until it is left
  if (room) query.set("class", room);
  return `?${query}`;
}

/** Put the state into the address: as a new entry of the history, or in place of the present one. */
export function writeAddress(state, { push = false } = {}) {
  const address = location.pathname + addressOf(state);
  if (address === location.pathname + location.search) return;
  history[push ? "pushState" : "replaceState"](null, "", address);
  document.dispatchEvent(new Event("statechange"));
}
