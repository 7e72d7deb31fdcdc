/** Which of the two worlds that fit the facts, and which luck. */

import { data, element, text } from "./shell.js";

export class Worlds extends EventTarget {
  /** Events: `choose` {world} or {seed}. @param {{worlds: string[]}} about */
  constructor({ worlds }) {
    super();
    this.radios = worlds.map((world) =>
      element("input", { type: "radio", name: "world", value: world, id: `world-${world}`, onchange: () => this._tell({ world }), "aria-describedby": `about-${world}` }),
    );
    this.seed = element("input", { type: "number", id: "seed", min: 0, max: 2 ** 31 - 1, step: 1, onchange: () => this._seed() });
    this.element = element(
      "fieldset",
      { class: "worlds" },
      element("legend", {}, text("try.worlds")),
      ...this.radios.flatMap((radio) => [
        element(
          "div",
          { class: "world" },
          radio,
          element("label", { for: radio.id }, text(`try.world.${radio.value.replace("-", "_")}`)),
          element("p", { class: "quiet", id: `about-${radio.value}` }, text(`try.about_world.${radio.value.replace("-", "_")}`)),
        ),
      ]),
      element(
        "div",
        { class: "seed" },
        element("label", { for: "seed" }, text("try.seed")),
        this.seed,
        element("button", { type: "button", onclick: () => this._tell({ seed: Number(this.seed.value) + 1 }) }, text("try.seed.next")),
        element("p", { class: "quiet" }, text("try.seed.about", { seed: data.seed })),
      ),
    );
  }

  show({ world, seed }) {
    for (const radio of this.radios) radio.checked = radio.value === world;
    this.seed.value = String(seed);
  }

  _seed() {
    if (this.seed.validity.valid && this.seed.value !== "") this._tell({ seed: Number(this.seed.value) });
  }

  _tell(detail) {
    this.dispatchEvent(new CustomEvent("choose", { detail }));
  }
}
