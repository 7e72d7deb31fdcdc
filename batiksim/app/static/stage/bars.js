/** Charts of bars for the shown month: ages by sex, and who gets what of a cloth. */

import { Chart, draw } from "./chart.js";
import { lastYear, toTen } from "./series.js";

/** A text of an SVG. */
function words(className, x, y, anchor, said) {
  const made = draw("text", { class: className, x, y, "text-anchor": anchor });
  made.append(said);
  return made;
}

/** Batik workers by age and sex; an outline shows how it was in the first month. */
export class Ages extends Chart {
  _counts(month) {
    const ages = this.state.ages(month);
    return ages && Array.from(ages, (count) => count * this.state.weight);
  }

  /** An age group in words: from a lower bound to the next. */
  _said(group) {
    const { groups } = this.state;
    return group === groups.length - 1 ? `${groups[group]}+` : `${groups[group]}–${groups[group + 1] - 1}`;
  }

  paint() {
    const { state, text } = this;
    const count = state.groups.length;
    const counts = this._counts(state.month);
    const began = this._counts(state.first);
    this.svg.replaceChildren();
    this.say(text("stage.ages"), began ? text("stage.ages_outline", { year: String(2011 + Math.floor(state.first / 12)) }) : "");
    if (!counts) return;
    const middle = this.width / 2;
    const [top, gap, row] = [18, 20, (this.height - 40) / count];
    const most = Math.max(...counts, ...(began ?? [0]), 1);
    const unit = (middle - gap - 46) / most;
    const y = (group) => top + (count - 1 - group) * row;
    [0, 1].forEach((sex) => {
      const side = sex ? 1 : -1;
      const edge = middle + side * gap;
      for (let group = 0; group < count; group++) {
        const wide = counts[sex * count + group] * unit;
        const bar = { x: side > 0 ? edge : edge - wide, y: y(group) + 1, width: wide, height: row - 2, rx: 1 };
        this.svg.append(draw("rect", { class: sex ? "men" : "women", ...bar }));
      }
      if (began) {
        let path = `M${edge} ${y(0) + row}`;
        for (let group = 0; group < count; group++) {
          const x = edge + side * began[sex * count + group] * unit;
          path += `L${x.toFixed(1)} ${(y(group) + row).toFixed(1)}V${y(group).toFixed(1)}`;
        }
        this.svg.append(draw("path", { class: "outline", d: path }));
      }
      const all = counts.slice(sex * count, (sex + 1) * count).reduce((sum, one) => sum + one, 0);
      const said = text(sex ? "stage.men" : "stage.women", { number: this.number(toTen(all)) });
      this.svg.append(words(`label ${sex ? "men" : "women"}`, edge + side * 2, this.height - 5, sex ? "start" : "end", said));
    });
    for (let group = 0; group < count; group++) {
      const said = group === count - 1 ? `${state.groups[group]}+` : String(state.groups[group]);
      this.svg.append(words("tick", middle, y(group) + row / 2 + 4, "middle", said));
    }
  }

  table() {
    const { text } = this;
    const counts = (this.state && this._counts(this.state.month)) ?? [];
    const columns = [text("stage.age"), text("stage.women_only"), text("stage.men_only")];
    const groups = this.state?.groups ?? [];
    const rows = groups.map((_, group) => [this._said(group), counts[group] ?? NaN, counts[groups.length + group] ?? NaN]);
    return { columns, rows };
  }
}

/** Who gets what of Rp 100,000 that a cloth costs, mean of twelve months. */
export class Price extends Chart {
  _parts(which = "shown") {
    const parts = ["materials", "worker", "broker", "owner", "trader"];
    const { state } = this;
    return parts.map((part) => ({ part, value: lastYear((month) => state[which](`chain.share_${part}`, month), state.month) }));
  }

  paint() {
    const { state, text, number } = this;
    this.svg.replaceChildren();
    this.say(text("stage.price"), "");
    const parts = this._parts();
    const without = state.since !== null && state.month >= state.since ? this._parts("without") : [];
    if (parts.some(({ value }) => !Number.isFinite(value))) return;
    const [left, right] = [104, 92];
    const row = (this.height - 8) / parts.length;
    const most = Math.max(...parts.map(({ value }) => value), ...without.map(({ value }) => value || 0));
    const unit = (this.width - left - right) / most;
    parts.forEach(({ part, value }, i) => {
      const y = 4 + i * row;
      const wide = Math.max(0, value * unit);
      this.svg.append(
        words("name", left - 8, y + row / 2 + 4, "end", text(`stage.part.${part}`)),
        draw("rect", { class: `part-${part}`, x: left, y: y + 3, width: wide, height: row - 6, rx: 1.5 }),
        words("amount", left + Math.max(wide, (without[i]?.value || 0) * unit) + 7, y + row / 2 + 4, "start", text("stage.rupiah", { number: number(Math.round(value * 100) * 1000) })),
      );
      if (Number.isFinite(without[i]?.value)) {
        const x = left + without[i].value * unit;
        this.svg.append(draw("path", { class: "mark", d: `M${x.toFixed(1)} ${y}v${row}` }));
      }
    });
    if (without.length) this.say(text("stage.price"), text("stage.price_mark"));
  }

  table() {
    const { state, text } = this;
    const columns = [text("stage.of_price"), text("stage.shown_rupiah"), text("stage.without_rupiah")];
    const without = state ? this._parts("without") : [];
    const rows = (state ? this._parts() : []).map(({ part, value }, i) => {
      return [text(`stage.part.${part}`), Math.round(value * 1e5), Math.round(without[i].value * 1e5)];
    });
    return { columns, rows };
  }
}
