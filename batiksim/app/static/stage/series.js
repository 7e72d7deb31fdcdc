/** Arithmetic of the charts: pure functions over numbers by month. */

export const yearOf = (month) => 2011 + Math.floor(month / 12);
export const JANUARY = (year) => (year - 2011) * 12;

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Means of calendar years that are complete.
 * @param {(month: number) => number} value NaN where there is none
 * @param {number} first month
 * @param {number} last month
 * @returns {{year: number, value: number}[]}
 */
export function annualMeans(value, first, last) {
  const means = [];
  for (let year = yearOf(first); year <= yearOf(last); year++) {
    const months = Array.from({ length: 12 }, (_, i) => JANUARY(year) + i).filter((month) => month >= first && month <= last);
    const values = months.map(value).filter((one) => !Number.isNaN(one));
    // January 2011 has no month before it and its numbers may be missing: eleven months are a year.
    if (values.length >= 11) means.push({ year, value: mean(values) });
  }
  return means;
}

/** Mean of the twelve months up to `month`, of those that have a number; NaN without any. */
export function lastYear(value, month) {
  const values = Array.from({ length: 12 }, (_, i) => value(month - i)).filter((one) => !Number.isNaN(one));
  return values.length ? mean(values) : NaN;
}

/**
 * What ghosts say together of one indicator in the twelve months up to `month`.
 * @param {{since: number, values: Object<string, ArrayLike<number>>}[]} ghosts paired differences
 * @returns {{count: number, more: number, mean: number, error: number, low: number, high: number}|null}
 *          `more`: how many are above zero; `error`: standard error of the mean, NaN for one ghost
 */
export function together(ghosts, indicator, month) {
  const ends = ghosts
    .map((ghost) => lastYear((at) => ghost.values[indicator]?.[at - ghost.since] ?? NaN, month))
    .filter((end) => !Number.isNaN(end));
  if (!ends.length) return null;
  const middle = mean(ends);
  const variance = ends.reduce((sum, end) => sum + (end - middle) ** 2, 0) / (ends.length - 1);
  return {
    ...{ count: ends.length, more: ends.filter((end) => end > 0).length, mean: middle },
    error: Math.sqrt(variance / ends.length),
    ...{ low: Math.min(...ends), high: Math.max(...ends) },
  };
}

/** Lowest and highest of the ghosts in each month: `[{month, low, high}]`. */
export function band(ghosts, indicator, first, last) {
  const edges = [];
  for (let month = first; month <= last; month++) {
    const values = ghosts.map((g) => g.values[indicator]?.[month - g.since]).filter((one) => Number.isFinite(one));
    if (values.length) edges.push({ month, low: Math.min(...values), high: Math.max(...values) });
  }
  return edges;
}

/** Round numbers from at or below `low` to at or above `high`, about `count` of them. */
export function ticks(low, high, count = 4) {
  if (!(high > low)) high = low + 1;
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999);
  const marks = [];
  for (let k = Math.floor(low / step + 1e-9); (k - 1) * step < high - 1e-9 * step; k++) marks.push(k * step);
  return marks;
}

/** Rounded to ten workers: finer than that a sample of the region cannot be. */
export const toTen = (value) => Math.round(value / 10) * 10;
/** Rounded to Rp 10,000 of a month's pay. */
export const toTenThousand = (value) => Math.round(value / 10_000) * 10_000;

/**
 * Move labels apart that stand at heights `at`, keeping their order.
 * @param {number[]} at px
 * @param {number} gap px
 * @param {number} low px, upper edge
 * @param {number} high px, lower edge
 */
export function apart(at, gap, low, high) {
  const order = at.map((_, i) => i).sort((a, b) => at[a] - at[b]);
  const moved = at.slice();
  for (let k = 1; k < order.length; k++) moved[order[k]] = Math.max(moved[order[k]], moved[order[k - 1]] + gap);
  const over = order.length ? moved[order[order.length - 1]] - high : 0;
  if (over > 0) {
    moved[order[order.length - 1]] = high;
    for (let k = order.length - 2; k >= 0; k--) moved[order[k]] = Math.min(moved[order[k]], moved[order[k + 1]] - gap);
  }
  return moved.map((one) => Math.max(low, one));
}
