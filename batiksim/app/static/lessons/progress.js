/** What a learner has done, kept on this device only; without storage it lasts as long as the page. */

const KEY = "batiksim-lessons";
let held = {};

function all() {
  try {
    held = JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    // private windows and files have no storage
  }
  return held;
}

/** What is known of a lesson: {step, bet, guess, done, solved}. */
export const progress = (name) => ({ ...(all()[name] ?? {}) });

/** Add to what is known of a lesson. */
export function keep(name, more) {
  held = { ...all(), [name]: { ...progress(name), ...more } };
  try {
    localStorage.setItem(KEY, JSON.stringify(held));
  } catch {
    // kept in `held`
  }
}

/** Forget everything. */
export function forget() {
  held = {};
  try {
    localStorage.removeItem(KEY);
  } catch {
    // nothing was kept
  }
}
