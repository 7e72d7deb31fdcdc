/** What is to be compared and how surely: chosen from the library, what was tried, and files; kept in the address. */

import { data, element, lang, notice, number, post, text } from "../shell.js";
import { files, keepFiles, tried } from "./tried.js";

const { bounds, usual, library } = data;
const GROUPS = ["none", "families", "city", "study", "stakeholders", "history", "national"];
const FIRST = ["direct-contracts", "apprenticeship", "demand-promotion"];
const MINE = "mine";
const LARGEST = 200 * 1024;
const WORLDS = 2;
const titleOf = new Map(library.map((one) => [one.name, one]));

/** The form; `start` is called with the question, and its state stands in the address. */
export class Setup {
  constructor({ start, changed }) {
    this.start = start;
    this.changed = changed;
    this.files = files();
    this._read();
    this.root = element("details", { class: "setup", open: true });
    this.render();
  }

  _read() {
    const query = new URLSearchParams(location.search);
    this.mine = tried();
    const named = query.get("p")?.split(",").filter(Boolean);
    this.chosen = (named ?? (this.mine ? [MINE] : FIRST)).filter((name) => this._about(name)).slice(0, bounds.policies);
    this.baseline = titleOf.has(query.get("base")) ? query.get("base") : data.baseline;
    this.sample = query.get("sample") === "none" ? "none" : "shipped";
    const whole = (name, low, high, otherwise) => {
      const value = Number(query.get(name) ?? NaN);
      return Number.isInteger(value) && value >= low && value <= high ? value : otherwise;
    };
    this.draws = whole("draws", 1, bounds.draws, usual.draws);
    this.seeds = whole("seeds", 1, bounds.seeds, this.sample === "none" ? usual.seeds_alone : usual.seeds);
    this.full_pairs = whole("full", 0, bounds.full_pairs, usual.full_pairs);
    this.seed = whole("first", 0, 2 ** 31 - 1, 1);
    // Not on the form: for a small first look, and for tests.
    const scale = Number(query.get("scale") ?? NaN);
    this.scale = scale >= 0.01 && scale <= 0.3 ? scale : usual.scale;
    this.until = /^20\d\d-12$/.test(query.get("until") ?? "") ? query.get("until") : usual.until;
  }

  /** What stands in the address of all this. */
  get address() {
    const said = { p: this.chosen.join(","), base: this.baseline === data.baseline ? null : this.baseline };
    const plain = { draws: usual.draws, full_pairs: usual.full_pairs, seed: 1, seeds: this.sample === "none" ? usual.seeds_alone : usual.seeds };
    said.sample = this.sample === "none" ? "none" : null;
    for (const [name, key] of [["draws", "draws"], ["seeds", "seeds"], ["full", "full_pairs"], ["first", "seed"]]) {
      said[name] = this[key] === plain[key] ? null : this[key];
    }
    return said;
  }

  get question() {
    const policies = this.chosen.map((name) => {
      if (titleOf.has(name)) return { library: name };
      if (name === MINE) return { content: this.mine, name: "tried" };
      return { content: this.files.find((one) => one.name === name).content, name };
    });
    const asked = { policies, baseline: this.baseline, sample: this.sample, seeds: this.seeds, seed: this.seed };
    if (this.sample !== "none") asked.draws = this.draws;
    return { ...asked, full_pairs: this.full_pairs, scale: this.scale, until: this.until };
  }

  get runs() {
    const units = this.sample === "none" ? WORLDS : this.draws;
    return (this.chosen.length + 1) * (units * this.seeds + WORLDS * this.full_pairs);
  }

  _about(name) {
    if (name === MINE) return this.mine ? { title: this.mine.title?.[lang] ?? text("compare.mine"), why: this.mine.why?.[lang] ?? "" } : null;
    return titleOf.get(name) ?? this.files.find((one) => one.name === name) ?? null;
  }

  add(name) {
    const about = this._about(name);
    if (this.chosen.includes(name)) return notice(text("compare.twice", { name: about.title }));
    if (this.chosen.length >= bounds.policies) return notice(text("compare.enough", { most: bounds.policies }), "problem");
    this.chosen.push(name);
    this._again();
  }

  _again(focus) {
    this.changed();
    this.render();
    if (focus) this.root.querySelector(focus)?.focus();
  }

  render() {
    const { chosen } = this;
    this.root.replaceChildren(
      element("summary", {}, text("compare.choose")),
      element("form", { onsubmit: (event) => this._submit(event) }, element("div", { class: "columns" }, this._policies(chosen), this._size()), this._actions()),
    );
  }

  _policies(chosen) {
    const list = element("ul", { class: "chosen" });
    for (const name of chosen) {
      const about = this._about(name);
      const remove = () => {
        this.chosen = this.chosen.filter((one) => one !== name);
        this._again("#add");
      };
      list.append(
        element("li", {}, element("span", {}, about.title, about.why ? element("small", {}, about.why) : null),
          element("button", { type: "button", class: "plain", "aria-label": text("compare.remove", { name: about.title }), onclick: remove }, "×")),
      );
    }
    const add = element("select", { id: "add", onchange: (event) => event.target.value && this.add(event.target.value) }, element("option", { value: "" }, text("compare.add.choose")));
    add.append(...this._options((one) => one.name !== this.baseline && !chosen.includes(one.name)));
    const against = element("select", { id: "against", onchange: (event) => {
      this.baseline = event.target.value;
      this.chosen = this.chosen.filter((name) => name !== this.baseline);
      this._again("#against");
    } });
    against.append(...this._options(() => true, this.baseline));
    return element("div", {},
      element("p", { class: "quiet" }, text("compare.chosen", { count: chosen.length, most: bounds.policies })),
      list,
      element("label", { for: "add" }, text("compare.add")), add,
      element("div", { class: "actions" },
        this.mine && !chosen.includes(MINE) ? element("button", { type: "button", onclick: () => this.add(MINE) }, text("compare.mine.add")) : null,
        element("span", { class: "button upload" }, element("input", { type: "file", accept: ".yaml,.yml,.json", "aria-label": text("compare.upload"), onchange: (event) => this._upload(event.target.files) }), text("compare.upload"))),
      element("div", { id: "mistakes", role: "alert" }),
      element("label", { for: "against" }, text("compare.against")), against,
    );
  }

  _options(wanted, selected) {
    const groups = [];
    for (const group of GROUPS) {
      const some = library.filter((one) => (one.group || "none") === group && wanted(one)).sort((a, b) => a.title.localeCompare(b.title, lang));
      if (!some.length) continue;
      groups.push(element("optgroup", { label: text(`compare.group.${group}`) }, ...some.map((one) => element("option", { value: one.name, selected: one.name === selected }, one.title))));
    }
    return groups;
  }

  _size() {
    const choice = (value) =>
      element("label", { class: "choice" }, element("input", { type: "radio", name: "sample", value, checked: this.sample === value, onchange: () => {
        this.sample = value;
        this.seeds = value === "none" ? usual.seeds_alone : usual.seeds;
        this._again(`input[value="${value}"]`);
      } }), element("span", {}, text(`compare.sample.${value}`)));
    const field = (key, label, low, high) => {
      const input = element("input", { type: "number", min: low, max: high, step: 1, value: this[key], required: true, oninput: () => {
        const value = Number(input.value);
        if (!Number.isInteger(value) || value < low || value > high || input.value === "") return;
        this[key] = value;
        this._count();
        this.changed();
      } });
      return element("label", {}, text(`compare.${label}`), input);
    };
    const alone = this.sample === "none";
    return element("fieldset", { class: "plain-set" }, element("legend", {}, text("compare.settings")), choice("shipped"), choice("none"),
      element("div", { class: "numbers" },
        alone ? null : field("draws", "draws", 1, bounds.draws),
        field("seeds", alone ? "seeds_alone" : "seeds", 1, bounds.seeds),
        field("full_pairs", "full_pairs", 0, bounds.full_pairs),
        field("seed", "seed", 0, 2 ** 31 - 1)));
  }

  _actions() {
    this.size = element("p", { class: "quiet", id: "size" });
    this.go = element("button", { class: "main", type: "submit", "aria-describedby": "size" }, text("compare.start"));
    const row = element("div", { class: "actions" }, this.go, this.size);
    this._count();
    return row;
  }

  _count() {
    const large = this.runs > bounds.runs;
    this.size.textContent = text(large ? "compare.size.large" : "compare.size", { runs: number(this.runs), most: number(bounds.runs) });
    this.go.disabled = large || !this.chosen.length;
  }

  _submit(event) {
    event.preventDefault();
    if (!this.go.disabled) this.start(this.question);
  }

  async _upload(chosen) {
    const told = this.root.querySelector("#mistakes");
    for (const file of chosen) {
      if (file.size > LARGEST) {
        told.replaceChildren(element("p", { class: "problem" }, text("compare.upload.large", { name: file.name, kilobytes: LARGEST / 1024 })));
        continue;
      }
      try {
        const found = await (await post("/api/check", { text: await file.text(), name: file.name })).json();
        if (!found.ok) {
          const place = (one) => (one.line ? text("compare.upload.place", { line: one.line, column: one.column ?? 1, message: one.message }) : one.message);
          told.replaceChildren(element("div", { class: "problem" }, text("compare.upload.wrong", { name: file.name }), element("ul", { class: "mistakes" }, ...found.mistakes.map((one) => element("li", {}, place(one))))));
          continue;
        }
        const stem = file.name.replace(/\.[^.]*$/, "").replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 60) || "scenario";
        const name = titleOf.has(stem) || stem === MINE ? `${stem}-file`.slice(0, 60) : stem;
        this.files = [...this.files.filter((one) => one.name !== name), { name, title: found.title, content: found.scenario }];
        keepFiles(this.files);
        this.add(name);
      } catch (error) {
        told.replaceChildren(element("p", { class: "problem" }, error.message));
      }
    }
  }
}
