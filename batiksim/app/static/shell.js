/**
 * What every page has: its data, its sentences, numbers and months as its language writes them, notices, and links that
 * keep what the address says of the state.
 */

/** Data that the server put into the page. */
export const data = JSON.parse(document.getElementById("page-data").textContent);
export const lang = data.lang;
const locale = lang === "id" ? "id-ID" : "en-GB";

/** The sentence `app.KEY` with {placeholders} filled in; a key that is missing is an error, never an empty spot. */
export function text(key, values = {}) {
  const said = data.texts[`app.${key}`];
  if (said === undefined) throw new Error(`no sentence app.${key}`);
  return said.replace(/\{(\w+)\}/g, (_, name) => {
    if (!(name in values)) throw new Error(`app.${key} needs ${name}`);
    return String(values[name]);
  });
}

/** A number as the language writes it. */
export function number(value, options = {}) {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 0, ...options }).format(value).replace("-", "−");
}

/** A number with its sign, for differences. */
export const signed = (value, options = {}) => number(value, { signDisplay: "exceptZero", ...options });

/** Month number (0 = January 2011) as year and month. */
export const yearOf = (month) => 2011 + Math.floor(month / 12);
export const monthName = (month) => `${yearOf(month)}-${String((month % 12) + 1).padStart(2, "0")}`;
export const monthOf = (name) => (Number(name.slice(0, 4)) - 2011) * 12 + Number(name.slice(5, 7)) - 1;
export function monthSaid(month, style = "long") {
  const date = new Date(Date.UTC(yearOf(month), month % 12, 15));
  return new Intl.DateTimeFormat(locale, { year: "numeric", month: style, timeZone: "UTC" }).format(date);
}

/** Make an element: `element("button", {class: "plain", onclick: f, "aria-label": "x"}, "text", child)`. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Say something to everybody, screen readers included; `kind` is "note" or "problem". */
export function notice(message, kind = "note") {
  const close = element("button", { class: "plain", "aria-label": text("shell.close") }, "×");
  const box = element("p", { class: kind }, element("span", {}, message), close);
  close.addEventListener("click", () => box.remove());
  document.getElementById("notices").replaceChildren(box);
}

/** POST JSON; resolves to the response, throws an Error with the sentence of the server. */
export async function post(path, body, options = {}) {
  let response;
  try {
    response = await fetch(`${path}?lang=${lang}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...options,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(text("shell.no_server"));
  }
  if (!response.ok) {
    const told = await response.json().catch(() => ({ message: text("shell.no_server") }));
    throw Object.assign(new Error(told.message), { told });
  }
  return response;
}

/** The objects of a response of one JSON object a line, as they come. */
export async function* lines(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    rest += value ?? "";
    const parts = rest.split("\n");
    rest = parts.pop();
    for (const part of parts) if (part) yield JSON.parse(part);
    if (done) return;
  }
}

/** The name of this tab to the server. It is put down while a page is left: a tab that is duplicated copies none. */
const NAME = "batiksim-session";
export const session =
  sessionStorage.getItem(NAME) ??
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
sessionStorage.removeItem(NAME);
addEventListener("pageshow", () => sessionStorage.removeItem(NAME));
addEventListener("pagehide", () => {
  sessionStorage.setItem(NAME, session);
  // Whoever closes the tab makes room for another; a page that is a file has no server to tell.
  if (location.protocol.startsWith("http")) navigator.sendBeacon("/api/leave", JSON.stringify({ session }));
});

/** Save a text or blob as a file of the reader's. */
export function save(name, content, type = "text/plain") {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// Links between pages and to the other language keep the state that stands in the address.
function keepState() {
  const here = new URLSearchParams(location.search);
  for (const link of document.querySelectorAll("a[data-keep], a[data-language]")) {
    const address = new URL(link.getAttribute("href"), location.href);
    const query = new URLSearchParams(here);
    query.set("lang", link.dataset.language ?? lang);
    if (link.dataset.language) address.pathname = location.pathname;
    address.search = query.toString();
    link.href = address.pathname + address.search;
  }
}
keepState();
document.addEventListener("statechange", keepState);
