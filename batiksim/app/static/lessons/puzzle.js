/** The puzzle: choices, a run in each world, and what it comes to beside the goal and the budget. */

import { data, element, number, post, session, text } from "../shell.js";
import { nextWish } from "../runs.js";
import { Future } from "../stage/frames.js";
import { meanOfFuture, written } from "./numbers.js";


export class Puzzle {
  /** @param {object} given the puzzle of the page's data; `solved` is called when a run reaches every goal */
  constructor(given, solved) {
    this.given = given;
    this.solved = solved;
    this.bases = new Map();
    this.chosen = {};
    this.answer = element("div", { class: "answer", "aria-live": "polite" });
    this.button = element("button", { class: "main", type: "submit" }, text("lessons.try"));
    const form = element(
      "form",
      { class: "puzzle" },
      element("p", { class: "budget" }, text("lessons.budget", { value: written(given.budget, "billions") })),
      ...given.levers.map((lever) => this._lever(lever)),
      this.button,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this._try();
    });
    this.element = element("div", {}, form, this.answer);
  }

  // ---- choices

  _lever(lever) {
    return lever.places.length ? this._places(lever) : this._values(lever);
  }

  _values(lever) {
    const options = lever.values.map((value, at) => {
      const id = `${lever.name}-${at}`;
      const input = element("input", { type: "radio", name: lever.name, id, checked: value === 0 });
      input.addEventListener("change", () => (this.chosen[lever.name] = value));
      const label = value === 0 ? text("lessons.none") : amount(value, lever.unit);
      return element("span", { class: "chip" }, input, element("label", { for: id }, label));
    });
    return element("fieldset", {}, element("legend", {}, lever.label), element("div", { class: "chips" }, ...options));
  }

  _places(lever) {
    const names = new Map(data.places.map((place) => [place.id, place]));
    const chosen = new Set();
    const options = lever.places.map((id) => {
      const input = element("input", { type: "checkbox", id: `place-${id}` });
      input.addEventListener("change", () => {
        if (input.checked) chosen.add(id);
        else chosen.delete(id);
        this.chosen[lever.name] = [...chosen];
      });
      return element("span", { class: "chip" }, input, element("label", { for: input.id }, nameOf(names.get(id), id)));
    });
    return element("fieldset", {}, element("legend", {}, lever.label), sketch(lever.places, names), element("div", { class: "chips" }, ...options));
  }

  /** What a scenario file with these choices would hold. */
  scenario(chosen) {
    const measures = [];
    for (const lever of this.given.levers) {
      const value = chosen[lever.name];
      if (!value || value.length === 0) continue;
      measures.push({ [lever.kind]: { ...lever.fixed, [lever.setting]: value } });
    }
    const content = { extends: "baseline" };
    if (Object.keys(this.given.parameters).length) content.parameters = this.given.parameters;
    if (measures.length) content.interventions = measures;
    return content;
  }

  // ---- the run

  async _try() {
    const scenario = this.scenario(this.chosen);
    if (!scenario.interventions) {
      this.answer.replaceChildren(element("p", { class: "note" }, text("lessons.choose_something")));
      return;
    }
    this.button.disabled = true;
    this.answer.replaceChildren(element("p", { class: "note" }, text("lessons.trying")));
    try {
      const found = [];
      for (const world of this.given.worlds) {
        if (!this.bases.has(world)) this.bases.set(world, await run(this.scenario({}), world));
        found.push({ world, ...this._measured(await run(scenario, world), this.bases.get(world)) });
      }
      this._tell(found);
    } catch (error) {
      this.answer.replaceChildren(element("p", { class: "problem" }, error.message));
    } finally {
      this.button.disabled = false;
    }
  }

  _measured(future, base) {
    const goals = this.given.goals.map((goal) => {
      const level = meanOfFuture(future, goal.indicator, goal.kind, goal.years);
      const value = goal.level ? level : level - meanOfFuture(base, goal.indicator, goal.kind, goal.years);
      const reached = (goal.at_least === null || value >= goal.at_least) && (goal.at_most === null || value <= goal.at_most);
      return { goal, value, reached };
    });
    const costs = ["public.cost", "private.cost"].map((name) => meanOfFuture(future, name, "flow", this.given.years));
    const cost = costs[0] + costs[1];
    return { goals, cost, within: cost <= this.given.budget };
  }

  _tell(found) {
    const rows = [];
    for (const { world, goals, cost, within } of found) {
      const where = found.length > 1 ? ` (${text(`lessons.world.${world}`)})` : "";
      for (const { goal, value, reached } of goals) {
        const [key, bound] = goal.at_least !== null ? ["lessons.at_least", goal.at_least] : ["lessons.at_most", goal.at_most];
        rows.push(row(goal.label + where, text(key, { value: written(bound, goal.show) }), written(value, goal.show), reached));
      }
      const most = text("lessons.at_most", { value: written(this.given.budget, "billions") });
      rows.push(row(text("lessons.cost") + where, most, written(cost, "billions"), within));
    }
    const solved = found.every(({ goals, within }) => within && goals.every((one) => one.reached));
    const head = ["lessons.goal", "lessons.needed", "lessons.reached"].map((key) => element("th", { scope: "col" }, text(key)));
    const table = element("table", {}, element("thead", {}, element("tr", {}, ...head, element("th", {}, ""))), element("tbody", {}, ...rows));
    const said = element("p", { class: solved ? "note good" : "note" }, text(solved ? "lessons.solved_now" : "lessons.not_solved"));
    this.answer.replaceChildren(said, element("div", { class: "wide" }, table));
    if (solved) this.solved();
  }
}

function row(label, needed, reached, good) {
  const verdict = element("td", { class: good ? "good" : "bad" }, `${good ? "✓" : "✗"} ${text(good ? "lessons.yes" : "lessons.no")}`);
  return element("tr", {}, element("th", { scope: "row" }, label), element("td", {}, needed), element("td", {}, reached), verdict);
}

const nameOf = (place, id) => (place ? (place.region === "regency" ? text("stage.in_regency", { name: place.name }) : place.name) : id);

/** An amount as a lever offers it: small shares keep their decimals. */
function amount(value, unit) {
  if (unit === "percent") return text("lessons.percent", { value: number(100 * value, { maximumFractionDigits: 1 }) });
  return unit === "people" ? number(value) : written(value, unit);
}

/** Where the places lie, north above: dots with numbers would crowd, so names stand beside them. */
function sketch(ids, names) {
  const places = ids.map((id) => names.get(id)).filter((place) => place && place.lat !== undefined);
  if (!places.length) return "";
  const [north, south] = [Math.max(...places.map((one) => one.lat)), Math.min(...places.map((one) => one.lat))];
  const steps = [...places].sort((a, b) => b.lat - a.lat).map((place) => {
    const kilometres = number((north - place.lat) * 111.2, { maximumFractionDigits: 1 });
    return element("li", {}, `${nameOf(place, place.id)}: ${kilometres} km`);
  });
  return north === south ? "" : element("details", {}, element("summary", {}, text("lessons.north_south")), element("ol", {}, ...steps));
}

async function run(scenario, world) {
  const asked = { scenario, world, seed: data.seed, since: data.now, session, beside: true, wish: nextWish() };
  const response = await post("/api/future", asked);
  return new Future().read(response.body);
}
