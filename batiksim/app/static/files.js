/** Files and links: what is on the screen as scenario, numbers, pictures, command and Python; and a scenario read back. */

import { element, lang, monthName, notice, post, save, session, text } from "./shell.js";
import { addressOf } from "./state.js";
import { told } from "./runs.js";

const LARGEST = 200_000; // characters; the server takes 64 kB of scenario

export class Files extends EventTarget {
  /**
   * Events: `upload` {scenario, world, title}: a scenario file without mistakes.
   *
   * @param {{state: () => object, title: (scenario: object) => string, stage: () => object, parts: string[],
   *          numbers: () => string, report: string|null}} page `report`: the address of the page that makes one of what is on the screen
   */
  constructor(page) {
    super();
    this.page = page;
    const button = (key, act) => element("button", { type: "button", onclick: () => this._try(act) }, text(key));
    this.input = element("input", { type: "file", id: "upload", class: "unseen", accept: ".yaml,.yml,.json", onchange: () => this._try(() => this._upload()) });
    this.mistakes = element("div", { class: "mistakes", role: "alert" });
    this.element = element(
      "section",
      { class: "files", "aria-label": text("try.files") },
      element("h2", {}, text("try.files")),
      element(
        "div",
        { class: "buttons" },
        button("try.files.link", () => this._copy(location.origin + location.pathname + addressOf(page.state()))),
        button("try.files.yaml", () => this._yaml()),
        this.input,
        element("label", { class: "button", for: "upload" }, text("try.files.upload")),
        button("try.files.csv", () => this._csv()),
        button("try.files.cloth", () => this._pictures(["cloth"])),
        button("try.files.charts", () => this._pictures(page.parts)),
        button("try.files.command", () => this._recipe("command")),
        button("try.files.python", () => this._recipe("python")),
        page.report && element("a", { class: "button", href: page.report, "data-keep": true }, text("try.files.report")),
      ),
      this.mistakes,
      element("p", { class: "quiet" }, text("try.files.about")),
    );
  }

  async _try(act) {
    try {
      await act();
    } catch (error) {
      notice(error.told ? error.message : told(error).message, "problem");
    }
  }

  async _asked() {
    const { scenario, world, seed } = this.page.state();
    const whole = scenario && !scenario.title ? { title: this.page.title(scenario), ...scenario } : scenario;
    return (await post("/api/recipe", { scenario: whole, world, seed, session })).json();
  }

  async _yaml() {
    const { file, yaml } = await this._asked();
    save(file, yaml, "application/yaml");
  }

  async _recipe(what) {
    const recipe = await this._asked();
    await this._copy(recipe[what], text("try.files.needs", { file: recipe.file }));
  }

  async _copy(said, more = "") {
    try {
      await navigator.clipboard.writeText(said);
      notice([text("try.files.copied"), more].filter(Boolean).join(" "));
    } catch {
      // Browsers give the clipboard only to pages of this machine or with https: then it can be copied by hand.
      this.mistakes.replaceChildren(element("p", {}, text("try.files.by_hand"), " ", more), element("textarea", { readonly: true, rows: 6, "aria-label": text("try.files.by_hand") }, said));
      this.mistakes.querySelector("textarea").select();
    }
  }

  _name(ending) {
    const { scenario, world, month } = this.page.state();
    return `batiksim-${scenario ? "policy" : "baseline"}-${world}-${monthName(month)}${ending}`;
  }

  _csv() {
    save(this._name(".csv"), this.page.numbers(), "text/csv");
  }

  async _pictures(parts) {
    for (const part of parts) save(this._name(`-${part}.png`), await this.page.stage().png(part));
  }

  async _upload() {
    const [file] = this.input.files;
    if (!file) return;
    this.input.value = ""; // so that the same file can be chosen again
    this.mistakes.replaceChildren();
    if (file.size > LARGEST) {
      this._refuse(file.name, [{ message: text("try.files.large") }]);
      return;
    }
    const found = await (await post("/api/check", { text: await file.text(), name: file.name })).json();
    if (!found.ok) {
      this._refuse(file.name, found.mistakes, found.more);
      return;
    }
    const notes = found.notes.length ? [element("ul", { class: "quiet" }, ...found.notes.map((note) => element("li", {}, note)))] : [];
    this.mistakes.replaceChildren(element("p", { class: "note" }, text("try.files.good", { file: file.name, title: found.title })), ...notes);
    this.dispatchEvent(new CustomEvent("upload", { detail: found }));
  }

  _refuse(name, mistakes, more = false) {
    const where = ({ line, column }) => (line ? text("try.files.place", { line, column: column ?? 1 }) : "");
    this.mistakes.replaceChildren(
      element("p", { class: "problem" }, text("try.files.wrong", { file: name, number: mistakes.length })),
      element("ul", { class: "problems" }, ...mistakes.map((one) => element("li", {}, element("b", {}, where(one)), " ", one.message))),
    );
    if (more) this.mistakes.append(element("p", { class: "quiet" }, text("try.files.more")));
  }
}

/**
 * The numbers of the charts as a table, a row a month: policy and baseline beside each other.
 * @param {object} baseline a Future
 * @param {object[]} parts futures that are shown after it, each from its `since` on
 */
export function table(baseline, parts) {
  const names = baseline.header.indicators;
  const cell = (value) => (Number.isNaN(value) ? "" : String(Number(value.toPrecision(7))));
  const lines = [["month", ...names, ...(parts.length ? names.map((name) => `baseline ${name}`) : [])]];
  for (let month = baseline.since; month <= baseline.last; month++) {
    const shown = parts.filter((one) => one.since <= month).at(-1) ?? baseline;
    const row = [monthName(month), ...names.map((name) => cell(shown.value(name, month)))];
    if (parts.length) row.push(...names.map((name) => cell(baseline.value(name, month))));
    lines.push(row);
  }
  // A spreadsheet set to Indonesian wants semicolons and decimal commas.
  const [between, point] = lang === "id" ? [";", ","] : [",", "."];
  return `\ufeff${lines.map((line) => line.map((one, at) => (at ? one.replace(".", at && line !== lines[0] ? point : ".") : one)).join(between)).join("\r\n")}\r\n`;
}
