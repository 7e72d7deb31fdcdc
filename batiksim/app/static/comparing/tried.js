/** What the reader tried: the scenario that the address carries from page to page, and scenario files they added. */

import { data } from "../shell.js";

const KEPT = "batiksim-files";
const MOST = 6;

/** The scenario in the address, or the one the app was started with; null where there is none or it is no scenario. */
export function tried() {
  const written = new URLSearchParams(location.search).get("s");
  const found = written === null ? data.first : read(written);
  return isScenario(found) ? found : null;
}

/** Scenario files of this tab: `{name, title, content}`. */
export function files() {
  const kept = read(sessionStorage.getItem(KEPT) ?? "[]");
  return Array.isArray(kept) ? kept.filter((one) => typeof one?.name === "string" && isScenario(one.content)).slice(0, MOST) : [];
}

export function keepFiles(kept) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(kept.slice(-MOST)));
  } catch {
    // Storage is full or forbidden: the files stay until the page is left.
  }
}

function read(written) {
  try {
    return JSON.parse(written);
  } catch {
    return null;
  }
}

function isScenario(found) {
  return found !== null && typeof found === "object" && !Array.isArray(found) && Object.keys(found).length > 0;
}
