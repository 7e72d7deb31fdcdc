/** What else a lever can be told, folded away: options of its kind, for whom, where, until when, at what cost. */

import { element, text, yearOf } from "./shell.js";
import { placeName } from "./words.js";

export class Options {
  /**
   * @param {object} about one of `data.levers`
   * @param {{draft: () => object, tell: () => void, places: object[], groups: object[], now: number, until: number}} board
   *        `draft` is written into; `tell` is called after that
   */
  constructor(about, board) {
    this.about = about;
    this.board = board;
    this.fields = []; // {write} of each that is drawn
    this.boxes = [];
    this.element = element("details", { class: "options", ontoggle: () => this._build() }, element("summary", {}, text("try.options")));
  }

  get valid() {
    return this.boxes.every((box) => box.validity.valid);
  }

  /** Draw the fields when they are first looked at: thirty cards have hundreds. */
  _build() {
    if (this.fields.length || !this.element.open) return;
    const { about } = this;
    for (const option of about.options) this._number(option.name, option);
    this._number("coverage", { label: text("try.option.coverage"), unit: "%", share: true, default: 1, low: 0, high: 1 });
    this._number("budget", { label: text("try.option.budget"), unit: text("try.rupiah_a_year"), default: null, low: 0, high: 1e15 });
    this._number("unit_cost", { label: text("try.option.unit_cost"), unit: `Rp ${about.cost_per}`, default: null, usual: about.unit_cost, low: 0, high: 1e12 });
    this._until();
    if (about.who.length) this._several("who", text("try.option.who"), about.who, text("try.option.who_all"));
    const places = [...this.board.groups.filter((one) => one.id !== "all"), ...this.board.places.map(({ id }) => ({ id, name: placeName(id) }))];
    this._several("where", text("try.option.where"), places, text("try.option.where_all"));
    this.element.append(element("p", { class: "quiet source" }, text("try.lever.source", { source: about.cost_source })));
    this.write();
  }

  _change(name, value) {
    const draft = this.board.draft();
    if (value === undefined || (Array.isArray(value) && !value.length)) delete draft[name];
    else draft[name] = value;
    this.board.tell();
  }

  _number(name, option) {
    const id = `lever-${this.about.kind}-${name}`;
    const factor = option.share ? 100 : 1;
    const usual = option.default ?? option.usual;
    const typed = () => {
      if (!box.validity.valid) return this.board.tell();
      return this._change(name, box.value === "" ? undefined : Number((box.valueAsNumber / factor).toPrecision(12)));
    };
    const box = element("input", { type: "number", id, min: option.low * factor, max: option.high * factor, step: "any", oninput: typed });
    box.placeholder = usual === null || usual === undefined ? "–" : String(Number((usual * factor).toPrecision(12)));
    this.boxes.push(box);
    this.element.append(
      element("p", { class: "field" }, element("label", { for: id }, option.label), element("span", { class: "row" }, box, element("span", { class: "unit" }, option.unit))),
    );
    this.fields.push({
      write: (draft) => {
        const value = draft[name];
        box.disabled = typeof value === "string"; // the name of a budget that several share
        box.value = typeof value === "number" ? String(Number((value * factor).toPrecision(12))) : "";
      },
    });
  }

  _until() {
    const id = `lever-${this.about.kind}-to`;
    const select = element("select", { id, onchange: () => this._change("to", select.value || undefined) }, element("option", { value: "" }, text("try.option.no_end")));
    for (let year = yearOf(this.board.now); year <= yearOf(this.board.until); year++) select.append(element("option", { value: `${year}-12` }, String(year)));
    this.element.append(element("p", { class: "field" }, element("label", { for: id }, text("try.option.until")), select));
    this.fields.push({
      write: (draft) => {
        const value = draft.to ?? "";
        if (value && ![...select.options].some((one) => one.value === value)) select.append(element("option", { value }, value));
        select.value = value;
      },
    });
  }

  _several(name, label, choices, everything) {
    const boxes = choices.map(({ id, name: called }) => {
      const box = element("input", {
        ...{ type: "checkbox", value: id },
        onchange: () => this._change(name, boxes.filter((one) => one.checked).map((one) => one.value)),
      });
      box.called = called;
      return box;
    });
    const group = element(
      "details",
      { class: "several" },
      element("summary", {}, `${label}: `, element("span", { class: "chosen" })),
      element("div", { role: "group", "aria-label": label, class: "choices" }, ...boxes.map((box) => element("label", {}, box, box.called))),
    );
    const chosen = group.querySelector(".chosen");
    const say = () => {
      chosen.textContent = boxes.filter((box) => box.checked).map((box) => box.called).join(", ") || everything;
    };
    group.addEventListener("change", say);
    this.element.append(group);
    this.fields.push({
      write: (draft) => {
        const given = [draft[name] ?? []].flat();
        for (const box of boxes) box.checked = given.includes(box.value);
        say();
      },
    });
  }

  /** Show what the draft says. */
  write() {
    for (const field of this.fields) field.write(this.board.draft());
  }
}
