/** Compare: rows fill as pairs finish; the sentence on top, the marks beside it, and the command that gives the same. */

import { element, lang, notice, save, text } from "./shell.js";
import { Comparison, progressSaid } from "./comparing/follow.js";
import { dot, domainOf, drawn, strip } from "./comparing/strip.js";
import { Setup } from "./comparing/setup.js";

const EVERY = "all";
const SPEAK = 2000; // ms between two words on progress to a screen reader
const PERIODS = ["own", "after_5", "after_10"];
const root = document.getElementById("page");
root.className = "compare";

const comparison = new Comparison();
const query = new URLSearchParams(location.search);
const view = {
  indicator: query.get("indicator") ?? null,
  period: PERIODS.includes(query.get("period")) ? query.get("period") : "own",
};

const setup = new Setup({ start: begin, changed: remember });
const progress = element("div", { class: "progress", hidden: true });
const spoken = element("p", { class: "unseen", "aria-live": "polite" });
const sentence = element("div");
const views = element("div", { class: "views", hidden: true });
const rows = element("div");
const after = element("div", { class: "takeaway" });
root.append(element("p", { class: "lead" }, text("compare.lead")), setup.root, progress, spoken, sentence, views, rows, after);

function remember(push = false) {
  const address = new URL(location.href);
  const said = { ...setup.address, c: comparison.state.id ?? null, indicator: view.indicator, period: view.period === "own" ? null : view.period };
  for (const [name, value] of Object.entries(said)) {
    if (value === null || value === undefined) address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  history[push ? "pushState" : "replaceState"](null, "", address);
  document.dispatchEvent(new Event("statechange"));
}

async function begin(question) {
  setup.go.disabled = true;
  drawnOnce = { indicators: false, progress: false };
  try {
    await comparison.start(question);
    remember();
    setup.root.open = false;
    progress.scrollIntoView({ block: "nearest" });
  } catch (error) {
    notice(error.message, "problem");
  } finally {
    setup.go.disabled = false;
  }
}

// --- drawn at most once a frame

let drawnOnce = { indicators: false, progress: false };
let wanted = false;
function changed() {
  if (wanted) return;
  wanted = true;
  requestAnimationFrame(() => {
    wanted = false;
    render();
  });
}
comparison.addEventListener("changed", changed);
comparison.addEventListener("gone", () => {
  notice(text("compare.gone"), "problem");
  remember();
  render();
});
new ResizeObserver(changed).observe(rows);

function render() {
  renderProgress();
  renderSentence();
  if (!comparison.asked) {
    views.hidden = true;
    rows.replaceChildren();
    after.replaceChildren();
    return;
  }
  renderViews();
  renderRows();
  renderAfter();
}

let lastSpoken = 0;
function renderProgress() {
  const { state } = comparison;
  progress.hidden = state.status === "none";
  if (progress.hidden) return;
  if (!drawnOnce.progress) {
    const cancel = element("button", { type: "button", onclick: () => comparison.cancel().catch((error) => notice(error.message, "problem")) }, text("compare.cancel"));
    progress.replaceChildren(element("progress", { max: 1, value: 0, "aria-label": text("compare.start") }), element("p"), cancel);
    drawnOnce.progress = true;
  }
  const [bar, words, cancel] = progress.children;
  const said = comparison.offline ? text("shell.no_server") : progressSaid(comparison);
  bar.value = state.status === "finished" ? 1 : comparison.progress?.share ?? 0;
  bar.hidden = comparison.over;
  cancel.hidden = comparison.over;
  words.textContent = said;
  words.className = state.status === "failed" || comparison.offline ? "problem" : "";
  const now = Date.now();
  if (comparison.over || now - lastSpoken > SPEAK * 5) {
    lastSpoken = now;
    if (spoken.textContent !== said) spoken.textContent = said;
  }
}

function renderSentence() {
  const { answer, state } = comparison;
  if (!answer) return sentence.replaceChildren();
  const lead = state.status === "finished" ? text("compare.from_all", { runs: answer.runs }) : text("compare.so_far", { done: answer.done, runs: answer.runs });
  sentence.replaceChildren(element("p", { class: "sentence" }, element("small", {}, lead), answer.headline[lang]));
}

function renderViews() {
  views.hidden = false;
  const { indicators } = comparison.asked;
  if (!indicators.some((one) => one.name === view.indicator)) view.indicator = indicators[0].name;
  if (drawnOnce.indicators) return;
  drawnOnce.indicators = true;
  const select = element("select", { onchange: (event) => { view.indicator = event.target.value; remember(); render(); } },
    ...indicators.map((one) => element("option", { value: one.name, selected: one.name === view.indicator }, one.label[lang])));
  const period = (name) => element("label", {}, element("input", { type: "radio", name: "period", value: name, checked: view.period === name, onchange: () => { view.period = name; remember(); render(); } }), element("span", {}, text(`compare.period.${name}`)));
  views.replaceChildren(
    element("label", {}, text("compare.indicator"), select),
    element("fieldset", {}, element("legend", {}, text("compare.period")), element("div", { class: "choices" }, ...PERIODS.map(period))),
  );
}

/** The rows of the answer about a policy, an indicator and a period. */
function effectsOf(name, { indicator, period } = view) {
  const policy = comparison.answer?.policies.find((one) => one.name === name);
  return (policy?.effects ?? []).filter((row) => row.indicator === indicator && row.period === period);
}

const wholeOf = (effects) => effects.find((row) => row.world === EVERY) ?? effects[0] ?? null;
const valueOf = (pair) => pair.values[view.indicator]?.[view.period];

function renderRows() {
  const { asked, pairs } = comparison;
  const policies = asked.scenarios.slice(1);
  const unit = asked.indicators.find((one) => one.name === view.indicator).unit;
  const worlds = asked.worlds.map((one) => one.name);
  const known = policies.map(({ name }) => wholeOf(effectsOf(name))).filter(Boolean);
  const domain = domainOf([...pairs.map((pair) => valueOf(pair) ?? 0), ...known.flatMap((row) => [row.doubt_low_90, row.doubt_high_90, row.luck_low, row.luck_high, row.expected].map((value) => value ?? 0))]);
  const opened = new Set([...rows.querySelectorAll("details[open]")].map((one) => one.dataset.policy));
  const focused = document.activeElement?.closest?.("details")?.dataset.policy;
  const key = element("ul", { class: "worldkey" }, ...asked.worlds.map((one, k) => element("li", {}, drawn("svg", { viewBox: "-9 -9 18 18", "aria-hidden": "true" }, dot(k, 0, 0)), one.label[lang])));
  const made = policies.map((policy) => row(policy, { unit, worlds, domain, opened }));
  const axis = element("p", { class: "quiet" }, text("compare.axis", { baseline: asked.scenarios[0].title[lang], unit: asked.indicators.find((one) => one.name === view.indicator).unit_label[lang] }));
  rows.replaceChildren(key, axis, ...made);
  if (comparison.answer) rows.append(element("details", {}, element("summary", {}, text("compare.legend")), element("p", {}, comparison.answer.words[lang])));
  if (focused) rows.querySelector(`details[data-policy="${CSS.escape(focused)}"] summary`)?.focus({ preventScroll: true });
}

function row({ name, title }, { unit, worlds, domain, opened }) {
  const effects = effectsOf(name);
  const whole = wholeOf(effects);
  const mine = comparison.pairs.filter((pair) => pair.policy === name).map((pair) => ({ world: pair.world, value: valueOf(pair) })).filter((pair) => Number.isFinite(pair.value));
  const label = comparison.asked.indicators.find((one) => one.name === view.indicator).label[lang];
  const about = comparison.answer?.policies.find((one) => one.name === name);
  const known = about && !about.never;
  const said = whole?.said[lang] ?? "";
  const figure = element("div", { class: "figure" });
  if (mine.length || whole) {
    const width = Math.max(280, Math.round((rows.clientWidth || 320) * (rows.clientWidth > 720 ? 0.66 : 1)));
    figure.append(strip({ width, domain, unit, worlds, pairs: mine, effect: whole, label: text("compare.strip", { policy: title[lang], count: mine.length, indicator: label, said }) }));
    if (said) figure.append(element("p", { class: "said" }, said));
    for (const one of effects.filter((each) => each.world !== EVERY && each.differ)) {
      figure.append(element("p", { class: "said quiet" }, `${worldName(one.world)}: ${one.said[lang]}`));
    }
  } else {
    figure.append(element("p", { class: "quiet" }, about?.never ? about.never[lang] : about && view.period !== "own" ? text("compare.period.never", { policy: title[lang], period: text(`compare.period.${view.period}`) }) : text("compare.waiting")));
  }
  return element("article", { class: "policy" }, element("div", {}, element("h2", {}, title[lang]), ...numbersOf(whole)), figure, known ? facts(about) : null, known ? details(name, title[lang], effects, about, opened.has(name)) : null);
}

function numbersOf(whole) {
  if (!whole) return [];
  const cells = whole.cells[lang];
  const years = whole.cut ? text("compare.cut", { last: whole.last.slice(0, 4) }) : whole.first.slice(0, 4) === whole.last.slice(0, 4) ? whole.last.slice(0, 4) : text("compare.years", { first: whole.first.slice(0, 4), last: whole.last.slice(0, 4) });
  const notes = [cells.error && text("compare.key.error", { error: cells.error }), cells.better && text("compare.key.better", { share: cells.better }), years];
  return [element("p", { class: whole.shown ? "effect" : "effect unclear" }, element("span", {}, text("compare.key.expected")), element("strong", {}, cells.expected), element("span", {}, notes.filter(Boolean).join(" · ")))];
}

function facts(about) {
  const list = element("dl", { class: "facts" });
  const fact = (key, words) => list.append(element("div", {}, element("dt", {}, text(`compare.key.${key}`)), element("dd", {}, words)));
  fact("cost", about.cost.said[lang]);
  if (about.cost.price[lang]) fact("price", about.cost.price[lang]);
  for (const [key, verdict] of [["gains", "gains"], ["loses", "loses"]]) {
    const some = about.groups.filter((one) => one.verdict === verdict && one.what !== "people");
    some.sort((a, b) => Math.abs(b.relative ?? 0) - Math.abs(a.relative ?? 0));
    fact(key, some.length ? some.slice(0, 3).map((one) => `${one.label[lang]} (${text("compare.a_year", { change: one.change[lang] })})`).join("; ") : text("compare.key.nobody"));
  }
  return list;
}

const worldName = (name) => (name === EVERY ? text("compare.table.all") : comparison.asked.worlds.find((one) => one.name === name)?.label[lang] ?? name);

function details(name, title, effects, about, open) {
  const head = ["world", "expected", "error", "doubt", "luck", "better", "baseline", "pairs"];
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...head.map((key) => element("th", { scope: "col", class: key === "world" ? "" : "number" }, text(`compare.table.${key}`))))),
    element("tbody", {}, ...effects.map((row) => element("tr", {}, element("th", { scope: "row" }, worldName(row.world)), ...head.slice(1).map((key) => element("td", { class: "number" }, row.cells[lang][key] || "–"))))));
  const groups = element("table", {}, element("caption", {}, text("compare.groups")),
    element("thead", {}, element("tr", {}, ...["group", "change", "verdict"].map((key) => element("th", { scope: "col", class: key === "change" ? "number" : "" }, text(`compare.groups.${key}`))))),
    element("tbody", {}, ...about.groups.map((one) => element("tr", {}, element("th", { scope: "row" }, one.label[lang], element("br"), element("small", { class: "quiet" }, text(`compare.groups.what.${one.what}`))), element("td", { class: "number" }, one.change[lang], element("br"), element("small", { class: "quiet" }, one.error[lang] ? `± ${one.error[lang]}` : "")), element("td", {}, text(`compare.verdict.${one.verdict}`))))));
  const prices = element("ul", {}, ...about.prices.map((one) => element("li", {}, [one.world[lang], one.said[lang]].filter(Boolean).join(": "))));
  return element("details", { open, "data-policy": name }, element("summary", {}, text("compare.numbers", { policy: title })),
    element("div", { class: "wide", tabindex: 0, role: "region", "aria-label": text("compare.numbers", { policy: title }) }, table), element("h3", {}, text("compare.key.price")), prices,
    element("div", { class: "wide", tabindex: 0, role: "region", "aria-label": text("compare.groups") }, groups));
}

let afterFor = "";
function renderAfter() {
  const { asked, state, answer } = comparison;
  const now = `${state.id} ${state.status} ${answer?.failed.length ?? 0}`;
  if (now === afterFor) return;
  afterFor = now;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(asked.command);
      notice(text("compare.copied"));
    } catch {
      notice(text("compare.not_copied"), "problem");
    }
  };
  after.replaceChildren(
    element("h2", {}, text("compare.next")),
    element("p", {}, text("compare.command")), element("code", { tabindex: 0 }, ...asked.command.split(" ").flatMap((word, k) => [k ? " " : "", element("span", {}, word)])),
    element("div", { class: "actions" },
      element("button", { type: "button", onclick: copy }, text("compare.copy")),
      ...Object.entries(asked.files).map(([file, yaml]) => element("button", { type: "button", onclick: () => save(file, yaml, "application/yaml") }, text("compare.file", { file }))),
      element("button", { type: "button", onclick: () => save("batiksim-pairs.csv", csv(), "text/csv") }, text("compare.csv")),
      state.status === "finished" ? element("a", { class: "button main", href: reportAddress() }, text("compare.report")) : null),
  );
  if (answer?.failed.length) after.append(element("h3", {}, text("compare.failed")), element("ul", {}, ...answer.failed.map((one) => element("li", {}, `${one.scenario}, ${worldName(one.regime)}, ${one.seed}: ${one.error}`))));
}

function reportAddress() {
  const address = new URL("/report", location.href);
  address.search = location.search;
  address.searchParams.set("c", comparison.state.id);
  address.searchParams.set("lang", lang);
  return address.pathname + address.search;
}

/** Every pair, indicator and period, a row each. */
function csv() {
  const lines = ["policy,world,draw,seed,indicator,period,difference"];
  for (const { policy, world, draw, seed, values } of comparison.pairs) {
    for (const [indicator, periods] of Object.entries(values)) {
      for (const [period, value] of Object.entries(periods)) lines.push([policy, world, draw, seed, indicator, period, value ?? ""].join(","));
    }
  }
  return `${lines.join("\n")}\n`;
}

const id = query.get("c");
if (id && /^[A-Za-z0-9_-]{6,40}$/.test(id)) {
  setup.root.open = false;
  comparison.follow(id);
}
