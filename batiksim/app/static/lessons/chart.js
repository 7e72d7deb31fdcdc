/**
 * A chart by year: bands of luck, means, a line drawn by hand, a run of one's own. SVG of the size it has on the screen, so
 * that letters stay readable on a phone.
 */

import { element, text } from "../shell.js";
import { typed, untyped, unit, written } from "./numbers.js";

const SVG = "http://www.w3.org/2000/svg";
const LEFT = 58;
const RIGHT = 14;
const TOP = 12;
const BOTTOM = 30;

function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Mean, lowest and highest of the seeds by year; null where none is defined. */
export function band(seeds) {
  return seeds[0].map((_, at) => {
    const values = seeds.map((one) => one[at]).filter((value) => value !== null);
    if (!values.length) return null;
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return { mean, low: Math.min(...values), high: Math.max(...values) };
  });
}

export class Chart {
  /**
   * @param {{label, show, since, lines: [{case, label, seeds}]}} given
   * @param {{draw?: {case, since}, guess?: number[], own?: {[year]: number}, drawn?: (values) => void}} options
   *        draw: only this case is shown, up to the year before `since`, and the rest is drawn by hand
   */
  constructor(given, options = {}) {
    this.given = given;
    this.options = options;
    this.lines = given.lines.map((line, at) => ({ ...line, band: band(line.seeds), style: at }));
    this.until = given.since + Math.max(...this.lines.map((line) => line.band.length)) - 1;
    this.guess = options.guess ?? [];
    if (options.draw) {
      this.lines = this.lines.filter((line) => line.case === options.draw.case);
      this.until = given.since + this.lines[0].band.length - 1;
    }
    this.picture = svg("svg", { role: "img", class: "lesson-chart" });
    this.holder = element("div", { class: "chart-holder" }, this.picture);
    this.element = element("figure", { class: "chart" }, element("figcaption", {}, given.label), this._legend(), this.holder);
    if (options.draw) this._drawable();
    else this.element.append(this._table());
    new ResizeObserver(() => this._render()).observe(this.holder);
  }

  get _first() {
    return this.options.draw?.since ?? this.options.since ?? null;
  }

  _legend() {
    const items = this.lines.map((line) => this._key(`line-${line.style}`, this.options.draw ? text("lessons.until_now") : line.label));
    if (this.options.draw || this.guess.length) items.push(this._key("line-guess", text("lessons.your_guess")));
    if (this.options.own && Object.keys(this.options.own).length) items.push(this._key("line-own", text("lessons.your_run")));
    return element("ul", { class: "legend" }, ...items);
  }

  _key(name, label) {
    const sample = svg("svg", { width: 34, height: 12, "aria-hidden": "true" }, svg("line", { x1: 1, x2: 33, y1: 6, y2: 6, class: name }));
    return element("li", {}, sample, label);
  }

  // ---- size and axes

  _known(line) {
    return this.options.draw ? line.band.slice(0, this.options.draw.since - this.given.since) : line.band;
  }

  _range() {
    const values = [];
    for (const line of this.lines) for (const one of this._known(line)) if (one) values.push(one.low, one.high);
    if (this.options.draw) return [0, 1.5 * Math.max(...values)]; // says nothing of what comes
    values.push(...this.guess, ...Object.values(this.options.own ?? {}).filter(Number.isFinite));
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const room = (high - low || Math.abs(high) || 1) * 0.08;
    return [low - room < 0.35 * high && low >= 0 ? 0 : low - room, high + room];
  }

  _render() {
    const width = Math.max(260, this.holder.clientWidth);
    const height = Math.round(Math.min(360, Math.max(230, width * 0.5)));
    const [low, high] = this._range();
    this.x = (year) => LEFT + ((year - this.given.since) / (this.until - this.given.since)) * (width - LEFT - RIGHT);
    this.y = (value) => height - BOTTOM - ((value - low) / (high - low)) * (height - TOP - BOTTOM);
    this.yearAt = (x) => this.given.since + ((x - LEFT) / (width - LEFT - RIGHT)) * (this.until - this.given.since);
    this.valueAt = (y) => Math.max(low, low + ((height - BOTTOM - y) / (height - TOP - BOTTOM)) * (high - low));
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.picture.setAttribute("width", width);
    this.picture.setAttribute("height", height);
    this.picture.setAttribute("aria-label", this._said());
    this.picture.replaceChildren(...this._axes(width, height, low, high));
    for (const line of this.lines) this._paint(line);
    this._paintOwn();
    this.guessLine = svg("polyline", { class: "line-guess", points: "" });
    this.picture.append(this.guessLine);
    this._paintGuess();
  }

  _axes(width, height, low, high) {
    const made = [];
    for (const value of ticks(low, high, unit(this.given.show))) {
      made.push(svg("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: this.y(value), y2: this.y(value) }));
      made.push(svg("text", { class: "tick", x: LEFT - 6, y: this.y(value) + 4, "text-anchor": "end" }, this._tick(value)));
    }
    const years = this.until - this.given.since;
    const step = width / years < 22 ? (years > 20 ? 10 : 5) : years > 8 ? 5 : 1;
    for (let year = this.given.since; year <= this.until; year++) {
      if (year % step) continue;
      made.push(svg("text", { class: "tick", x: this.x(year), y: height - 8, "text-anchor": "middle" }, String(year)));
    }
    if (this._first) {
      const x = this.x(this._first - 1);
      made.push(svg("line", { class: "from", x1: x, x2: x, y1: TOP, y2: height - BOTTOM }));
    }
    return made;
  }

  _tick(value) {
    return this.given.show === "billions" ? written(value, "billions").replace(/^Rp\s*/, "") : written(value, this.given.show);
  }

  // ---- lines

  _points(values, of) {
    return values
      .map((value, at) => (value === null ? null : `${this.x(this.given.since + at).toFixed(1)},${this.y(of(value)).toFixed(1)}`))
      .filter((point) => point !== null);
  }

  _paint(line) {
    const known = this._known(line);
    const edge = [...this._points(known, (one) => one.high), ...this._points(known, (one) => one.low).reverse()];
    this.picture.append(svg("polygon", { class: `band-${line.style}`, points: edge.join(" ") }));
    this.picture.append(svg("polyline", { class: `line-${line.style}`, points: this._points(known, (one) => one.mean).join(" ") }));
  }

  _paintOwn() {
    const points = Object.entries(this.options.own ?? {})
      .filter(([year, value]) => Number.isFinite(value) && year >= this.given.since && year <= this.until)
      .map(([year, value]) => `${this.x(Number(year)).toFixed(1)},${this.y(value).toFixed(1)}`);
    if (points.length) this.picture.append(svg("polyline", { class: "line-own", points: points.join(" ") }));
  }

  _paintGuess() {
    const first = this._first;
    if (!first || !this.guess.length) return;
    const line = this.lines.find((one) => one.case === (this.options.draw?.case ?? this.options.guessed)) ?? this.lines[0];
    const start = line.band[first - 1 - this.given.since];
    const points = start ? [`${this.x(first - 1)},${this.y(start.mean)}`] : [];
    this.guess.forEach((value, at) => {
      if (value !== undefined) points.push(`${this.x(first + at).toFixed(1)},${this.y(value).toFixed(1)}`);
    });
    this.guessLine.setAttribute("points", points.join(" "));
  }

  // ---- drawing by hand

  _drawable() {
    const { since } = this.options.draw;
    this.picture.classList.add("drawable");
    let last = null;
    const point = (event) => {
      const box = this.picture.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * this.picture.viewBox.baseVal.width;
      const y = ((event.clientY - box.top) / box.height) * this.picture.viewBox.baseVal.height;
      const here = { year: Math.round(this.yearAt(x)), value: this.valueAt(y) };
      if (here.year < since) here.year = since;
      if (here.year > this.until) here.year = this.until;
      const from = last ?? here;
      const span = Math.max(1, Math.abs(here.year - from.year));
      for (let step = 0; step <= span; step++) {
        const year = Math.round(from.year + ((here.year - from.year) * step) / span);
        this.guess[year - since] = from.value + ((here.value - from.value) * step) / span;
      }
      last = here;
      this._drew();
    };
    this.picture.addEventListener("pointerdown", (event) => {
      this.picture.setPointerCapture(event.pointerId);
      last = null;
      point(event);
    });
    this.picture.addEventListener("pointermove", (event) => this.picture.hasPointerCapture(event.pointerId) && point(event));
    this.element.append(element("p", { class: "quiet" }, text("lessons.draw_how", { since, until: this.until })), this._inputs());
  }

  /** Typed values for a few years, straight lines between: for those who do not draw. */
  _inputs() {
    const { since } = this.options.draw;
    const middle = Math.round((since + this.until) / 2);
    this.inputs = [middle, this.until].map((year) => {
      const input = element("input", { type: "number", step: "any", min: "0", inputmode: "decimal", id: `guess-${year}` });
      input.addEventListener("change", () => this._typed());
      return { year, input };
    });
    const fields = this.inputs.map(({ year, input }) =>
      element("div", {}, element("label", { for: input.id }, text("lessons.typed", { year })), input),
    );
    return element("div", { class: "typed" }, ...fields);
  }

  _typed() {
    const { since } = this.options.draw;
    const start = this.lines[0].band[since - 1 - this.given.since].mean;
    const known = [{ year: since - 1, value: start }];
    for (const { year, input } of this.inputs) {
      const value = Number(input.value);
      if (input.value !== "" && Number.isFinite(value) && value >= 0) known.push({ year, value: untyped(value, this.given.show) });
    }
    if (known.length < 2) return;
    if (known.at(-1).year < this.until) known.push({ year: this.until, value: known.at(-1).value });
    this.guess = [];
    for (let at = 1; at < known.length; at++) {
      const [from, to] = [known[at - 1], known[at]];
      for (let year = Math.max(since, from.year); year <= to.year; year++) {
        this.guess[year - since] = from.value + ((to.value - from.value) * (year - from.year)) / (to.year - from.year);
      }
    }
    this._drew(false);
  }

  _drew(tell = true) {
    this._paintGuess();
    const { since } = this.options.draw;
    if (tell) {
      for (const { year, input } of this.inputs) {
        const value = this.guess[year - since];
        if (value !== undefined) input.value = String(Math.round(10 * typed(value, this.given.show)) / 10);
      }
    }
    const whole = Array.from({ length: this.until - since + 1 }, (_, at) => this.guess[at]);
    if (whole.every((value) => value !== undefined)) this.options.drawn?.(whole);
  }

  // ---- the same in words and numbers

  _said() {
    const { since, label, show } = this.given;
    const lines = this.lines.map((line) => {
      const known = this._known(line);
      const values = { case: line.label, first: written(known[0]?.mean, show), last: written(known.at(-1)?.mean, show) };
      return text("lessons.chart_line", { ...values, since, until: since + known.length - 1 });
    });
    return text("lessons.chart", { label, since, until: this.until, lines: lines.join(" ") });
  }

  _table() {
    const { since, show } = this.given;
    const head = [text("lessons.year"), ...this.lines.map((line) => line.label)];
    if (this.guess.length) head.push(text("lessons.your_guess"));
    const rows = [];
    for (let year = since; year <= this.until; year++) {
      const cells = this.lines.map(({ band: values }) => {
        const one = values[year - since];
        if (!one) return "–";
        return `${written(one.mean, show)} (${text("lessons.from_to", { low: written(one.low, show), high: written(one.high, show) })})`;
      });
      if (this.guess.length) cells.push(year < this._first ? "" : written(this.guess[year - this._first], show));
      rows.push(element("tr", {}, element("th", { scope: "row" }, String(year)), ...cells.map((cell) => element("td", {}, cell))));
    }
    const table = element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ...head.map((cell) => element("th", { scope: "col" }, cell)))),
      element("tbody", {}, ...rows),
    );
    return element("details", {}, element("summary", {}, text("lessons.table")), element("div", { class: "wide", tabindex: 0 }, table));
  }
}

/** Round values for an axis, in the unit that is written. */
function ticks(low, high, factor) {
  const scale = factor === 1e9 ? 1e-9 : factor;
  const [from, to] = [low * scale, high * scale];
  const raw = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw);
  const found = [];
  for (let value = Math.ceil(from / step) * step; value <= to + step / 1e6; value += step) found.push(value / scale);
  return found;
}
