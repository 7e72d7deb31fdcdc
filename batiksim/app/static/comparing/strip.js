/**
 * One policy as a strip: a dot a pair, in a lane for each world, and below it three marks that never share a range: the
 * expected effect with its standard error, doubt, and luck.
 */

import { number, text } from "../shell.js";

const SVG = "http://www.w3.org/2000/svg";
/** Worlds in their order, each with a colour and a shape of its own. */
const LOOKS = [
  { color: "#1f4e8c", shape: "circle" },
  { color: "#b35a1f", shape: "diamond" },
  { color: "#178070", shape: "square" },
];
const MARKS = { expected: "#2b2b2b", doubt: "#178070", luck: "#8f3b76" };
const NARROW = 520; // px: labels stand above their lanes
const R = 3.6;

/** An element of SVG. */
export function drawn(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** One dot in the look of a world. */
export function dot(world, x, y) {
  const { color, shape } = LOOKS[world % LOOKS.length];
  if (shape === "circle") return drawn("circle", { cx: x, cy: y, r: R, fill: color, "fill-opacity": 0.85 });
  if (shape === "square") {
    return drawn("rect", { x: x - R, y: y - R, width: 2 * R, height: 2 * R, fill: "none", stroke: color, "stroke-width": 1.6 });
  }
  const d = R + 1;
  return drawn("path", { d: `M${x} ${y - d}L${x + d} ${y}L${x} ${y + d}L${x - d} ${y}Z`, fill: "#fffdf8", stroke: color, "stroke-width": 1.6 });
}

/** The ends of an axis that all strips share: all dots, doubt, luck and zero are on it. */
export function domainOf(values) {
  const known = values.filter((value) => Number.isFinite(value));
  const low = Math.min(0, ...known);
  const high = Math.max(0, ...known);
  const room = (high - low || 1) * 0.05;
  return [low - room, high + room];
}

/** Round steps on an axis. */
function ticksOf([low, high], about) {
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((size) => size * power >= rough) * power;
  const ticks = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) ticks.push(k * step);
  return { ticks, step };
}

/** A number on an axis in the form that suits its unit. */
function onAxis(value, unit, step) {
  const sign = (written) => (value > 0 ? `+${written}` : written);
  const decimals = (size) => ({ maximumFractionDigits: Math.max(0, -Math.floor(Math.log10(size) + 1e-9)) });
  if (unit === "share") return sign(number(100 * value, decimals(100 * step)));
  if (unit.startsWith("IDR")) {
    if (Math.abs(step) >= 1e8) return sign(text("compare.billion", { amount: number(value / 1e9, decimals(step / 1e9)) }));
    if (Math.abs(step) >= 1e5) return sign(text("compare.million", { amount: number(value / 1e6, decimals(step / 1e6)) }));
  }
  return sign(number(value, decimals(step)));
}

/** Dots of a lane moved up and down so that none hides another: [x, offset in dots]. */
function swarm(xs) {
  const placed = [];
  for (const x of [...xs].sort((a, b) => a - b)) {
    const near = placed.filter((other) => x - other[0] < 2 * R + 0.6).map((other) => other[1]);
    let offset = 0;
    for (let k = 0; near.includes(offset); k++) offset = k % 2 ? -(k + 1) / 2 : k / 2 + 1;
    placed.push([x, offset]);
  }
  return placed;
}

/**
 * A strip as SVG.
 * @param {{width: number, domain: number[], unit: string, worlds: string[], pairs: {world: string, value: number}[],
 *          effect: object|null, label: string}} what  effect: a row of the answer, or null while nothing is known
 */
export function strip({ width, domain, unit, worlds, pairs, effect, label }) {
  const narrow = width < NARROW;
  const left = narrow ? 0 : 150;
  const x = (value) => left + 8 + ((value - domain[0]) / (domain[1] - domain[0])) * (width - left - 16);
  const svg = drawn("svg", { class: "strip", role: "img", "aria-label": label });
  const parts = [];
  let y = narrow ? 18 : 4;
  const name = (words, middle) =>
    narrow
      ? drawn("text", { class: "label", x: 0, y: middle - 12 }, words)
      : drawn("text", { class: "label", x: 0, y: middle + 4 }, words);
  const lanes = worlds.map((world) => swarm(pairs.filter((one) => one.world === world && Number.isFinite(one.value)).map((one) => x(one.value))));
  lanes.forEach((lane, k) => {
    const deep = Math.min(5, Math.max(0, ...lane.map(([, offset]) => Math.abs(offset))));
    const half = 9 + deep * (2 * R - 0.4);
    const middle = y + half;
    for (const [at, offset] of lane) {
      const within = Math.sign(offset) * (Math.abs(offset) % (deep + 1 || 1));
      parts.push(dot(k, at, middle + within * (2 * R - 0.4)));
    }
    y = middle + half;
  });
  if (narrow) parts.push(drawn("text", { class: "label", x: 0, y: 12 }, text("compare.mark.pairs")));
  else parts.push(name(text("compare.mark.pairs"), (4 + y) / 2));
  if (effect) {
    const row = narrow ? 36 : 22;
    const next = () => (y += row) - (narrow ? 10 : row / 2);
    const known = (value) => value !== null && value !== undefined;
    if (known(effect.expected)) {
      const middle = next();
      const [at, error] = [x(effect.expected), effect.error];
      parts.push(name(text("compare.mark.expected"), middle));
      if (known(error)) {
        const [from, to] = [x(effect.expected - error), x(effect.expected + error)];
        parts.push(drawn("path", { d: `M${from} ${middle}H${to}M${from} ${middle - 5}v10M${to} ${middle - 5}v10`, stroke: MARKS.expected, "stroke-width": 2, fill: "none" }));
      }
      parts.push(drawn("path", { d: `M${at} ${middle - 6}l6 6l-6 6l-6 -6Z`, fill: MARKS.expected }));
    }
    const [most, middleOf] = [effect.doubt_most, effect.expected];
    const doubt = known(effect.doubt_low_90)
      ? [effect.doubt_low_90, effect.doubt_high_90]
      : known(most) ? [middleOf - most, middleOf + most] : null;
    if (doubt) {
      const middle = next();
      parts.push(name(text("compare.mark.doubt"), middle));
      const [from, to] = doubt.map(x);
      parts.push(drawn("rect", { x: from, y: middle - 4, width: Math.max(2, to - from), height: 8, rx: 4, fill: MARKS.doubt, "fill-opacity": known(effect.doubt_low_90) ? 0.85 : 0.3 }));
    }
    if (known(effect.luck_low)) {
      const middle = next();
      parts.push(name(text("compare.mark.luck"), middle));
      const [from, to] = [x(effect.luck_low), x(effect.luck_high)];
      parts.push(drawn("path", { d: `M${from} ${middle}H${to}`, stroke: MARKS.luck, "stroke-width": 3, "stroke-dasharray": "7 4", fill: "none" }));
      parts.push(drawn("path", { d: `M${from + 5} ${middle - 6}h-5v12h5M${to - 5} ${middle - 6}h5v12h-5`, stroke: MARKS.luck, "stroke-width": 2.5, fill: "none" }));
    }
  }
  const bottom = y + 6;
  const { ticks, step } = ticksOf(domain, narrow ? 4 : 7);
  for (const tick of ticks) {
    svg.append(drawn("line", { class: tick === 0 ? "zero" : "tick", x1: x(tick), x2: x(tick), y1: narrow ? 16 : 0, y2: bottom }));
    svg.append(drawn("text", { x: x(tick), y: bottom + 14, "text-anchor": "middle" }, tick === 0 ? "0" : onAxis(tick, unit, step)));
  }
  svg.append(...parts);
  const height = bottom + 20;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  return svg;
}
