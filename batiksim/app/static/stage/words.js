/** The words on the cloth and about it: year, counts and legend, and the sentence of those who hear the picture. */

import { make } from "./chart.js";
import { COLOUR } from "./cloth.js";
import { toTen, yearOf } from "./series.js";

const LOOKS = ["young", "older", "owner", "garment", "other", "school", "gained", "lost"];
const MARKS = ["gained", "lost"]; // shown only beside a baseline

/**
 * What is said of a month.
 * @typedef {{month: number, workers: number, young: number, net: number|null, gained: number, lost: number}} Counts
 *          people of the region; `net` null where nothing is compared
 */

export class Words {
  /**
   * @param {HTMLElement} field the cloth stands in
   * @param {{text: Function, number: Function, monthSaid: (month: number) => string}} options
   */
  constructor(field, { text, number, monthSaid }) {
    this.text = text;
    this.number = number;
    this.monthSaid = monthSaid;
    this.parts = {};
    const words = make("div", { class: "stage-words", "aria-hidden": "true" });
    for (const name of ["year", "workers", "net", "paths"]) {
      this.parts[name] = make("span", { class: `stage-${name}` });
      words.append(this.parts[name]);
    }
    field.append(words);
    this.legend = make("ul", { class: "stage-legend", "aria-label": text("stage.legend") });
    for (const { name, said, mark } of this.entries()) {
      const dot = make("span", { class: `stage-dot look-${name}` });
      this.legend.append(make("li", { class: mark && "marks" }, dot, said));
    }
    this.note = make("li", { class: "stage-note" });
    this.legend.append(this.note);
  }

  /** The legend: `{name, colour, said, mark}`. */
  entries() {
    const entry = (name) => ({ name, colour: COLOUR[name], said: this.text(`stage.look.${name}`), mark: MARKS.includes(name) });
    return LOOKS.map(entry);
  }

  /** Say how many people a dot is. */
  weigh(people) {
    const said = people > 1 ? this.text("stage.schematic", { number: this.number(people) }) : this.text("stage.schematic_one");
    this.note.textContent = said;
  }

  _people(value) {
    return this.number(toTen(value));
  }

  _signed(value) {
    return this.number(toTen(value), { signDisplay: "exceptZero" });
  }

  /** Show a month. @param {Counts} counts */
  show({ month, workers, net, gained, lost }) {
    const { text, parts } = this;
    const set = (element, content) => {
      if (element.textContent !== content) element.textContent = content;
      element.hidden = !content;
    };
    const paths = { gained: this._people(gained), lost: this._people(lost) };
    set(parts.year, String(yearOf(month)));
    set(parts.workers, Number.isFinite(workers) ? text("stage.workers", { number: this._people(workers) }) : "");
    set(parts.net, net === null ? "" : text("stage.net", { number: this._signed(net) }));
    set(parts.paths, net === null ? "" : text("stage.paths_short", paths));
    parts.paths.title = net === null ? "" : text("stage.paths", paths);
    this.legend.classList.toggle("compared", net !== null);
  }

  /** A month in sentences. @param {Counts} counts */
  sentence({ month, workers, young, net, gained, lost }) {
    const { text } = this;
    const all = { month: this.monthSaid(month), workers: this._people(workers), young: this._people(young) };
    const first = text("stage.said", all);
    if (net === null) return first;
    const more = { number: this._signed(net), gained: this._people(gained), lost: this._people(lost) };
    return `${first} ${text("stage.said_net", more)}`;
  }

  /** What a picture of the cloth says: for `clothPicture`. */
  forPicture() {
    const { year, workers, net, paths } = this.parts;
    const compared = this.legend.classList.contains("compared");
    return {
      year: year.textContent,
      words: [workers, net, paths].map((one) => one.textContent).filter(Boolean),
      legend: this.entries().filter(({ mark }) => compared || !mark).map((entry) => ({ ...entry, hollow: entry.mark })),
      note: this.note.textContent,
    };
  }
}
