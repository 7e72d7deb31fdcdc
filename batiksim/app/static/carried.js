/** The page as one file: the cloth under policies that it carries, and curves of a grid of levers. */

import { data, element, number, text, yearOf } from "./shell.js";
import { amount } from "./words.js";
import { Grid } from "./grid.js";
import { Future } from "./stage/frames.js";
import { Stage } from "./stage/stage.js";

const bytes = (name) => Uint8Array.from(atob(document.getElementById(name).textContent), (sign) => sign.charCodeAt(0));

const futures = new Map();
/** A stream of the page, read once. */
function future(name) {
  if (!futures.has(name)) {
    const made = new Future();
    futures.set(name, made);
    made.read(bytes(name));
  }
  return futures.get(name);
}

/** Radio buttons in a fieldset; `choose` is told the position of the one that is chosen. */
function choice(name, legend, options, choose) {
  return element(
    "fieldset",
    { class: "choice" },
    element("legend", {}, legend),
    ...options.map((said, at) => {
      const id = `${name}-${at}`;
      const radio = element("input", { type: "radio", name, id, checked: at === 0, onchange: () => choose(at) });
      return element("span", { class: "option" }, radio, element("label", { for: id }, said));
    }),
  );
}

const holder = element("div", { class: "stage" });
const why = element("p", { class: "quiet" });
const grid = element("section", { class: "grid" });
const [first, ...others] = data.worlds;
const worldName = (world) => text(`carried.world.${world.replaceAll("-", "_")}`);

document.getElementById("page").replaceChildren(
  element("p", { class: "intro" }, text("carried.intro", { number: number(1 / data.scale), year: yearOf(data.until) })),
  choice("preset", text("carried.policy"), [text("carried.none"), ...data.presets.map(({ title }) => title)], (at) => show(at - 1)),
  choice("world", text("carried.without"), [first, ...others].map(worldName), (at) => world(data.worlds[at])),
  why,
  holder,
  grid,
);

const stage = new Stage(holder, {
  texts: text,
  numbers: number,
  places: data.places,
  options: { until: data.until, speed: 4, guess: true, keys: false },
});
stage.setBaseline(future(`record-${first}`));
if (!matchMedia("(prefers-reduced-motion: reduce)").matches) stage.play();
stage.addEventListener("error", ({ detail: { message } }) => why.replaceChildren(message));

/** Ghosts with their worlds in words. */
const named = ({ luck, doubt }) => ({ luck, doubt: doubt.map((one) => ({ ...one, world: worldName(one.world) })) });

/** Show a policy of the page, or none (-1); policies are carried in the first world. */
function show(at) {
  document.getElementById("world-0").checked = true;
  stage.setBaseline(future(`record-${first}`));
  why.textContent = at < 0 ? "" : data.presets[at].why;
  stage.setFuture(at < 0 ? null : future(`future-${at}`));
  stage.setGhosts(at < 0 ? null : named(data.presets[at].ghosts));
  if (at >= 0 && stage.month < data.now) stage.month = data.now;
}

/** Show a world without a policy. */
function world(name) {
  document.getElementById("preset-0").checked = true;
  why.textContent = "";
  const month = stage.month;
  stage.setFuture(null);
  stage.setGhosts(null);
  stage.setBaseline(future(`record-${name}`));
  stage.month = month;
}

const levels = data.levers.map(() => 0);
const curves = new Grid(bytes("grid"), { text, number, worldName, indicators: data.indicators });
const what = element(
  "select",
  { id: "indicator", onchange: () => curves.show(levels, what.selectedIndex) },
  ...data.indicators.map(({ label, unit }) => element("option", {}, `${label} (${unit})`)),
);
curves.ready.then(
  () => {
    grid.replaceChildren(
      element("h2", {}, text("carried.grid")),
      element("p", { class: "quiet" }, text("carried.about_grid", curves.size())),
      element(
        "div",
        { class: "levers" },
        ...data.levers.map((lever, at) => {
          const said = lever.levels.map((level) => (level === 0 ? text("carried.level_none") : amount(level, lever)));
          return choice(`lever-${at}`, lever.label, said, (level) => {
            levels[at] = level;
            curves.show(levels, what.selectedIndex);
          });
        }),
      ),
      element("p", {}, element("label", { for: "indicator" }, text("carried.indicator")), " ", what),
      curves.element,
    );
    curves.show(levels, 0);
  },
  () => grid.replaceChildren(element("p", { class: "problem" }, text("carried.broken"))),
);
