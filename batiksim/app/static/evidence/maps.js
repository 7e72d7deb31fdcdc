/** Maps of the evidence: a square for each number or figure, filled as sure as we are of it, and the same as a table. */

import { data, element, number, text } from "../shell.js";

const SVG = "http://www.w3.org/2000/svg";
const S = 12;
/** How much of a square is filled: what is not known has a dashed border. */
const FILLED = { high: 1, medium: 0.62, low: 0.3, assumed: 0, unverified: 0 };

function drawn(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function square(sure, x = 0, y = 0) {
  const filled = FILLED[sure] ?? 0;
  const border = drawn("rect", { x: x + 0.75, y: y + 0.75, width: S - 1.5, height: S - 1.5, fill: "#fffdf8", stroke: filled ? "#1f4e8c" : "#b35a1f", "stroke-width": 1.5 });
  if (!filled) border.setAttribute("stroke-dasharray", "2.5 1.8");
  const height = (S - 1.5) * filled;
  return [border, drawn("rect", { class: "sure", x: x + 0.75, y: y + S - 0.75 - height, width: S - 1.5, height, stroke: "none" })];
}

/** One square alone. */
export function cell(sure) {
  return drawn("svg", { class: "cell", viewBox: `0 0 ${S} ${S}`, "aria-hidden": "true" }, ...square(sure));
}

/** What the squares mean. */
export function key(names) {
  return element("ul", { class: "key" }, ...names.map((name) => element("li", { class: "badge" }, cell(name), data.confidences[name])));
}

const SURES = ["high", "medium", "low", "assumed"];

/** Parts of the model as rows of squares; `choose` is called with the name of a part. */
export function parts(rows, choose) {
  const map = element("div", { class: "map" });
  for (const { name, label, entries } of rows) {
    const sorted = [...entries].sort((a, b) => SURES.indexOf(a.sure) - SURES.indexOf(b.sure));
    const cells = element("div", { class: "cells", "aria-hidden": "true" }, ...sorted.map((one) => element("a", { href: `#${one.name}`, title: `${one.label}: ${data.confidences[one.sure]}`, tabindex: -1 }, cell(one.sure))));
    map.append(element("button", { type: "button", onclick: () => choose(name) }, label), cells);
  }
  const head = [text("data.map.part"), ...SURES.map((sure) => data.confidences[sure])];
  return [map, tabled(head, rows.map(({ label, entries }) => [label, ...SURES.map((sure) => entries.filter((one) => one.sure === sure).length)]))];
}

const FOUND = ["high", "medium", "low", "unverified"];
const [FIRST, LAST] = [2000, 2026]; // earlier and later figures (plans) stand together in the first and last column

/** Figures as columns of squares, a column a year; `choose` is called with a year. */
export function byYear(entries, choose) {
  const dated = entries.filter((one) => one.at);
  const years = Array.from({ length: LAST - FIRST + 2 }, (_, k) => FIRST + k);
  const within = (year, at) => (year === FIRST ? at <= FIRST : year > LAST ? at > LAST : at === year);
  const name = (year) => (year === FIRST ? `≤ ${FIRST}` : year > LAST ? `> ${LAST}` : String(year));
  const columns = years.map((year) => dated.filter((one) => within(year, one.at)).sort((a, b) => FOUND.indexOf(a.sure) - FOUND.indexOf(b.sure)));
  const wide = 2; // squares side by side
  const step = S + 1;
  const column = wide * step + 6;
  const most = Math.max(...columns.map((one) => Math.ceil(one.length / wide)));
  const height = most * step;
  const svg = drawn("svg", { width: years.length * column, height: height + 20, "aria-hidden": "true" });
  columns.forEach((some, k) => {
    some.forEach((one, n) => svg.append(...square(one.sure, k * column + (n % wide) * step, height - (Math.floor(n / wide) + 1) * step)));
    const label = drawn("text", { class: "year", x: k * column + wide * step / 2, y: height + 14, "text-anchor": "middle" }, name(years[k]).replace(/\d\d(?=\d\d$)/, "’"));
    if (k && years[k] <= LAST) label.addEventListener("click", () => choose(years[k]));
    svg.append(label);
  });
  const head = [text("data.year"), ...FOUND.map((sure) => data.confidences[sure])];
  const table = tabled(head, years.map((year, k) => [name(year), ...FOUND.map((sure) => columns[k].filter((one) => one.sure === sure).length)]));
  return [element("div", { class: "years", tabindex: 0, role: "region", "aria-label": text("data.years") }, svg), table];
}

function tabled(head, rows) {
  return element("details", {}, element("summary", {}, text("data.table")), element("div", { class: "wide" }, element("table", {},
    element("thead", {}, element("tr", {}, ...head.map((words, k) => element("th", { scope: "col", class: k ? "number" : "" }, words)))),
    element("tbody", {}, ...rows.map(([first, ...counts]) => element("tr", {}, element("th", { scope: "row" }, first), ...counts.map((count) => element("td", { class: "number" }, number(count)))))))));
}
