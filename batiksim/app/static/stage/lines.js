/** Charts of lines over the years: the workforce, the paired difference, and pay. */

import { Chart, draw, through } from "./chart.js";
import { annualMeans, apart, band, JANUARY, ticks, together, toTen, toTenThousand, yearOf } from "./series.js";

const LEFT = 46;
const TOP = 12;
const BOTTOM = 22;

/** A chart over months with an axis of years, a line at the present, and labels at the ends of its lines. */
class YearChart extends Chart {
  constructor(element, options) {
    super(element, options);
    this.right = options.right ?? 104;
    this.still = draw("g"); // what stays while the clock runs
    this.moving = draw("g"); // what goes along with it
    this.svg.append(this.still, this.moving);
    this.windows = {};
  }

  /**
   * Draw what stays, if it is not as it was drawn; then empty what moves.
   * @param {object} state
   * @param {() => void} paint draws what stays
   */
  once(state, paint) {
    const { first, last, now, since, arrived } = state;
    const seen = [first, last, now, since, arrived, this.width].join();
    if (seen !== this.drawn || state.ghosts !== this.ghosts || state.parts !== this.parts) {
      [this.drawn, this.ghosts, this.parts] = [seen, state.ghosts, state.parts];
      this.still.replaceChildren();
      this.windows = {};
      paint();
    }
    this.moving.replaceChildren();
  }

  /** Show elements of a kind from one month to another only. */
  window(name, from, to, ...elements) {
    if (elements.length) {
      const rect = draw("rect", { x: 0, y: -10, width: 0, height: this.height + 20 });
      const id = `${this.heading.id}-${name}`;
      this.still.append(draw("clipPath", { id }, rect), draw("g", { "clip-path": `url(#${id})` }, ...elements));
      this.windows[name] = rect;
    }
    const left = from <= this.first ? 0 : this.x(from);
    this.windows[name]?.setAttribute("x", left);
    this.windows[name]?.setAttribute("width", Math.max(0, this.x(to) + 1.4 - left));
  }

  x(month) {
    return LEFT + ((month - this.first) / (this.last - this.first)) * (this.width - LEFT - this.right);
  }

  y(value) {
    return TOP + ((this.high - value) / (this.high - this.low)) * (this.height - TOP - BOTTOM);
  }

  /** Month and value at a point of the picture, px. */
  back(x, y) {
    const month = this.first + ((x - LEFT) / (this.width - LEFT - this.right)) * (this.last - this.first);
    return { month, value: this.high - ((y - TOP) / (this.height - TOP - BOTTOM)) * (this.high - this.low) };
  }

  /** Axes over [first, last] months and values from `low` to `high`. */
  frame(first, last, low, high, said) {
    const marks = ticks(low, high, 3);
    [this.first, this.last, this.low, this.high] = [first, last, marks[0], marks[marks.length - 1]];
    const parts = [];
    for (const mark of marks) {
      const y = this.y(mark);
      parts.push(draw("path", { class: mark === 0 ? "axis zero" : "axis", d: `M${LEFT} ${y}H${this.width - this.right}` }));
      const label = draw("text", { class: "tick", x: LEFT - 6, y: y + 4, "text-anchor": "end" });
      label.append(said(mark));
      parts.push(label);
    }
    for (const year of this._years()) {
      const edge = year === yearOf(last) && this.x(JANUARY(year)) > this.width - this.right - 16;
      const label = draw("text", { class: "tick", x: this.x(edge ? last : JANUARY(year)), y: this.height - 5, "text-anchor": "middle" });
      label.append(String(year));
      parts.push(label);
    }
    this.still.append(...parts);
  }

  _years() {
    const [from, to] = [yearOf(this.first + 1), yearOf(this.last)];
    const now = this.state.now > this.first + 24 ? [yearOf(this.state.now)] : [];
    const room = this.width - LEFT - this.right;
    const years = [...new Set([from, ...now, to])];
    for (const step of [5]) {
      for (let year = Math.ceil(from / step) * step; year < to; year += step) {
        const near = years.some((one) => (Math.abs(one - year) / (to - from)) * room < 40);
        if (!near) years.push(year);
      }
    }
    return years.sort((a, b) => a - b);
  }

  presentLine() {
    const { now } = this.state;
    if (now <= this.first || now >= this.last) return;
    const x = this.x(now);
    this.still.append(draw("path", { class: "present", d: `M${x} ${TOP - 4}V${this.height - BOTTOM}` }));
  }

  /** A line of `value(month)` over months, with a class. */
  line(className, value, from, to, step = 1) {
    const points = [];
    for (let month = from; month <= to; month += step) points.push([this.x(month), this.y(value(month))]);
    return draw("path", { class: `line ${className}`, d: through(points) });
  }

  /** Labels at the ends of lines: `{className, value, said, month}`; moved apart, with a dot where the line ends. */
  labels(list) {
    const there = list.filter(({ value }) => Number.isFinite(value));
    const heights = apart(there.map(({ value }) => this.y(value) + 4), 15, TOP + 4, this.height - BOTTOM + 2);
    there.forEach(({ className, value, said, month, hollow }, i) => {
      if (!hollow) this.moving.append(draw("circle", { class: `end ${className}`, cx: this.x(month), cy: this.y(value), r: 3.5 }));
      const label = draw("text", { class: `label ${className}`, x: Math.min(this.x(month) + 8, this.width - this.right + 8), y: heights[i] });
      label.append(said);
      this.moving.append(label);
    });
  }

  thousands(value) {
    return Math.abs(value) >= 1000 ? this.text("stage.thousand", { number: this.number(value / 1000, { maximumFractionDigits: 1 }) }) : this.number(value);
  }
}

/** Batik workers, with the policy and without it. */
export class Workforce extends YearChart {
  paint(state) {
    const { text } = this;
    const { first, last, month, since } = state;
    const without = (at) => state.without("batik.workers", at);
    const shown = (at) => state.shown("batik.workers", at);
    const far = Math.max(month, state.seen);
    this.once(state, () => {
      let high = 1;
      for (let at = first; at <= last; at++) high = Math.max(high, without(at) || 0, shown(at) || 0);
      this.frame(first, last, 0, high, (mark) => this.thousands(mark));
      this.presentLine();
      if (since !== null) this.window("without", first, far, this.line("without", without, since - 1, last));
      this.window("faint", month, far, this.line("shown faint", shown, first, state.arrived));
      this.window("shown", first, month, this.line("shown", shown, first, state.arrived));
    });
    this.window("without", first, far);
    this.window("faint", month, far);
    this.window("shown", first, month);
    const numbers = [{ className: "shown", month, value: shown(month), said: this.number(toTen(shown(month))) }];
    if (since !== null && month >= since) {
      const said = text("stage.without", { number: this.number(toTen(without(month))) });
      numbers.push({ className: "without", month, value: without(month), said });
    }
    const guessed = this.guess?.label();
    if (guessed) numbers.push(guessed);
    this.guess?.paint();
    this.labels(numbers);
    this.say(text("stage.workforce"), this.guess?.sentence() ?? "");
  }

  table() {
    const { state, text, number } = this;
    const columns = [text("stage.year"), text("stage.shown"), text("stage.without_policy")];
    const rows = [];
    for (let year = yearOf(state.first); year <= yearOf(Math.max(state.month, state.seen)); year++) {
      const at = JANUARY(year) + 11;
      rows.push([String(year), state.shown("batik.workers", at), state.without("batik.workers", at)]);
    }
    return { columns, rows, said: rows.map((row) => row.map((one) => (typeof one === "number" && one === one ? number(toTen(one)) : one))) };
  }
}

/** The paired difference, among its ghosts of luck and of doubt; nothing to show without a policy. */
export class Difference extends YearChart {
  update(state) {
    this.figure.hidden = state.since === null;
    super.update(state);
  }

  paint(state) {
    const { text } = this;
    const { since, last, month } = state;
    const { luck, doubt } = state.ghosts;
    const first = since - 1;
    const own = (at) => (at < since ? 0 : state.shown("batik.workers", at) - state.without("batik.workers", at));
    this.once(state, () => {
      const edges = band(luck, "batik.workers", first, last);
      let [low, high] = [-50, 50];
      const reach = (value) => {
        if (Number.isFinite(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
      };
      for (let at = first; at <= state.arrived; at++) reach(own(at));
      for (const edge of [...edges, ...band(doubt, "batik.workers", first, last)]) [edge.low, edge.high].forEach(reach);
      this.frame(first, last, low, high, (mark) => this.signed(mark));
      this._ghosts(edges, luck, doubt, last);
      this.window("shown", first, month, this.line("shown", own, first, state.arrived));
      this.say(text("stage.difference"), this.sentenceOf(luck, doubt, "batik.workers", last));
    });
    this.window("shown", first, Math.max(month, state.seen));
    const at = Math.min(Math.max(month, first), state.arrived);
    this.labels([{ className: "shown", month: at, value: own(at), said: this.signed(toTen(own(at))) }]);
  }

  _ghosts(edges, luck, doubt, last) {
    if (edges.length > 1) {
      const upper = edges.map(({ month, high }) => [this.x(month), this.y(high)]);
      const lower = edges.map(({ month, low }) => [this.x(month), this.y(low)]).reverse();
      this.still.append(draw("path", { class: "luck-band", d: `${through(upper)}${through(lower).replace("M", "L")}Z` }));
    }
    const ghost = (className, one) => {
      const values = one.values["batik.workers"] ?? [];
      const to = Math.min(last, one.since + values.length - 1);
      return this.line(className, (month) => values[month - one.since] ?? NaN, one.since, to);
    };
    for (const one of luck) this.still.append(ghost("luck", one));
    const worlds = [...new Set(doubt.map((one) => one.world ?? ""))];
    for (const one of doubt) this.still.append(ghost(`doubt world-${worlds.indexOf(one.world ?? "") % 3}`, one));
    this._keys(luck.length > 0, doubt, worlds);
  }

  signed(value) {
    return this.number(value, { signDisplay: "exceptZero" });
  }

  /** Words inside the picture for the two kinds of ghosts, at their upper right. */
  _keys(lucky, doubt, worlds) {
    const keys = [];
    if (lucky) keys.push(["luck", this.text("stage.luck")]);
    worlds.forEach((world, i) => {
      if (doubt.length) keys.push([`doubt world-${i % 3}`, world ? this.text("stage.doubt_in", { world }) : this.text("stage.doubt")]);
    });
    keys.forEach(([className, said], i) => {
      const y = TOP + 4 + i * 15;
      const x = this.width - this.right + 8;
      this.still.append(draw("path", { class: `line key ${className}`, d: `M${x} ${y}h16` }));
      const label = draw("text", { class: "tick", x: x + 20, y: y + 4 });
      label.append(said);
      this.still.append(label);
    });
  }

  /** The sentence of the chart: luck with its standard error, and doubt apart from it. */
  sentenceOf(luck, doubt, indicator, month) {
    const { text } = this;
    const year = String(yearOf(month));
    const parts = [];
    const lucky = together(luck, indicator, month);
    if (lucky && lucky.count > 1) {
      const said = { more: lucky.more, count: lucky.count, year, mean: this.signed(toTen(lucky.mean)), error: this.number(lucky.error) };
      const way = lucky.mean >= 0 ? "stage.more_in" : "stage.fewer_in";
      parts.push(lucky.mean >= 0 ? text("stage.more_in", said) : text(way, { ...said, more: lucky.count - lucky.more }));
    }
    const doubtful = together(doubt, indicator, month);
    if (doubtful && doubtful.count > 1) {
      const [from, to] = [this.signed(toTen(doubtful.low)), this.signed(toTen(doubtful.high))];
      parts.push(text("stage.doubt_over", { count: doubtful.count, low: from, high: to }));
    }
    return parts.length ? parts.join(" ") : text("stage.one_pair");
  }

  table() {
    const { state, text } = this;
    const { luck, doubt } = state.ghosts;
    const named = (kind, list) => list.map((_, i) => text(`stage.ghost.${kind}`, { number: i + 1 }));
    const columns = [text("stage.year"), text("stage.own"), ...named("luck", luck), ...named("doubt", doubt)];
    const rows = [];
    for (let year = yearOf(state.since); year <= yearOf(state.last); year++) {
      const at = JANUARY(year) + 11;
      const own = at <= Math.max(state.month, state.seen) ? state.shown("batik.workers", at) - state.without("batik.workers", at) : NaN;
      const ghosts = [...luck, ...doubt].map((one) => one.values["batik.workers"]?.[at - one.since] ?? NaN);
      rows.push([String(year), own, ...ghosts]);
    }
    const said = rows.map(([year, ...values]) => [year, ...values.map((one) => (Number.isFinite(one) ? this.signed(toTen(one)) : one))]);
    return { columns, rows, said };
  }
}

/** Median pay in batik and the minimum wage, means of years. */
export class Pay extends YearChart {
  paint(state) {
    const { text } = this;
    const { first, last, month } = state;
    const far = Math.max(month, state.seen);
    this.once(state, () => {
      const { pay, umk, without } = (this.means = this._means(state.arrived));
      const most = annualMeans((at) => state.without("pay.umk", at), first, last);
      const high = Math.max(1, ...umk.map((one) => one.value), ...most.map((one) => one.value));
      this.frame(first, last, 0, high, (mark) => text("stage.million", { number: this.number(mark / 1e6, { maximumFractionDigits: 1 }) }));
      this.presentLine();
      const point = ({ year, value }) => [this.x(JANUARY(year) + 6), this.y(value)];
      const gap = `${through(umk.map(point))}${through(pay.map(point).reverse()).replace("M", "L")}Z`;
      this.window("shown", first, far, ...[
        draw("path", { class: "gap", d: pay.length > 1 ? gap : "" }),
        draw("path", { class: "line without", d: through(without.map(point)) }),
        draw("path", { class: "line umk", d: through(umk.map(point)) }),
        draw("path", { class: "line shown", d: through(pay.map(point)) }),
      ]);
    });
    // A year's mean is known, and shown, when the year is over.
    const known = ({ year }) => JANUARY(year) + 11 <= far;
    const [pay, umk] = [this.means.pay.filter(known), this.means.umk.filter(known)];
    const [a, b] = [pay[pay.length - 1], umk[umk.length - 1]];
    this.window("shown", first, a ? JANUARY(a.year) + 6 : first);
    const end = (one, className, key) => {
      const number = this.number(toTenThousand(one.value) / 1e6, { maximumFractionDigits: 2, minimumFractionDigits: 1 });
      return { className, month: JANUARY(one.year) + 6, value: one.value, said: text(key, { number }) };
    };
    if (a) this.labels([end(b, "umk", "stage.umk_at"), end(a, "shown", "stage.pay_at")]);
    const share = a ? text("stage.pay_share", { year: String(a.year), percent: this.number((100 * a.value) / b.value) }) : "";
    this.say(text("stage.pay"), share);
  }

  _means(to) {
    const { state } = this;
    const { first, since } = state;
    const of = (which, indicator, from = first) => annualMeans((at) => state[which](indicator, at), from, to);
    const pay = of("shown", "pay.batik_median");
    const umk = of("shown", "pay.umk").filter(({ year }) => pay.some((one) => one.year === year));
    const without = since === null ? [] : of("without", "pay.batik_median", JANUARY(yearOf(since)));
    return { pay, umk, without };
  }

  table() {
    const { text } = this;
    const { pay, umk, without } = this._means(Math.max(this.state.month, this.state.seen));
    const of = (list, year) => list.find((one) => one.year === year)?.value ?? NaN;
    const columns = ["stage.year_only", "stage.pay_shown", "stage.pay_without", "stage.umk"].map((key) => text(key));
    const rows = pay.map(({ year, value }) => [String(year), value, of(without, year), of(umk, year)]);
    const said = rows.map((row) => row.map((one) => (typeof one === "number" && Number.isFinite(one) ? this.number(toTenThousand(one)) : one)));
    return { columns, rows, said };
  }
}
