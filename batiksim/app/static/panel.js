/** What a click on the cloth tells: the figures of a place, the life of a person, the workshop. */

import { element, monthName, number, post, session, text, yearOf } from "./shell.js";
import { told } from "./runs.js";
import { compactRupiah, placeName } from "./words.js";

export class Panel {
  /** @param {() => {scenario: object|null, world: string, seed: number}} state what is on the screen */
  constructor(state) {
    this.state = state;
    this.asked = 0;
    this.figures = null;
    this.body = element("div", { class: "body", "aria-live": "polite" });
    this.title = element("h2", { tabindex: -1 });
    const close = element("button", { type: "button", class: "plain", "aria-label": text("shell.close"), onclick: () => this.close() }, "×");
    this.element = element("aside", { class: "panel", hidden: true, "aria-label": text("try.panel") }, element("header", {}, this.title, close), this.body);
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    this.closed = () => {};
  }

  close() {
    this.asked++;
    this.element.hidden = true;
    this.closed();
    this.before?.focus?.();
  }

  _open(title, ...content) {
    if (this.element.hidden) this.before = document.activeElement;
    this.title.textContent = title;
    this.body.replaceChildren(...content);
    this.element.hidden = false;
    this.title.focus({ preventScroll: true });
  }

  /** Tell of what was picked in a month. */
  async show({ place, firm, row }, month) {
    const number = ++this.asked;
    const [kind, what] = row !== null && row !== undefined ? ["person", row] : firm !== null && firm !== undefined ? ["firm", firm] : ["place", place];
    const title = { person: () => text("try.person"), firm: () => text("try.firm"), place: () => placeName(place) }[kind]();
    this._open(title, element("p", { class: "quiet" }, text("try.asking")));
    try {
      const content = kind === "place" ? await this._place(place, month) : await this._story(kind, what, month);
      if (number === this.asked) this.body.replaceChildren(...content);
    } catch (error) {
      if (number === this.asked) this.body.replaceChildren(element("p", { class: "problem" }, told(error).message));
    }
  }

  async _place(place, month) {
    if (!this.figures) {
      const response = await fetch("/api/places").catch(() => null);
      if (!response?.ok) throw new Error(text("shell.no_server"));
      this.figures = await response.json();
    }
    const { years, seeds, worlds } = this.figures;
    const figures = worlds[this.state().world]?.[place];
    if (!figures) throw new Error(text("try.place.nothing"));
    const marked = [years[0], 2020, 2026, 2030, years.at(-1)].filter((year, at, all) => years.includes(year) && all.indexOf(year) === at);
    const shown = Math.min(yearOf(month), years.at(-1));
    const columns = [...new Set([...marked, shown])].sort((a, b) => a - b);
    const mean = (name, year) => {
      const values = figures[name].map((ofSeed) => ofSeed[years.indexOf(year)]).filter((value) => value !== null);
      return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : NaN;
    };
    const said = (name, year) => {
      const value = mean(name, year);
      if (Number.isNaN(value)) return "–";
      return name.startsWith("pay.") ? number(value / 1e6, { minimumFractionDigits: 2, maximumFractionDigits: 2 }) : number(value);
    };
    const row = (name) =>
      element("tr", {}, element("th", { scope: "row" }, text(`try.figure.${name.replace(".", "_")}`)), ...columns.map((year) => element("td", { class: year === shown ? "number shown" : "number" }, said(name, year))));
    const table = element(
      "table",
      {},
      element("thead", {}, element("tr", {}, element("td"), ...columns.map((year) => element("th", { scope: "col", class: "number" }, String(year))))),
      element("tbody", {}, ...Object.keys(figures).map(row)),
    );
    return [element("p", {}, text("try.place.about", { number: seeds.length })), element("div", { class: "wide" }, table)];
  }

  async _story(kind, row, month) {
    const { scenario, world, seed } = this.state();
    const response = await post("/api/story", { scenario, world, seed, kind, row, month, session });
    const found = await response.json();
    return kind === "person" ? this._life(found) : this._firm(found);
  }

  _life({ lines, sex, age, place }) {
    this.title.textContent = text(sex === "woman" ? "try.woman_of" : "try.man_of", { age: number(age), place: placeName(place) });
    return [
      element("ol", { class: "story" }, ...lines.map((line) => element("li", {}, line))),
      element("p", { class: "quiet" }, text("try.story.about")),
    ];
  }

  _firm(firm) {
    this.title.textContent = text("try.firm_in", { place: placeName(firm.place) });
    const { hand, stamp } = firm.staff;
    const staff = hand + stamp;
    const rows = [
      [text("try.firm.founded"), firm.founded === monthName(0) || firm.founded < monthName(0) ? text("try.firm.before") : firm.founded],
      [text("try.firm.owner"), text("try.firm.years", { number: number(firm.owner_age) })],
      [text("try.firm.staff"), text("try.firm.staff_of", { number: number(staff), hand: number(hand), stamp: number(stamp) })],
      [text("try.firm.young"), number(firm.under_30)],
      [text("try.firm.brokers"), staff ? text("try.firm.brokered", { number: number(firm.through_brokers), staff: number(staff) }) : "–"],
      [text("try.firm.pay"), firm.mean_pay === null ? "–" : compactRupiah(Math.round(firm.mean_pay / 1e4) * 1e4)],
      [text("try.firm.debt"), compactRupiah(Math.round(firm.debt / 1e5) * 1e5)],
      [text("try.firm.online"), text(firm.online ? "try.yes" : "try.no")],
      [text("try.firm.member"), text(firm.member ? "try.yes" : "try.no")],
    ];
    const list = rows.map(([name, value]) => element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, value)));
    return [
      firm.open ? null : element("p", { class: "note" }, text("try.firm.closed")),
      element("table", {}, element("tbody", {}, ...list)),
      element("p", { class: "quiet" }, text("try.firm.about")),
    ].filter(Boolean);
  }
}

