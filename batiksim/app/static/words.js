/** Amounts as sentences have them. */

import { data, lang, number, text } from "./shell.js";

const compact = new Intl.NumberFormat(lang === "id" ? "id-ID" : "en-GB", { notation: "compact", compactDisplay: "long", maximumSignificantDigits: 3 });

/** Rupiah in words where there are many: Rp 2.3 billion, Rp2,3 miliar. */
export const compactRupiah = (value) => `Rp${lang === "id" ? "" : " "}${value < 1e6 ? number(value, { maximumSignificantDigits: 4 }) : compact.format(value)}`;

/** A value of an option or strength with its unit. */
export function amount(value, { share, unit }) {
  const said = number(share ? value * 100 : value, { maximumSignificantDigits: 4 });
  return unit ? `${said} ${unit}` : said;
}

/** The name of a place; one whose name two places have is told from its namesake in the city. */
export function placeName(id) {
  const place = data.places.find((one) => one.id === id);
  if (!place) return id;
  const twice = data.places.some((one) => one !== place && one.name === place.name);
  return twice && place.region === "regency" ? text("stage.in_regency", { name: place.name }) : place.name;
}
