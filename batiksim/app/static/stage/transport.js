/** The bar of the clock: play, a month back or on, scrub, speed, and whether something is awaited. */

import { make } from "./chart.js";
import { SPEEDS } from "./clock.js";

export class Transport {
  /**
   * @param {HTMLElement} element becomes the bar
   * @param {{text: Function, number: Function, clock: import("./clock.js").Clock,
   *          monthSaid: (month: number, style?: string) => string, onSpeed: (speed: number) => void}} options
   */
  constructor(element, { text, number, clock, monthSaid, onSpeed }) {
    this.text = text;
    this.clock = clock;
    this.monthSaid = monthSaid;
    this.narrow = matchMedia("(max-width: 560px)");
    this.play = make("button", { type: "button", class: "stage-play main" });
    this.play.addEventListener("click", () => clock.toggle());
    const range = { type: "range", min: clock.first, max: clock.last, step: 1 };
    this.scrub = make("input", { class: "stage-scrub", "aria-label": text("stage.scrub"), ...range });
    this.scrub.addEventListener("input", () => {
      clock.pause();
      clock.month = Number(this.scrub.value);
      this.update();
    });
    this.speed = make("select", { class: "stage-speed", "aria-label": text("stage.speed") });
    for (const one of SPEEDS) {
      const said = { number: number(one, { maximumFractionDigits: 1 }) };
      const label = one === 1 ? text("stage.year_a_second", said) : text("stage.years_a_second", said);
      this.speed.append(make("option", { value: one }, label));
    }
    this.speed.value = String(clock.speed);
    this.speed.addEventListener("change", () => onSpeed(Number(this.speed.value)));
    this.month = make("span", { class: "stage-month" });
    this.wait = make("span", { class: "stage-wait", role: "status" }, text("stage.waiting"));
    const back = this._step("back", "‹", text("stage.back"), -1);
    const ahead = this._step("ahead", "›", text("stage.ahead"), 1);
    const track = make("span", { class: "stage-track" }, this.scrub);
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", text("stage.clock"));
    element.replaceChildren(this.play, back, ahead, track, this.month, this.speed, this.wait);
    this.update();
  }

  _step(name, symbol, said, months) {
    const sign = make("span", { "aria-hidden": "true" }, symbol);
    const button = make("button", { type: "button", class: `stage-${name}`, "aria-label": said, title: said }, sign);
    button.addEventListener("click", () => this.clock.step(months));
    return button;
  }

  /** Show the clock as it is. */
  update() {
    const { playing, month } = this.clock;
    if (this.play.dataset.playing !== String(playing)) {
      this.play.dataset.playing = String(playing);
      const icon = make("span", { class: playing ? "stage-icon-pause" : "stage-icon-play", "aria-hidden": "true" });
      this.play.replaceChildren(icon, make("span", {}, playing ? this.text("stage.pause") : this.text("stage.play")));
    }
    this.scrub.value = String(month);
    this.month.textContent = this.monthSaid(month, this.narrow.matches ? "short" : "long");
    this.scrub.setAttribute("aria-valuetext", this.monthSaid(month));
  }
}
