/**
 * Levers: one card a kind of policy. What is edited and what is running are two things, and both are on the screen.
 *
 * A card keeps a draft of the settings that hold from the next month on; `apply` makes a scenario of all drafts.
 */

import { element, monthOf, monthSaid, number, text } from "./shell.js";
import { Options } from "./options.js";
import { changed, effective, inForce, measures, same, settingsOf } from "./policy.js";
import { amount, compactRupiah } from "./words.js";

class Lever {
  /**
   * @param {object} about one of `data.levers`
   * @param {object} board the Levers it belongs to
   */
  constructor(about, board) {
    this.about = about;
    this.kind = about.kind;
    this.board = board;
    this.running = null; // settings in force, null: none
    this.draft = {};
    this._build();
  }

  _build() {
    const { about } = this;
    const { strength } = about;
    const id = `lever-${about.kind}`;
    this.range = element("input", {
      ...{ type: "range", min: 0, max: strength.levels.length - 1, step: 1, value: 0, id: `${id}-range` },
      "aria-label": `${about.label}: ${strength.label}`,
      oninput: () => this._set(strength.levels[Number(this.range.value)]),
    });
    const factor = strength.share ? 100 : 1;
    this.box = element("input", {
      ...{ type: "number", id: `${id}-box`, min: Math.min(0, strength.low) * factor, max: strength.high * factor, step: "any" },
      ...{ inputmode: "decimal", "aria-describedby": `${id}-state`, oninput: () => this._typed() },
    });
    this.reset = element("button", { type: "button", class: "plain", title: text("try.lever.reset"), onclick: () => this.discard() }, "↺");
    this.reset.setAttribute("aria-label", `${text("try.lever.reset")}: ${about.label}`);
    this.state = element("p", { class: "state", id: `${id}-state` });
    this.dates = element("p", { class: "quiet dates" });
    this.cost = element("p", { class: "quiet cost" });
    this.usual = element("p", { class: "quiet cost" });
    this.measured = element("p", { class: "cost measured" });
    this.options = new Options(about, {
      draft: () => this.draft,
      tell: () => {
        this._write();
        this._edited();
      },
      ...{ places: this.board.places, groups: this.board.groups, now: this.board.now, until: this.board.until },
    });
    const close = element("button", { type: "button", class: "plain close", "aria-label": text("shell.close"), onclick: () => this.board.open(null) }, "×");
    this.element = element(
      "fieldset",
      { class: "lever", "data-kind": about.kind, id },
      element("legend", {}, about.label),
      close,
      element("p", { class: "what" }, about.channel),
      element("label", { class: "of", for: `${id}-box` }, strength.label),
      element("div", { class: "row" }, this.range, this.box, element("span", { class: "unit" }, strength.unit), this.reset),
      this.state,
      this.dates,
      this.measured,
      this.usual,
      this.cost,
      this.options.element,
    );
    this.cost.textContent = text("try.lever.unit_cost", { cost: compactRupiah(about.unit_cost), per: about.cost_per, payer: about.payer });
    const { cost, ...of } = about.usual_cost;
    this.usual.textContent = text("try.lever.usual", { ...of, cost: compactRupiah(cost), strength: amount(strength.default, strength) });
    this.chip = element("button", { type: "button", class: "chip", "aria-expanded": "false", "aria-controls": id, onclick: () => this.board.open(this) });
  }

  /** The strength that is drafted; none is 0. */
  get strength() {
    return this.draft.strength ?? (Object.keys(this.draft).length ? this.about.strength.default : 0);
  }

  /** The option that says how much in place of the strength, or undefined. */
  get instead() {
    return this.about.options.find((one) => one.replaces.includes("strength") && this.draft[one.name] !== undefined);
  }

  /** The drafted settings as a scenario has them, null for none. */
  get settings() {
    const { strength, ...rest } = this.draft;
    for (const one of this.about.options) if (one.beside && rest[one.beside] === undefined) delete rest[one.name];
    if (this.instead) return rest;
    return this.strength === 0 ? null : { strength: this.strength, ...rest };
  }

  get edited() {
    return !same(this.settings, this._normal(this.running));
  }

  _normal(settings) {
    if (!settings) return null;
    const instead = this.about.options.some((one) => one.replaces.includes("strength") && settings[one.name] !== undefined);
    const found = instead ? settings : { strength: this.about.strength.default, ...settings };
    return found.strength === 0 ? null : found;
  }

  get valid() {
    return this.box.validity.valid && this.options.valid;
  }

  _set(strength) {
    this.draft = { ...this.draft, strength };
    this._write();
    this._edited();
  }

  _typed() {
    const { share } = this.about.strength;
    const value = this.box.valueAsNumber;
    if (this.box.validity.valid) {
      const strength = Number.isNaN(value) ? 0 : share ? Number((value / 100).toPrecision(12)) : value;
      this.draft = { ...this.draft, strength };
      this._slide();
    }
    this._edited();
  }

  discard() {
    this.draft = { ...(this._normal(this.running) ?? {}) };
    this._write();
    this.options.write();
    this._edited();
  }

  _slide() {
    const { levels } = this.about.strength;
    const near = levels.reduce((best, level, at) => (Math.abs(level - this.strength) < Math.abs(levels[best] - this.strength) ? at : best), 0);
    this.range.value = String(near);
    this.range.setAttribute("aria-valuetext", amount(this.strength, this.about.strength));
  }

  _write() {
    const factor = this.about.strength.share ? 100 : 1;
    this.box.value = String(Number((this.strength * factor).toPrecision(12)));
    this._slide();
  }

  _edited() {
    this._show();
    this.board.tell();
  }

  /** Be what a scenario says from month `at` on; a draft that was edited stays, unless all is to be `fresh`. */
  show(scenario, at, fresh) {
    const kept = !fresh && this.edited;
    const now = inForce(scenario, this.kind, at);
    this.running = now.length ? settingsOf(now[0]) : null;
    this.several = now.length;
    this.all = measures(scenario, this.kind);
    if (!kept) {
      this.draft = { ...(this._normal(this.running) ?? {}) };
      this._write();
      this.options.write();
    }
    this._show();
  }

  _show() {
    const { strength } = this.about;
    const edited = this.edited;
    const running = this._normal(this.running);
    const says = (settings) => {
      if (!settings) return text("try.lever.none");
      return settings.strength === undefined ? text("try.lever.by_option") : amount(settings.strength, strength);
    };
    this.element.dataset.state = edited ? "edited" : running ? "running" : "off";
    this.chip.dataset.state = this.element.dataset.state;
    this.reset.disabled = !edited && this.valid;
    this.box.disabled = this.range.disabled = Boolean(this.instead);
    if (!this.box.validity.valid) {
      const factor = strength.share ? 100 : 1;
      this.state.textContent = text("try.lever.outside", { low: number(Math.min(0, strength.low) * factor), high: number(strength.high * factor), unit: strength.unit });
    } else if (edited) {
      this.state.textContent = text("try.lever.edited", { draft: says(this.settings), running: says(running) });
    } else this.state.textContent = running ? text("try.lever.running", { running: says(running) }) : text("try.lever.off");
    if (this.several > 1) this.state.textContent += ` ${text("try.lever.several", { number: this.several })}`;
    this.dates.textContent = this._dates(says);
    this.dates.hidden = !this.dates.textContent;
    this.chip.replaceChildren(
      element("span", {}, this.about.label),
      element("span", { class: "value" }, edited ? `${says(this.settings)} *` : running ? says(running) : "–"),
    );
  }

  /** Its measures with their months, where they are not simply one without an end from now on. */
  _dates(says) {
    const all = this.all ?? [];
    const simple = all.length === 1 && monthOf(all[0].from) === this.board.now && !settingsOf(all[0]).to;
    if (!all.length || simple) return "";
    const part = (body) => {
      const about = { value: says(this._normal(settingsOf(body))), from: monthSaid(monthOf(body.from), "short") };
      const { to } = settingsOf(body);
      return to ? text("try.lever.from_to", { ...about, to: monthSaid(monthOf(to), "short") }) : text("try.lever.from", about);
    };
    return all.map(part).join("; ");
  }
}

/** All levers: six first, the others behind "more" with a search. */
export class Levers extends EventTarget {
  /**
   * Events: `applying`: before it is made, `apply` {scenario}: what is to run now.
   *
   * @param {{levers: object[], places: object[], groups: object[], now: number, until: number}} about
   */
  constructor({ levers, places, groups, now, until }) {
    super();
    Object.assign(this, { places, groups, now, until });
    this.scenario = null;
    this.at = now;
    this.all = levers.map((about) => new Lever(about, this));
    this._build();
    this.show(null, 0, true);
  }

  _build() {
    this.flag = element("p", { class: "flag", role: "status" });
    this.apply = element("button", { type: "submit", class: "main" }, text("try.apply"));
    this.undo = element("button", { type: "button", onclick: () => this.discard() }, text("try.undo"));
    this.clear = element("button", { type: "button", onclick: () => this._apply(null) }, text("try.clear"));
    this.together = element("p", { class: "together" });
    this.search = element("input", { type: "search", id: "lever-search", autocomplete: "off", oninput: () => this._search() });
    const first = this.all.filter((lever) => lever.about.first);
    this.rest = this.all.filter((lever) => !lever.about.first);
    this.nothing = element("p", { class: "quiet", hidden: true }, text("try.more.nothing"));
    this.more = element(
      "details",
      { class: "more" },
      element("summary", {}, text("try.more", { number: this.rest.length })),
      element("p", { class: "search" }, element("label", { for: "lever-search" }, text("try.more.search")), this.search),
      element("div", { class: "cards" }, ...this.rest.map((lever) => lever.element)),
      this.nothing,
    );
    this.moreChip = element("button", { type: "button", class: "chip", onclick: () => this._openMore() }, text("try.more.chip"));
    this.chips = element("div", { class: "chips", role: "group", "aria-label": text("try.levers") }, ...first.map((lever) => lever.chip), this.moreChip);
    this.element = element(
      "form",
      { class: "levers", novalidate: true, onsubmit: (event) => this._submit(event) },
      element("h2", {}, text("try.levers")),
      element("p", { class: "quiet lead" }, text("try.levers.lead")),
      this.chips,
      element("div", { class: "cards" }, ...first.map((lever) => lever.element)),
      this.more,
      element("div", { class: "applying" }, this.flag, element("div", { class: "buttons" }, this.apply, this.undo, this.clear)),
      this.together,
    );
  }

  get edits() {
    return this.all.filter((lever) => lever.edited);
  }

  /** What is running, and the month that is shown; `fresh` lets what was edited go. */
  show(scenario, month, fresh = false) {
    this.scenario = scenario;
    this.at = effective(month, this);
    for (const lever of this.all) lever.show(scenario, this.at, fresh);
    this.tell();
  }

  /** The month that is shown has changed. */
  moved(month) {
    const at = effective(month, this);
    if (at !== this.at) this.show(this.scenario, month);
  }

  discard() {
    for (const lever of this.all) lever.discard();
  }

  tell() {
    const edits = this.edits;
    const wrong = edits.some((lever) => !lever.valid) || this.all.some((lever) => !lever.valid);
    this.apply.disabled = !edits.length || wrong;
    this.undo.disabled = !edits.length && !wrong;
    this.clear.disabled = !this.scenario;
    this.element.dataset.state = edits.length ? "edited" : this.scenario ? "running" : "off";
    const about = { number: edits.length, month: monthSaid(this.at) };
    const said = wrong ? text("try.flag.wrong") : edits.length ? text("try.flag.edited", about) : this.scenario ? text("try.flag.running") : text("try.flag.off");
    if (this.flag.textContent !== said) this.flag.textContent = said;
  }

  _submit(event) {
    event.preventDefault();
    this.dispatchEvent(new CustomEvent("applying")); // whoever plays on says where the clock is
    if (this.apply.disabled) return;
    this._apply(this.edits.reduce((scenario, lever) => changed(scenario, lever.kind, lever.settings, this.at), this.scenario));
  }

  _apply(scenario) {
    this.open(null);
    this.dispatchEvent(new CustomEvent("apply", { detail: { scenario } }));
  }

  /** Open one lever in the sheet of a phone; null closes it. */
  open(lever) {
    const again = lever?.element.classList.contains("open");
    for (const one of this.all) {
      one.element.classList.toggle("open", one === lever && !again);
      one.chip.setAttribute("aria-expanded", String(one === lever && !again));
    }
    if (!lever || again) this.more.classList.remove("open");
    else lever.box.focus({ preventScroll: true });
  }

  _openMore() {
    this.open(null);
    this.more.open = true;
    this.more.classList.add("open");
    this.search.focus({ preventScroll: true });
  }

  _search() {
    const wanted = this.search.value.trim().toLowerCase();
    let found = 0;
    for (const { element: card, about } of this.rest) {
      const fits = !wanted || `${about.label} ${about.channel} ${about.kind}`.toLowerCase().includes(wanted);
      card.hidden = !fits;
      found += fits;
    }
    this.nothing.hidden = found > 0;
  }

  /** What policies cost a year in the run that is shown; null: not known. */
  costs(cost) {
    const kinds = new Set((this.scenario?.interventions ?? []).map((one) => Object.keys(one)[0]));
    for (const lever of this.all) {
      const alone = cost && kinds.size === 1 && kinds.has(lever.kind);
      lever.measured.textContent = alone ? text("try.lever.measured", { cost: compactRupiah(cost.public + cost.private), first: cost.first, last: cost.last }) : "";
      lever.measured.hidden = !alone;
      lever.usual.hidden = alone;
    }
    const some = cost && kinds.size > 1;
    this.together.textContent = some
      ? text("try.cost_together", { public: compactRupiah(cost.public), private: compactRupiah(cost.private), first: cost.first, last: cost.last })
      : "";
    this.together.hidden = !some;
  }

  /** A title for what levers made: kinds and strengths. */
  title(scenario) {
    const parts = [];
    for (const lever of this.all) {
      const body = measures(scenario, lever.kind).at(-1);
      if (!body) continue;
      const strength = body.strength ?? lever.about.strength.default;
      parts.push(`${lever.about.label} ${amount(strength, lever.about.strength)}`);
    }
    return parts.slice(0, 4).join(" + ") || text("try.no_policy");
  }
}
