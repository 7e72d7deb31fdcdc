/** Curves of the grid of levers: what was run, year by year, draw by draw; nothing between the levels. */

import { Chart, draw, make, through } from "./stage/chart.js";
import { apart, ticks } from "./stage/series.js";

const LEFT = 62;
const RIGHT = 92;
const TOP = 14;
const BOTTOM = 24;

/** Read `line of JSON, deflated int16` (app/carried/grid.py). */
async function unpack(bytes) {
  const end = bytes.indexOf(10);
  const about = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  const stream = new Blob([bytes.subarray(end + 1)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const values = new Int16Array(await new Response(stream).arrayBuffer());
  if (values.length !== about.shape.reduce((one, other) => one * other, 1)) throw new Error("a grid of another shape");
  return { about, values };
}

export class Grid {
  /** @param {Uint8Array} bytes @param {{text: Function, number: Function, worldName: Function, indicators: object[]}} options */
  constructor(bytes, options) {
    this.options = options;
    this.sentence = make("p", { class: "found", role: "status" });
    this.element = make("div", { class: "curves" }, this.sentence);
    this.ready = unpack(bytes).then((found) => {
      Object.assign(this, found);
      this.worlds = [...new Set(this.about.draws.map(({ world }) => world))];
      this.chart = new Curves(this.element, { text: options.text, number: options.number, name: "grid", height: 260, level: 3 });
    });
  }

  /** What the grid is of, for a sentence. */
  size() {
    const { combinations, draws, seeds, scale, version } = this.about;
    const { number } = this.options;
    return { combinations: number(combinations.length), draws: draws.length, seeds: `${seeds[0]}–${seeds[seeds.length - 1]}`, part: number(scale * 100), version };
  }

  /** Values of a combination: draws x years, in the unit of the indicator. */
  _of(combination, indicator) {
    const [, draws, indicators, years] = this.about.shape;
    const { step } = this.about.indicators[indicator];
    return this.about.draws.map((_, at) => {
      const from = ((combination * draws + at) * indicators + indicator) * years;
      return Array.from(this.values.subarray(from, from + years), (value) => value * step);
    });
  }

  /** Show the combination of levels (a level for each lever); none of all shows levels, others what they change. */
  show(levels, indicator) {
    const { text, number, worldName, indicators } = this.options;
    const combination = this.about.combinations.indexOf(levels.join(""));
    const lines = this._of(combination, indicator);
    const years = this.about.years;
    const none = combination === 0;
    const mean = years.map((_, at) => lines.reduce((sum, line) => sum + line[at], 0) / lines.length);
    const digits = this.about.indicators[indicator].step < 1 ? 1 : 0;
    const said = (value, signed) => number(value, { maximumFractionDigits: digits, signDisplay: signed ? "exceptZero" : "auto", ...(Math.abs(value) >= 1e6 ? { notation: "compact" } : {}) });
    const last = years.length - 1;
    const spread = Math.sqrt(lines.reduce((sum, line) => sum + (line[last] - mean[last]) ** 2, 0) / (lines.length - 1));
    const facts = { year: years[last], count: lines.length, mean: said(mean[last], !none), error: said(spread / Math.sqrt(lines.length)) };
    const ends = lines.map((line) => line[last]);
    const range = { low: said(Math.min(...ends), !none), high: said(Math.max(...ends), !none), more: ends.filter((value) => value > 0).length };
    this.sentence.textContent = none ? text("carried.found_none", { ...facts, ...range }) : text("carried.found", { ...facts, ...range });
    const drawn = this.about.draws.map(({ id, world }, at) => ({ id, world: this.worlds.indexOf(world), name: worldName(world), values: lines[at] }));
    const title = text(none ? "carried.curve_level" : "carried.curve_change", { what: indicators[indicator].label, unit: indicators[indicator].unit });
    this.chart.update({ years, lines: drawn, mean, none, title, said, names: this.worlds.map(worldName), meanName: text("carried.mean") });
  }
}

class Curves extends Chart {
  paint({ years, lines, mean, none, title, said, names, meanName }) {
    this.svg.replaceChildren();
    const all = [...lines.flatMap(({ values }) => values), 0];
    const marks = ticks(Math.min(...all), Math.max(...all, 1), 4);
    const [low, high] = [marks[0], marks[marks.length - 1]];
    const x = (at) => LEFT + (at / (years.length - 1)) * (this.width - LEFT - RIGHT);
    const y = (value) => TOP + ((high - value) / (high - low)) * (this.height - TOP - BOTTOM);
    for (const mark of marks) {
      const label = draw("text", { class: "tick", x: LEFT - 6, y: y(mark) + 4, "text-anchor": "end" });
      label.append(said(mark, !none));
      this.svg.append(draw("path", { class: mark === 0 ? "axis zero" : "axis", d: `M${LEFT} ${y(mark)}H${this.width - RIGHT}` }), label);
    }
    for (const at of [0, Math.floor((years.length - 1) / 2), years.length - 1]) {
      const label = draw("text", { class: "tick", x: x(at), y: this.height - 6, "text-anchor": "middle" });
      label.append(String(years[at]));
      this.svg.append(label);
    }
    const path = (className, values) => draw("path", { class: `line ${className}`, d: through(values.map((value, at) => [x(at), y(value)])) });
    for (const { world, values } of lines) this.svg.append(path(`doubt world-${world}`, values));
    this.svg.append(path("shown", mean));
    const last = years.length - 1;
    const ofWorld = names.map((name, world) => {
      const some = lines.filter((line) => line.world === world).map(({ values }) => values[last]);
      return { name, className: `world-${world}`, value: some.reduce((sum, one) => sum + one, 0) / some.length };
    });
    const labels = [{ name: `${meanName} ${said(mean[last], !none)}`, className: "shown", value: mean[last] }, ...ofWorld];
    const heights = apart(labels.map(({ value }) => y(value) + 4), 15, TOP + 4, this.height - BOTTOM);
    labels.forEach(({ name, className }, at) => {
      const label = draw("text", { class: `label ${className}`, x: this.width - RIGHT + 6, y: heights[at] });
      label.append(name);
      this.svg.append(label);
    });
    this.say(title);
  }

  table() {
    const { years, lines, mean, meanName } = this.state;
    const columns = [this.text("stage.year"), meanName, ...lines.map(({ id, name }) => `${id} (${name})`)];
    return { columns, rows: years.map((year, at) => [String(year), mean[at], ...lines.map(({ values }) => values[at])]) };
  }
}
