/** The places of the cloth for those who do not point: buttons over the roundels, and a table of their people. */

import { csvOf, make } from "./chart.js";
import { LOOK } from "./cloth.js";
import { save } from "./picture.js";

const LOOKS = [
  ["young", LOOK.YOUNG],
  ["older", LOOK.OLDER],
  ["owner", LOOK.OWNER],
  ["garment", LOOK.GARMENT],
  ["other", LOOK.OTHER],
  ["school", LOOK.SCHOOL],
];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class PlacesTable {
  /**
   * @param {import("./stage.js").Stage} stage
   * @param {string[]} names of the places
   */
  constructor(stage, names) {
    this.stage = stage;
    this.names = names;
    const { text } = stage;
    this.box = make("div", { class: "stage-places", role: "toolbar", "aria-label": text("stage.places") });
    this.buttons = names.map((name, i) => {
      const label = text("stage.place_button", { name });
      const button = make("button", { type: "button", class: "stage-place", tabindex: i ? "-1" : "0", "aria-label": label });
      button.addEventListener("click", () => stage._pick(i));
      button.addEventListener("focus", () => this._stand(i));
      return button;
    });
    this.box.append(...this.buttons);
    this.box.addEventListener("keydown", (event) => this._key(event));
    stage.field.append(this.box);
    this.held = make("div", { class: "stage-held" });
    this.details = make("details", { class: "stage-numbers" }, make("summary", {}, text("stage.table")), this.held);
    this.details.addEventListener("toggle", () => this.update());
    stage.clothRoom.after(this.details);
    this.watcher = new ResizeObserver(() => requestAnimationFrame(() => this._lay()));
    this.watcher.observe(stage.field);
  }

  close() {
    this.watcher.disconnect();
    this.box.remove();
    this.details.remove();
  }

  _lay() {
    this.stage.cloth.centres?.forEach(({ x, y, r }, i) => {
      const { style } = this.buttons[i];
      [style.left, style.top] = [`${x - r}px`, `${y - r}px`];
      style.width = style.height = `${2 * r}px`;
    });
  }

  /** One of the buttons can be reached with Tab: the one that was last in focus. */
  _stand(at) {
    this._lay();
    this.buttons.forEach((button, i) => (button.tabIndex = i === at ? 0 : -1));
  }

  /** Arrows go to the nearest place in their direction. */
  _key(event) {
    const way = ARROWS[event.key];
    const here = this.buttons.indexOf(document.activeElement);
    if (!way || here < 0) return;
    event.preventDefault();
    const { centres } = this.stage.cloth;
    const from = centres[here];
    let [best, least] = [-1, Infinity];
    centres.forEach((to, i) => {
      const along = (to.x - from.x) * way[0] + (to.y - from.y) * way[1];
      const aside = Math.abs((to.x - from.x) * way[1]) + Math.abs((to.y - from.y) * way[0]);
      if (i !== here && along > 4 && along + 2 * aside < least) [best, least] = [i, along + 2 * aside];
    });
    if (best >= 0) this.buttons[best].focus();
  }

  /** People of the region by place and what they do; batik workers and owners where they live. */
  table() {
    const { stage } = this;
    const { cloth } = stage;
    const columns = [stage.text("stage.place"), ...LOOKS.map(([name]) => stage.text(`stage.look.${name}`))];
    const counts = this.names.map(() => new Float64Array(LOOK.NONE + 1));
    const future = cloth.shownIn(cloth.month);
    const { state, rows: people } = cloth.seats.cursor;
    for (let row = 0; row < people; row++) if (state[row]) counts[future.place[row]][cloth.plain(row)] += future.weight;
    const rows = this.names.map((name, i) => [name, ...LOOKS.map(([, look]) => Math.round(counts[i][look]))]);
    return { columns, rows };
  }

  csv() {
    return csvOf(this.table());
  }

  update() {
    const { stage } = this;
    this._lay();
    if (!this.details.open || !stage.cloth.seats) return;
    const { columns, rows } = this.table();
    const head = make("tr", {}, ...columns.map((name) => make("th", { scope: "col" }, name)));
    const body = rows.map(([name, ...values]) =>
      make("tr", {}, make("th", { scope: "row" }, name), ...values.map((one) => make("td", { class: "number" }, stage.number(one)))),
    );
    const said = stage.text("stage.cloth_table", { month: stage.monthSaid(stage.month) });
    const table = make("table", {}, make("caption", {}, said), make("thead", {}, head), make("tbody", {}, ...body));
    const wide = make("div", { class: "stage-wide", tabindex: "0", role: "region", "aria-label": said }, table);
    if (this.held.firstChild) this.held.firstChild.replaceWith(wide);
    else this.held.append(wide, this._files());
  }

  _files() {
    const { text } = this.stage;
    const csv = make("button", { type: "button" }, text("stage.save_csv"));
    const png = make("button", { type: "button" }, text("stage.save_png"));
    csv.addEventListener("click", () => save("batiksim-places.csv", new Blob([this.csv()], { type: "text/csv" })));
    png.addEventListener("click", async () => save("batiksim-map.png", await this.stage.png("cloth")));
    return make("div", { class: "stage-buttons" }, csv, png);
  }
}
