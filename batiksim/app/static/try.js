/**
 * Try: the cloth and its charts, levers beside them, the address that says it all.
 *
 * One state (scenario, world, seed, month) decides what is on the screen; everything that changes it goes through `go`.
 */

import { data, element, monthSaid, notice, number, post, text, yearOf } from "./shell.js";
import { Stage } from "./stage/stage.js";
import { inClass } from "./classroom.js";
import { Files, table } from "./files.js";
import { Ghosts } from "./ghosts.js";
import { Levers } from "./levers.js";
import { Panel } from "./panel.js";
import { parting, shortened } from "./policy.js";
import { Baselines, told, Wishes } from "./runs.js";
import { readAddress, writeAddress } from "./state.js";
import { Worlds } from "./worlds.js";

const CHARTS = ["difference", "workforce", "pay", "ages", "price"];
const WATCH = 20_000; // ms between two looks at whether the server is still there
const GUESSED = "batiksim-guess";
const phone = matchMedia("(max-width: 56rem)");

const slots = Object.fromEntries(["cloth", "clock", ...CHARTS].map((part) => [part, element("div", { class: `slot slot-${part}` })]));
const state = { scenario: null, world: data.worlds[0], seed: data.seed, month: 0 };
let shown = { scenario: null, world: null, seed: null }; // what the futures on the stage are of
let parts = []; // futures on the stage after the baseline
let baseline = null;

const levers = new Levers(data);
const worlds = new Worlds(data);
const panel = new Panel(() => state);
const baselines = new Baselines();
const wishes = new Wishes();
const ghosts = new Ghosts();
const status = element("p", { class: "status", role: "status" });
const intro = element("p", { class: "intro" }, text("try.intro", { number: number(1 / data.scale), year: yearOf(data.until) }));
const charts = element("div", { class: "charts" }, ...CHARTS.map((part) => slots[part]));
const picture = element("div", { class: "picture" }, slots.cloth, status, slots.clock);

const holder = element("div", { class: "holder" });
const stage = new Stage(holder, {
  texts: text,
  numbers: number,
  places: data.places,
  options: { slots, until: data.until, speed: 4, keys: true },
});

const files = new Files({
  state: () => ({ ...state, month: stage.month }),
  title: (scenario) => levers.title(scenario),
  stage: () => stage,
  parts: CHARTS,
  numbers: () => table(baseline, parts),
  report: document.querySelector('.top a[href^="/report"]')?.getAttribute("href") ?? null,
});

const classBar = element("div");
const room = inClass(classBar, {
  read: () => ({ ...state, month: stage.month, playing: stage.playing, speed: stage.speed }),
  apply: follow,
});

document.getElementById("page").replaceChildren(
  classBar,
  intro,
  element(
    "div",
    { class: "try" },
    element("div", { class: "left" }, picture, levers.element, worlds.element),
    element("div", { class: "right" }, panel.element, charts),
  ),
  files.element,
);
arrange();
phone.addEventListener("change", arrange);

/** With a policy the difference comes first, on a phone before everything; without one there is none. */
function arrange() {
  const policy = parts.length > 0;
  slots.difference.hidden = !policy;
  if (policy && phone.matches) picture.before(slots.difference);
  else charts.prepend(slots.difference);
  document.body.classList.toggle("has-policy", policy);
}

// ---- what is shown

/** Show another state; `push` makes it an entry of the history. */
function go(next, { push = true } = {}) {
  Object.assign(state, next);
  const month = next.month ?? stage.month;
  writeAddress({ ...state, month: baseline ? month : next.month ?? null }, { push });
  worlds.show(state);
  if (shown.world !== state.world || shown.seed !== state.seed) changeWorld(next.month);
  else if (next.month !== undefined && next.month !== null) arrivedAt(next.month);
  levers.show(state.scenario, month, true);
  room.say();
  if (!state.scenario) none();
  else if (shown.scenario === null || parting(shown.scenario, state.scenario) !== Infinity) wish();
  else {
    wishes.cancel();
    stage.hold(false);
  }
}

function changeWorld(month) {
  wishes.cancel();
  ghosts.cancel();
  const before = stage.month;
  shown = { scenario: null, world: state.world, seed: state.seed };
  parts = [];
  baseline = baselines.of(state.world, state.seed, (error) => trouble(error.message));
  baseline.addEventListener("months", approach);
  stage.setGhosts(null);
  stage.setBaseline(baseline);
  if ((month ?? before) > 0) arrivedAt(month ?? before);
  arrange();
}

let goal = null;
/** Go to a month as soon as it is here, with and without the policy; whoever moves the clock meanwhile has it. */
function arrivedAt(month) {
  goal = month;
  approach();
}

function approach() {
  if (goal === null || !baseline || baseline.last < goal) return;
  const awaited = state.scenario && goal >= data.now && shown.scenario !== state.scenario;
  if (awaited || parts.some((part) => part.last < goal)) return;
  stage.month = goal;
  goal = null;
}

/** No policy: the baseline alone. */
function none() {
  wishes.cancel();
  ghosts.cancel();
  shown.scenario = null;
  parts = [];
  stage.setFuture(null);
  stage.setGhosts(null);
  stage.hold(false);
  say("");
  levers.costs(null);
  arrange();
}

/** Show what the teacher's screen shows. */
function follow({ scenario, world, seed, month, playing, speed }) {
  stage.speed = speed;
  const same = world === state.world && seed === state.seed && JSON.stringify(scenario) === JSON.stringify(state.scenario);
  if (!same) go({ scenario, world, seed, month: baseline ? month : null }, { push: false });
  // Two clocks that both run may be some weeks apart.
  if (!playing || Math.abs(stage.month - month) > 6 * speed) arrivedAt(month);
  if (playing && !stage.playing) stage.play();
  else if (!playing && stage.playing) stage.pause();
}

/** Ask for the future under the policy: from the first month on that differs from what is here. */
function wish() {
  ghosts.cancel();
  stage.setGhosts(null);
  const { scenario, world, seed } = state;
  const apart = shown.scenario ? parting(shown.scenario, scenario) : data.now;
  const before = parts.findLast((part) => part.since < apart); // whatever comes after it is computed anew
  const keep = shown.scenario !== null && apart > data.now && apart <= data.until && before?.last >= apart - 1;
  const since = keep ? apart : firstOf(scenario);
  stage.hold(true);
  wishes.ask({ scenario, world, seed, since }, { keep });
}

/** The first month in which a scenario can differ from the baseline: before it nothing has to be computed. */
function firstOf(scenario) {
  return Math.min(parting(null, scenario), data.now);
}

wishes.addEventListener("waits", ({ detail }) => (detail.message ? say(detail.message) : whyItWaits()));
wishes.addEventListener("begins", ({ detail: { future, wish: asked } }) => {
  parts = [...(asked.keep ? parts.filter((part) => part.since < asked.since) : []), future];
  shown = { scenario: asked.scenario, world: asked.world, seed: asked.seed };
  stage.setFuture(future, { keep: asked.keep });
  future.addEventListener("months", approach);
  stage.hold(false);
  say("");
  arrange();
});
wishes.addEventListener("whole", ({ detail: { wish: asked } }) => {
  levers.costs(costs());
  ghosts.ask(asked, (found) => stage.setGhosts(found));
});
wishes.addEventListener("fails", ({ detail: { message } }) => {
  stage.hold(false);
  if (goal !== null) stage.month = goal;
  goal = null;
  trouble(message, () => wish());
});

/** What policies cost a year: the mean from the first month in which they can act; rupiah, nominal. */
function costs() {
  const [first] = parts;
  if (!first || !baseline) return null;
  const from = Math.min(Math.max(parting(null, state.scenario), first.since), data.until);
  const sum = { "public.cost": 0, "private.cost": 0 };
  for (let month = from; month <= data.until; month++) {
    for (const name of Object.keys(sum)) sum[name] += stage.value(name, month) - (baseline.value(name, month) || 0);
  }
  const years = (data.until - from + 1) / 12;
  return { public: sum["public.cost"] / years, private: sum["private.cost"] / years, first: yearOf(from), last: yearOf(data.until) };
}

// ---- what is said

function say(message) {
  if (status.textContent !== message) status.textContent = message;
}

async function whyItWaits() {
  const response = await fetch("/api/state").catch(() => null);
  const found = response?.ok ? await response.json() : null;
  if (!wishes.stopping) return;
  say(found?.state === "warming" ? text("try.warming") : text("try.computing"));
}

/** Something did not work: a sentence that stays, and a button to try again. */
function trouble(message, again) {
  say("");
  const retry = again && element("button", { type: "button", onclick: () => (status.replaceChildren(), again()) }, text("try.again"));
  status.replaceChildren(element("span", { class: "problem" }, message), ...(retry ? [" ", retry] : []));
}

// ---- what the reader does

/** Show what the reader has chosen; who follows a class goes their own way by that. */
function choose(next) {
  room.leave();
  go(next);
}
levers.addEventListener("apply", ({ detail: { scenario } }) => choose({ scenario }));
worlds.addEventListener("choose", ({ detail }) => choose(detail));
files.addEventListener("upload", ({ detail: found }) => {
  const { scenario, world } = shortened(found.scenario, data.worlds);
  choose({ scenario, ...(world ? { world } : {}) });
});

levers.addEventListener("applying", () => levers.moved(stage.month));

stage.addEventListener("month", ({ detail: { playing } }) => {
  moveSoon();
  if (playing) return;
  writeSoon();
  room.say();
});
stage.addEventListener("play", ({ detail: { playing } }) => {
  if (!playing) writeSoon();
  else if (room.role !== "follows") goal = null; // the reader has the clock now
  room.say();
});
stage.addEventListener("pick", ({ detail }) => {
  if (detail.row !== null && detail.row !== undefined) stage.follow(detail.row);
  panel.show(detail, stage.month);
});
panel.closed = () => stage.follow(null);
stage.addEventListener("error", ({ detail: { message } }) => trouble(message));
stage.addEventListener("now", () => askGuess());
stage.addEventListener("guess", ({ detail }) => {
  sessionStorage.setItem(GUESSED, detail.skipped ? "" : JSON.stringify(detail));
  say("");
});

let moving = 0;
/** Levers say from which month a change would hold: now and then while the clock runs. */
function moveSoon() {
  moving ||= setTimeout(() => {
    moving = 0;
    levers.moved(stage.month);
  }, 250);
}

let writing = 0;
function writeSoon() {
  clearTimeout(writing);
  writing = setTimeout(() => writeAddress({ ...state, month: goal ?? stage.month }), 400);
}

/** The first time the clock comes to the present: what do you think will be left? */
function askGuess() {
  if (state.scenario || room.role || sessionStorage.getItem(GUESSED) !== null) return;
  sessionStorage.setItem(GUESSED, "");
  stage.askGuess();
  slots.workforce.scrollIntoView({ block: "nearest" });
  const compare = document.querySelector('.top a[href^="/compare"]');
  status.replaceChildren(text("try.now", { month: monthSaid(data.now), year: yearOf(data.until) }));
  if (compare) status.append(" ", element("a", { class: "button", href: compare.href }, text("try.compare")));
}

addEventListener("popstate", () => open({ push: false }));

// ---- the server may be ended while the page is open

let silent = false;
async function watch() {
  const there = await fetch("/api/state", { cache: "no-store" }).then((response) => response.ok, () => false);
  if (!there && !silent) notice(text("shell.no_server"), "problem");
  if (there && silent) document.getElementById("notices").replaceChildren();
  silent = !there;
}
setInterval(() => document.visibilityState === "visible" && watch(), WATCH);

// ---- beginning

/** Show what the address says; the server reads a scenario first, since a link may come from anybody. */
async function open({ push }) {
  const { problems, ...said } = readAddress();
  let { scenario, world } = said;
  if (scenario && scenario !== data.first) {
    try {
      const found = await (await post("/api/check", { text: JSON.stringify(scenario), name: "link.json" })).json();
      if (found.ok) {
        const short = shortened(found.scenario, data.worlds);
        scenario = "extends" in scenario ? short.scenario : scenario;
        world = short.world ?? world;
      } else {
        problems.push(text("try.wrong_link", { why: found.mistakes.slice(0, 3).map((one) => one.message).join("; ") }));
        scenario = null;
      }
    } catch (error) {
      problems.push(told(error).message);
    }
  } else if (scenario) ({ scenario } = shortened(scenario, data.worlds));
  if (problems.length) notice(problems.join(" "), "problem");
  go({ ...said, scenario, world }, { push });
  return said;
}

const guessed = sessionStorage.getItem(GUESSED);
if (guessed) stage.showGuess(JSON.parse(guessed));
open({ push: false }).then(({ month, scenario }) => {
  document.title = `${text("try.title")} · batiksim`;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (room.role === "follows") return;
  if (still && month === null) arrivedAt(data.now);
  else if (month === null && !scenario) stage.play();
});
export const busy = () => wishes.stopping !== null;
export { stage, state, levers };
