/** Report: of a finished comparison (`c` in the address), or of what was tried against the baseline. */

import { data, element, lang, notice, number, post, text } from "./shell.js";
import { Comparison, progressSaid } from "./comparing/follow.js";
import { tried } from "./comparing/tried.js";

const root = document.getElementById("page");
root.className = "report";
const mine = tried();
const comparison = new Comparison();
const about = element("p");
const actions = element("div", { class: "actions" });
const bar = element("progress", { max: 1, "aria-label": text("report.computing") });
const words = element("p", { role: "status" });
const stop = element("button", { type: "button", onclick: () => comparison.cancel().catch(problem) }, text("report.cancel"));
const progress = element("div", { class: "progress", hidden: true }, bar, words, stop);
const shown = element("div");
root.append(about, actions, progress, shown);

const problem = (error) => notice(error.message, "problem");

function linkTo(path, key, main = false) {
  const address = new URL(path, location.href);
  address.search = location.search;
  address.searchParams.set("lang", lang);
  return element("a", { class: main ? "button main" : "button", href: address.pathname + address.search }, text(key));
}

/** Nothing was compared yet: of what was tried, or nothing at all. */
function offer() {
  if (mine) {
    const { draws, seeds, full_pairs } = data.small;
    about.textContent = text("report.from_screen", { draws: number(draws), seeds: number(seeds), full: number(full_pairs) });
    const make = element("button", { type: "button", class: "main", onclick: () => compare(make) }, text("report.make"));
    actions.replaceChildren(make, linkTo("/compare", "report.to_compare"));
  } else {
    about.textContent = text("report.nothing");
    actions.replaceChildren(linkTo("/try", "report.to_try", true), linkTo("/compare", "report.to_compare"));
  }
}

async function compare(button) {
  button.disabled = true;
  try {
    await comparison.start({ policies: [{ content: mine, name: "tried" }], ...data.small, ...sized() });
    const address = new URL(location.href);
    address.searchParams.set("c", comparison.state.id);
    history.replaceState(null, "", address);
    document.dispatchEvent(new Event("statechange"));
  } catch (error) {
    problem(error);
  } finally {
    button.disabled = false;
  }
}

/** A smaller first look, where the address asks for one. */
function sized() {
  const query = new URLSearchParams(location.search);
  const found = {};
  for (const [name, key] of [["draws", "draws"], ["seeds", "seeds"], ["full", "full_pairs"]]) {
    if (/^\d{1,2}$/.test(query.get(name) ?? "")) found[key] = Number(query.get(name));
  }
  if (/^0\.\d{1,3}$/.test(query.get("scale") ?? "")) found.scale = Number(query.get("scale"));
  if (/^20\d\d-12$/.test(query.get("until") ?? "")) found.until = query.get("until");
  return found;
}

comparison.addEventListener("changed", render);
comparison.addEventListener("gone", () => {
  notice(text("compare.gone"), "problem");
  progress.hidden = true;
  offer();
});

let ready = false;
function render() {
  const { state, asked } = comparison;
  if (asked) about.textContent = text("report.from_comparison", { names: asked.scenarios.slice(1).map((one) => `“${one.title[lang]}”`).join(", ") });
  if (!ready) progress.hidden = comparison.over; // afterwards `draw` shows how the report comes along
  if (comparison.running) {
    actions.replaceChildren();
    bar.value = comparison.progress?.share ?? 0;
    words.textContent = comparison.offline ? text("shell.no_server") : progressSaid(comparison);
  }
  if (state.status === "finished" && !ready) {
    ready = true;
    const make = element("button", { type: "button", class: "main", onclick: () => draw(make) }, text("report.make"));
    actions.replaceChildren(make);
    draw(make);
  }
  if (state.status === "cancelled" || state.status === "failed") {
    offer();
    notice(state.status === "failed" ? state.message : text("report.cancelled"), "problem");
  }
}

/** Have the report made, then show it. */
async function draw(button) {
  button.disabled = true;
  progress.hidden = false;
  bar.removeAttribute("value");
  stop.hidden = true;
  words.textContent = text("report.making");
  try {
    const made = await (await post(`/api/report/${comparison.state.id}`, {})).json();
    const page = `${made.page}?lang=${lang}`;
    words.textContent = text("report.ready");
    bar.hidden = true;
    actions.replaceChildren(
      element("a", { class: "button main", href: `${page}&save=1`, download: "" }, text("report.save")),
      element("a", { class: "button", href: `${made.files}?lang=${lang}`, download: "" }, text("report.files")),
      element("a", { class: "button", href: page, target: "_blank", rel: "noopener" }, text("report.open")),
    );
    shown.replaceChildren(element("p", { class: "quiet" }, text("report.files.note")), element("iframe", { src: page, title: text("report.frame"), sandbox: "allow-popups allow-modals" }));
  } catch (error) {
    progress.hidden = true;
    button.disabled = false;
    problem(error);
  }
}

const id = new URLSearchParams(location.search).get("c");
if (id && /^[A-Za-z0-9_-]{6,40}$/.test(id)) comparison.follow(id);
else offer();
