/** How lessons write numbers, and years made of months. */

import { monthOf, number, text } from "../shell.js";

/** A value as a lesson shows it: people in tens, shares as percent or points, money. */
export function written(value, show) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (show === "people") return number(Math.round(value / 10) * 10);
  if (show === "percent") return text("lessons.percent", { value: number(100 * value) });
  if (show === "points") return number(100 * value, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  if (show === "billions") return text("lessons.billions", { value: number(value / 1e9, { minimumFractionDigits: 1, maximumFractionDigits: 1 }) });
  if (show === "rupiah") return text("lessons.rupiah", { value: number(value) });
  return number(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** Factor between a value and the number that is typed or stands on an axis. */
export const unit = (show) => (show === "percent" || show === "points" ? 100 : show === "billions" ? 1e9 : 1);
export const typed = (value, show) => (unit(show) === 1e9 ? value / 1e9 : value * unit(show));
export const untyped = (value, show) => (unit(show) === 1e9 ? value * 1e9 : value / unit(show));

/** A year of a future: of a stock its December, of a flow the sum, of a ratio the mean of the months that have one. */
export function yearOfFuture(future, indicator, kind, year) {
  const first = monthOf(`${year}-01`);
  if (kind === "stock") return future.value(indicator, first + 11);
  const months = Array.from({ length: 12 }, (_, at) => future.value(indicator, first + at)).filter((one) => !Number.isNaN(one));
  if (!months.length || first < future.since) return NaN;
  const sum = months.reduce((a, b) => a + b, 0);
  return kind === "flow" ? sum : sum / months.length;
}

/** The mean over years, both included. */
export function meanOfFuture(future, indicator, kind, [from, to]) {
  let sum = 0;
  for (let year = from; year <= to; year++) sum += yearOfFuture(future, indicator, kind, year);
  return sum / (to - from + 1);
}
