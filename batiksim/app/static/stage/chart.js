/** What every chart has: a title, a sentence, a picture, a table of its numbers, and files of them. */

import { pictureOf, save } from "./picture.js";

const SVG = "http://www.w3.org/2000/svg";

/** Make an SVG element: `draw("path", {class: "line", d})`. */
export function draw(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Make an element: `make("p", {class: "x"}, "text")`. */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/** A path through points [x, y]; a gap where y is not a number. */
export function through(points) {
  let path = "";
  let on = false;
  for (const [x, y] of points) {
    if (Number.isFinite(y)) path += `${on ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    on = Number.isFinite(y);
  }
  return path;
}

/** A cell of a CSV file; what a spreadsheet would take for a formula is made text. */
function cell(value) {
  const said = value === null || Number.isNaN(value) ? "" : String(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(said) ? `'${said}` : said;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * A table as CSV.
 * @param {{columns: string[], rows: (string|number)[][]}} table
 */
export const csvOf = ({ columns, rows }) => [columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";

export class Chart {
  /**
   * @param {HTMLElement} element
   * @param {{text: Function, number: Function, name: string, height?: number, level?: number}} options
   *        `name` of the part; `level` of the heading
   */
  constructor(element, { text, number, name, height = 190, level = 3 }) {
    this.text = text;
    this.number = number;
    this.name = name;
    this.height = height;
    this.width = 0;
    this.state = null;
    this.heading = make(`h${level}`, { class: "stage-title" });
    this.sentence = make("p", { class: "stage-sentence" });
    this.svg = draw("svg", { class: `stage-svg stage-${name}`, role: "img", height });
    this.held = make("div", { class: "stage-held" });
    this.details = make("details", { class: "stage-numbers" }, make("summary", {}, text("stage.table")), this.held);
    this.figure = make("div", { class: "stage-chart", role: "group" }, this.heading, this.sentence, this.svg, this.details);
    this.heading.id = `stage-${name}-${Math.random().toString(36).slice(2, 8)}`;
    this.figure.setAttribute("aria-labelledby", this.heading.id);
    element.append(this.figure);
    this.details.addEventListener("toggle", () => this._fill());
    this.watcher = new ResizeObserver(([entry]) => this._measured(Math.round(entry.contentRect.width)));
    this.watcher.observe(this.figure);
  }

  close() {
    this.watcher.disconnect();
    this.figure.remove();
  }

  /** Say title and sentence; an empty sentence takes no room. */
  say(title, sentence = "") {
    if (this.heading.textContent !== title) this.heading.textContent = title;
    if (this.sentence.textContent !== sentence) this.sentence.textContent = sentence;
    this.sentence.hidden = !sentence;
    const whole = sentence ? `${title}. ${sentence}` : title;
    if (this.svg.getAttribute("aria-label") !== whole) this.svg.setAttribute("aria-label", whole);
  }

  /** What is shown changed. @param {object} state of stage.js */
  update(state) {
    this.state = state;
    this.render();
  }

  _measured(width) {
    if (width === this.width) return;
    this.width = width;
    this.drawn = "";
    this.svg.setAttribute("viewBox", `0 0 ${width} ${this.height}`);
    this.svg.setAttribute("width", width);
    this.render();
  }

  /** Draw at the present width, which is not measured here: that would lay the page out at every month. */
  render() {
    if (this.width < 60 || !this.state || this.figure.hidden) return;
    this.paint(this.state);
    this._fill();
  }

  /** @abstract draws into `this.svg` */
  paint() {}

  /** @returns {{columns: string[], rows: (string|number)[][], said?: (string|number)[][]}} */
  table() {
    return { columns: [], rows: [] };
  }

  csv() {
    return csvOf(this.table());
  }

  /** @returns {Promise<Blob>} the chart with its title and sentence */
  png() {
    return pictureOf(this.svg, [this.heading.textContent, this.sentence.textContent]);
  }

  _fill() {
    if (!this.details.open || !this.state) return;
    const now = performance.now();
    if (this.state.playing && now - (this.filled ?? 0) < 1000) return;
    this.filled = now;
    const { columns, rows, said } = this.table();
    const head = make("tr", {}, ...columns.map((name) => make("th", { scope: "col" }, name)));
    const body = (said ?? rows).map((row) =>
      make("tr", {}, ...row.map((one, i) => (i ? make("td", { class: "number" }, this._say(one)) : make("th", { scope: "row" }, this._say(one))))),
    );
    const caption = make("caption", { class: "unseen" }, this.heading.textContent);
    const table = make("table", {}, caption, make("thead", {}, head), make("tbody", {}, ...body));
    const wide = make("div", { class: "stage-wide", tabindex: "0", role: "region", "aria-labelledby": this.heading.id }, table);
    if (this.held.firstChild) this.held.firstChild.replaceWith(wide);
    else this.held.append(wide, this._files());
  }

  /** Buttons that save the numbers and the picture. */
  _files() {
    const csv = make("button", { type: "button" }, this.text("stage.save_csv"));
    const png = make("button", { type: "button" }, this.text("stage.save_png"));
    csv.addEventListener("click", () => save(`batiksim-${this.name}.csv`, new Blob([this.csv()], { type: "text/csv" })));
    png.addEventListener("click", async () => save(`batiksim-${this.name}.png`, await this.png()));
    return make("div", { class: "stage-buttons" }, csv, png);
  }

  _say(value) {
    if (typeof value === "string") return value;
    return Number.isFinite(value) ? this.number(value) : "–";
  }
}
