/**
 * Policies of a scenario as levers move them: pure functions of what a scenario file holds.
 *
 * A lever moved in the middle of a run leaves the months before as they were: the measure in force ends, and another begins.
 */

import { monthName, monthOf } from "./shell.js";

const LAST = "2060-12"; // the last month a scenario can name: such an end is none
// What a file holds of a measure that says nothing of it.
const USUAL = { ramp: 0, coverage: 1, to: LAST };

/** The month from which a change holds that is made while `month` is shown: the next one, never before `now`. */
export const effective = (month, { now, until }) => (month <= now ? now : Math.min(month + 1, until));

const bodies = (scenario, kind) => (scenario?.interventions ?? []).filter((one) => kind in one).map((one) => one[kind]);
const endOf = (body) => (body.to ? monthOf(body.to) : Infinity);

/** What a scenario says of a kind, oldest first. */
export const measures = (scenario, kind) =>
  bodies(scenario, kind).sort((a, b) => monthOf(a.from) - monthOf(b.from));

/** The measures of a kind in force in a month. */
export const inForce = (scenario, kind, month) =>
  measures(scenario, kind).filter((body) => monthOf(body.from) <= month && month <= endOf(body));

/** What a lever shows of a measure: all but when it began. */
export function settingsOf({ from, ...settings }) {
  if (settings.to === LAST) delete settings.to;
  return settings;
}

const dateless = ({ from, to, ...settings }) => settings;

/** A measure without what is usual anyway. */
export function compact(body) {
  const kept = Object.entries(body).filter(([name, value]) => !(name in USUAL) || USUAL[name] !== value);
  const short = Object.fromEntries(kept);
  if (JSON.stringify(short.where) === '["all"]') delete short.where;
  return short;
}

/** Whether two values that JSON can hold are the same, whatever the order of keys. */
export function same(one, other) {
  const ordered = (value) =>
    JSON.stringify(value, (_, inner) =>
      inner && typeof inner === "object" && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    );
  return ordered(one ?? null) === ordered(other ?? null);
}

/**
 * A scenario in which a kind has these settings from a month on, and the months before stay as they are.
 * @param {object|null} scenario null is the baseline
 * @param {string} kind
 * @param {object|null} settings of the measure without its first month; null: none
 * @param {number} month
 * @returns {object|null}
 */
export function changed(scenario, kind, settings, month) {
  const others = (scenario?.interventions ?? []).filter((one) => !(kind in one));
  const own = [];
  for (const body of measures(scenario, kind)) {
    if (monthOf(body.from) >= month) continue; // it would have begun later: the lever says now what holds then
    own.push({ ...body, ...(endOf(body) < month ? {} : { to: monthName(month - 1) }) });
  }
  if (settings) {
    const last = own.at(-1)?.to === monthName(month - 1) ? own.at(-1) : null;
    if (last && same(dateless(last), dateless(settings))) {
      delete last.to;
      if (settings.to) last.to = settings.to;
    } else {
      const { ramp, ...whole } = settings; // a measure that goes on in another size is there already
      own.push({ from: monthName(month), ...(last ? whole : settings) });
    }
  }
  const interventions = [...others, ...own.map((body) => ({ [kind]: body }))];
  const { interventions: _, ...rest } = scenario ?? {};
  const found = interventions.length ? { ...rest, interventions } : rest;
  return Object.keys(found).filter((name) => !["title", "why"].includes(name)).length ? found : null;
}

/** The first month in which two scenarios part; Infinity where they do not. */
export function parting(one, other) {
  const [mine, its] = [one ?? {}, other ?? {}];
  const months = [];
  const parameters = { ...mine.parameters, ...its.parameters };
  for (const name of Object.keys(parameters)) {
    const values = [mine.parameters?.[name], its.parameters?.[name]];
    if (!same(...values)) months.push(...values.filter((value) => value !== undefined).map(beginOf));
  }
  // Who draws on a budget that changed is not looked up: at the earliest the first of all measures does.
  if (!same(mine.budgets, its.budgets)) months.push(...[mine, its].flatMap(entries).map(([, body]) => monthOf(body.from)));
  for (const [a, b] of [[mine, its], [its, mine]]) {
    const written = new Set((b.interventions ?? []).map((entry) => JSON.stringify(entry)));
    for (const entry of a.interventions ?? []) {
      if (written.has(JSON.stringify(entry))) continue;
      const [[kind, body]] = Object.entries(entry);
      // One that only ends elsewhere parts where the earlier end is.
      const twin = bodies(b, kind).find((other) => other.from === body.from && same(dateless(other), dateless(body)));
      months.push(twin ? Math.min(endOf(body), endOf(twin)) + 1 : monthOf(body.from));
    }
  }
  return Math.min(...months);
}

const entries = (scenario) => (scenario.interventions ?? []).flatMap((entry) => Object.entries(entry));

/** The first month that a parameter's value says something of: dates are its keys, "2027-01" or "2027-01..2030-12". */
function beginOf(value) {
  if (value === null || typeof value !== "object") return 0;
  return Math.min(...Object.keys(value).map((dates) => (/^\d{4}-\d\d/.test(dates) ? Math.max(monthOf(dates), 0) : 0)));
}

/** What an uploaded or linked scenario holds, as short as an address should be; the world apart. */
export function shortened(content, worlds) {
  const { interventions, parameters, ...rest } = content;
  const world = worlds.includes(parameters?.["choice.regime"]) ? parameters["choice.regime"] : null;
  const kept = Object.fromEntries(Object.entries(parameters ?? {}).filter(([name]) => !(world && name === "choice.regime")));
  const short = { ...rest };
  if (Object.keys(kept).length) short.parameters = kept;
  if (interventions?.length) {
    short.interventions = interventions.map((one) => Object.fromEntries(Object.entries(one).map(([kind, body]) => [kind, compact(body)])));
  }
  return { scenario: short, world };
}
