/**
 * Draw your guess: a line from now to the last year, by pointer or by keys, kept on the chart and compared.
 */

import { draw, make, through } from "./chart.js";
import { JANUARY, toTen, yearOf } from "./series.js";

export class Guess extends EventTarget {
  /**
   * @param {import("./lines.js").Workforce} chart to draw on
   * @param {{text: Function, number: Function, indicator: string}} options
   */
  constructor(chart, { text, number, indicator }) {
    super();
    this.chart = chart;
    this.text = text;
    this.number = number;
    this.indicator = indicator;
    this.open = false;
    this.values = null; // by year, from the one after now
    this.kept = false;
    this.bar = make("div", { class: "stage-guess" });
    this.bar.hidden = true;
    chart.guess = this;
    chart.svg.after(this.bar);
    chart.svg.addEventListener("pointerdown", (event) => this._down(event));
    chart.svg.addEventListener("pointermove", (event) => this._move(event));
    chart.svg.addEventListener("pointerup", () => (this.last = null));
    chart.svg.addEventListener("pointercancel", () => (this.last = null));
  }

  get years() {
    const { now, last } = this.chart.state;
    return Array.from({ length: yearOf(last) - yearOf(now - 1) }, (_, i) => yearOf(now - 1) + 1 + i);
  }

  /** The month at whose end a year's value stands. */
  monthOf(year) {
    return JANUARY(year) + 11;
  }

  /** Begin to draw. */
  ask() {
    if (!this.chart.state) return;
    const { now, shown } = this.chart.state;
    this.open = true;
    this.kept = false;
    this.start = shown(this.indicator, now);
    this.values = null;
    this.at = this.years.length - 1;
    this._controls();
    this.chart.svg.classList.add("drawing");
    this.chart.render();
    this.handle.focus({ preventScroll: true });
  }

  /** Give up drawing. */
  cancel() {
    this.open = false;
    if (!this.kept) this.values = null;
    this._close();
  }

  /** Lay a guess on the chart that was drawn before. @param {{months: number[], values: number[]}} guess */
  show({ values }) {
    this.values = Array.from(values);
    this.kept = true;
    this.open = false;
    this._close();
  }

  _close() {
    this.bar.hidden = true;
    this.bar.replaceChildren();
    this.chart.svg.classList.remove("drawing");
    this.chart.render();
  }

  _controls() {
    const { text } = this;
    this.handle = make("div", {
      ...{ class: "stage-guess-handle", role: "slider", tabindex: "0", "aria-label": text("stage.guess_slider") },
      ...{ "aria-orientation": "vertical", "aria-valuemin": "0" },
    });
    this.handle.addEventListener("keydown", (event) => this._key(event));
    const done = make("button", { type: "button", class: "main" }, text("stage.guess_done"));
    const skip = make("button", { type: "button" }, text("stage.guess_skip"));
    done.addEventListener("click", () => this._finish());
    skip.addEventListener("click", () => {
      this.cancel();
      this.dispatchEvent(new CustomEvent("skip"));
    });
    this.done = done;
    const lead = make("p", {}, text("stage.guess_lead", { year: String(this.years[this.years.length - 1]) }));
    this.bar.replaceChildren(lead, this.handle, make("div", { class: "stage-buttons" }, done, skip));
    this.bar.hidden = false;
    this._say();
  }

  _say() {
    if (!this.handle) return;
    const year = this.years[this.at];
    const value = this.values ? this.values[this.at] : this.start;
    const said = this.text("stage.guess_value", { year: String(year), number: this.number(toTen(value)) });
    this.handle.textContent = said;
    this.handle.setAttribute("aria-valuenow", String(Math.round(value)));
    this.handle.setAttribute("aria-valuemax", String(Math.round(this.chart.high)));
    this.handle.setAttribute("aria-valuetext", said);
    this.done.disabled = !this.values;
  }

  /** Without a drawing yet: a straight line from now on. */
  _begin() {
    this.values ??= this.years.map(() => this.start);
  }

  _set(at, value) {
    this._begin();
    this.values[at] = Math.min(Math.max(0, value), this.chart.high);
  }

  _key(event) {
    const step = Math.max(10, toTen(this.chart.high / 50));
    const end = this.years.length - 1;
    const move = { ArrowLeft: -1, ArrowRight: 1, Home: -end, End: end }[event.key];
    const by = { ArrowUp: step, ArrowDown: -step, PageUp: 5 * step, PageDown: -5 * step }[event.key];
    if (move === undefined && by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (move !== undefined) this.at = Math.min(Math.max(0, this.at + move), end);
    else {
      const first = !this.values;
      this._begin();
      const goal = this.values[this.at] + by;
      // The first stroke tilts the whole line; later ones move one year and lead the later years along.
      if (first) this.values = this.values.map((value, i) => value + (by * (i + 1)) / (this.at + 1));
      else for (let i = this.at; i <= end; i++) this._set(i, i === this.at ? goal : this.values[i] + by);
    }
    this._say();
    this.chart.render();
  }

  _point(event) {
    const box = this.chart.svg.getBoundingClientRect();
    const { month, value } = this.chart.back(event.clientX - box.left, event.clientY - box.top);
    return { at: Math.min(Math.max(0, Math.round((month - this.monthOf(this.years[0])) / 12)), this.years.length - 1), value };
  }

  _down(event) {
    if (!this.open) return;
    event.preventDefault();
    this.chart.svg.setPointerCapture(event.pointerId);
    const point = this._point(event);
    const first = !this.values;
    this._begin();
    // A first touch draws a straight line to it, so that one tap on the last year is a guess.
    if (first) for (let i = 0; i <= point.at; i++) this._set(i, this.start + ((point.value - this.start) * (i + 1)) / (point.at + 1));
    if (first) for (let i = point.at; i < this.values.length; i++) this._set(i, point.value);
    this.last = point;
    this._move(event);
  }

  _move(event) {
    if (!this.open || !this.last) return;
    const point = this._point(event);
    const from = this.last;
    const steps = Math.max(1, Math.abs(point.at - from.at));
    for (let k = 0; k <= steps; k++) {
      this._set(Math.round(from.at + ((point.at - from.at) * k) / steps), from.value + ((point.value - from.value) * k) / steps);
    }
    this.last = point;
    this.at = point.at;
    this._say();
    this.chart.render();
  }

  _finish() {
    if (!this.values) return;
    this.kept = true;
    this.open = false;
    this._close();
    const months = this.years.map((year) => this.monthOf(year));
    const detail = { indicator: this.indicator, months, values: this.values.map(toTen) };
    this.dispatchEvent(new CustomEvent("guess", { detail }));
  }

  /** What the guess says beside the run, once the clock is at the end; "" before. */
  sentence() {
    const { state } = this.chart;
    if (!this.kept || !this.values || !state || state.month < state.last) return "";
    const guessed = this.values[this.values.length - 1];
    const run = state.shown(this.indicator, state.last);
    const year = String(yearOf(state.last));
    return this.text("stage.guess_result", { year, guess: this.number(toTen(guessed)), run: this.number(toTen(run)) });
  }

  /** Draw the guess into the chart; called by the chart. */
  paint() {
    const { chart } = this;
    if (!this.values || !chart.state) {
      if (this.open) this._invite();
      return;
    }
    const { now } = chart.state;
    const points = [[chart.x(now), chart.y(this.start ?? chart.state.shown(this.indicator, now))]];
    this.years.forEach((year, i) => points.push([chart.x(this.monthOf(year)), chart.y(this.values[i])]));
    chart.moving.append(draw("path", { class: "line guess", d: through(points) }));
    const [x, y] = points[this.at + 1] ?? points[points.length - 1];
    if (this.open) chart.moving.append(draw("circle", { class: "end guess", cx: x, cy: y, r: 6 }));
  }

  /** The label at the end of a guess, for the chart to lay beside its own; null without one. */
  label() {
    if (!this.values || this.open) return null;
    const value = this.values[this.values.length - 1];
    const month = this.monthOf(this.years[this.years.length - 1]);
    return { className: "guess", month, value, said: this.text("stage.guess_label", { number: this.number(toTen(value)) }) };
  }

  _invite() {
    const { chart } = this;
    const { now, last } = chart.state;
    const [left, right] = [chart.x(now), chart.x(last)];
    chart.moving.append(draw("rect", { class: "invite", x: left, y: 8, width: right - left, height: chart.height - 30, rx: 4 }));
    chart.moving.append(draw("circle", { class: "end guess", cx: left, cy: chart.y(this.start), r: 6 }));
  }
}
