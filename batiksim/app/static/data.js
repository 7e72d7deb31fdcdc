/** Data and assumptions: five tabs, each searchable, with a map of how sure we are. */

import { data, element, lang, number, text } from "./shell.js";
import { byYear, cell, key, parts } from "./evidence/maps.js";

const root = document.getElementById("page");
root.className = "data";
const TABS = ["numbers", "measures", "evidence", "checks", "limits"];
const MANY = 60; // entries shown at once; more on demand
const ORDER = ["assumed", "unverified", "low", "medium", "high"];
const query = new URLSearchParams(location.search);
const evidence = new Map();
for (const one of data.evidence) evidence.set(one.key, [...(evidence.get(one.key) ?? []), one]);
const known = new Map([...data.parameters.map((one) => [one.name, "numbers"]), ...data.measures.map((one) => [one.name, "measures"])]);
const count = (standing) => number(data.parameters.filter((one) => one.standing === standing).length);

root.append(element("p", { class: "lead" }, text("data.lead", { parameters: number(data.parameters.length), fact: count("fact"), fitted: count("fitted"), assumed: count("assumed"), evidence: number(data.evidence.length) })));
const list = element("div", { class: "tabs", role: "tablist", "aria-label": text("data.tabs") });
const panel = element("div", { role: "tabpanel", id: "panel", tabindex: -1 });
root.append(list, panel);
const buttons = TABS.map((name) => element("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": "panel", onclick: () => open(name, {}) }, text(`data.tab.${name}`)));
list.append(...buttons);
list.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
  next.focus();
  next.click();
});

const badge = (sure) => element("span", { class: "badge" }, cell(sure), data.confidences[sure] ?? sure);
const family = (name) => name.split(".")[0];
const familyName = (one) => data.texts[`app.data.family.${one}`] ?? one;

/** Words of a source, with the keys of evidence and names of numbers as links. */
function linked(words, at) {
  const made = element("span", at ? { lang: at } : {});
  for (const part of words.split(/([a-z][a-z0-9]*(?:[_.][a-z0-9]+)+)/i)) {
    if (evidence.has(part)) made.append(element("a", { href: `#evidence-${part}` }, part));
    else if (known.has(part)) made.append(element("a", { href: `#${part}` }, part));
    else made.append(part);
  }
  return made;
}

function facts(pairs) {
  const made = element("dl");
  for (const [term, words] of pairs) if (words) made.append(element("dt", {}, term), element("dd", {}, words));
  return made;
}

/** An entry whose body is made when it is opened first. */
function entry(id, name, summary, body) {
  const made = element("details", { class: "entry", id }, element("summary", {}, ...summary));
  const fill = () => made.children.length === 1 && made.append(element("div", { class: "body" }, body()));
  made.addEventListener("toggle", () => made.open && fill());
  made.show = () => {
    fill();
    made.open = true;
  };
  return made;
}

function parameter(one) {
  return entry(one.name, one.name, [element("strong", {}, one.label), element("span", { class: "value" }, one.value, one.dated.length ? element("small", { class: "quiet" }, ` ${text("data.dated")}`) : null), badge(one.sure)], () => {
    const dated = one.dated.length ? one.dated.map(([month, value]) => `${month}: ${value}`).join("; ") : "";
    return facts([
      [text("data.value"), one.value],
      ...Object.entries(one.worlds).map(([world, value]) => [text("data.in_world", { world: data.regimes[world] ?? world }), value]),
      [text("data.by_date"), dated],
      [text("data.range"), one.range],
      [text("data.prior"), one.prior ?? text("data.prior.none")],
      [text("data.role"), data.roles[one.role]],
      [text("data.source"), linked(one.source)],
      [text("data.name"), element("code", {}, one.name)],
      [text("data.link"), element("a", { href: `#${one.name}` }, `#${one.name}`)],
    ]);
  });
}

function measure(one) {
  return entry(one.name, one.name, [element("strong", {}, one.label), element("span", { class: "value" }, one.cost || text("data.cost.none")), element("span", { class: "quiet" }, one.pays)], () =>
    facts([
      [text("data.channel"), one.channel],
      [text("data.runs"), one.runs],
      [text("data.pays"), one.pays],
      [text("data.cost"), one.cost || text("data.cost.none")],
      [text("data.source"), linked(one.source)],
      [text("data.moves"), one.moves.map(([label, way]) => `${label} (${text(`data.${way}`)})`).join("; ")],
      [text("data.name"), element("code", {}, one.name)],
    ]));
}

let twice = new Map();
function figure(one) {
  const nth = (twice.get(one.key) ?? 0) + 1;
  twice.set(one.key, nth);
  const id = nth === 1 ? `evidence-${one.key}` : `evidence-${one.key}-${nth}`;
  return entry(id, one.key, [element("strong", { lang: "en" }, one.definition || one.key), element("span", { class: "value", lang: "en" }, `${one.value} ${one.unit}`), badge(one.sure)], () =>
    facts([
      [text("data.year"), element("span", { lang: "en" }, one.year)],
      [text("data.place"), one.place],
      [text("data.topic"), text(`data.topic.${one.topic}`)],
      [text("data.source"), one.url ? element("a", { href: one.url, rel: "noopener noreferrer", target: "_blank" }, one.source || one.url) : one.source],
      [text("data.name"), element("code", {}, one.key)],
    ]));
}

/** A list with a search box and filters; `make` draws an entry, `words` is what the search looks through. */
function searched({ entries, make, words, selects = [], ticks = [], order = null, state }) {
  const found = element("p", { class: "quiet", role: "status" });
  const body = element("div");
  const fields = [];
  const search = element("input", { type: "search", placeholder: text("data.search.hint"), value: state.q ?? "", oninput: () => later() });
  fields.push(element("label", {}, text("data.search"), search));
  const controls = selects.map(({ name, label, options, of }) => {
    const select = element("select", { onchange: () => draw() }, element("option", { value: "" }, text("data.all")), ...options.map(([value, said]) => element("option", { value, selected: state[name] === String(value) }, said)));
    fields.push(element("label", {}, label, select));
    return { select, of, name };
  });
  const sort = order && element("select", { onchange: () => draw() }, ...order.map(({ name, label }) => element("option", { value: name }, label)));
  if (sort) fields.push(element("label", {}, text("data.order"), sort));
  const boxes = ticks.map(({ name, label, keep }) => {
    const box = element("input", { type: "checkbox", checked: state[name] === "1", onchange: () => draw() });
    fields.push(element("label", { class: "tick" }, box, label));
    return { box, keep, name };
  });
  const haystack = entries.map((one) => words(one).toLowerCase());
  let timer = 0;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(draw, 120);
  };
  let target = "";
  function draw(most = MANY) {
    const needles = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let some = entries.filter((one, k) => needles.every((needle) => haystack[k].includes(needle)) && controls.every(({ select, of }) => !select.value || of(one) === select.value) && boxes.every(({ box, keep }) => !box.checked || keep(one)));
    const sorted = order?.find((one) => one.name === sort.value)?.by;
    if (sorted) some = [...some].sort(sorted);
    const limit = typeof most === "number" ? most : MANY;
    const at = target ? some.findIndex((one) => one === target) : -1;
    const shown = some.slice(0, Math.max(limit, at + 1));
    twice = new Map();
    body.replaceChildren(...shown.map(make));
    if (shown.length < some.length) body.append(element("button", { type: "button", onclick: () => { draw(some.length); body.children[shown.length]?.querySelector("summary")?.focus(); } }, text("data.more", { count: number(some.length - shown.length) })));
    if (!some.length) body.append(element("p", {}, text("data.nothing"), " ", element("button", { type: "button", onclick: clear }, text("data.clear"))));
    found.textContent = text("data.found", { shown: number(some.length), all: number(entries.length) });
    address({ q: search.value, ...Object.fromEntries(controls.map(({ name, select }) => [name, select.value])), ...Object.fromEntries(boxes.map(({ name, box }) => [name, box.checked ? "1" : ""])) });
  }
  function clear() {
    search.value = "";
    for (const { select } of controls) select.value = "";
    for (const { box } of boxes) box.checked = false;
    draw();
    search.focus();
  }
  draw();
  return {
    nodes: [element("div", { class: "filters" }, ...fields), found, body],
    set(name, value) {
      for (const control of controls) if (control.name === name) control.select.value = value;
      draw();
    },
    reveal(one) {
      target = one;
      clear();
    },
  };
}

const FILTERS = ["q", "part", "sure", "role", "topic", "year", "drawn", "failed"];
function address(said) {
  const here = new URL(location.href);
  for (const name of FILTERS) here.searchParams.delete(name);
  here.searchParams.set("tab", current);
  for (const [name, value] of Object.entries(said)) if (value) here.searchParams.set(name, value);
  history.replaceState(null, "", here);
  document.dispatchEvent(new Event("statechange"));
}

const sures = (names) => names.map((name) => [name, data.confidences[name]]);
const panels = {
  numbers(state) {
    const families = [...new Set(data.parameters.map((one) => family(one.name)))].sort((a, b) => familyName(a).localeCompare(familyName(b), lang));
    const view = searched({
      state, entries: data.parameters, make: parameter,
      words: (one) => [one.name, one.label, one.source, familyName(family(one.name)), one.unit].join(" "),
      selects: [
        { name: "part", label: text("data.part"), options: families.map((one) => [one, familyName(one)]), of: (one) => family(one.name) },
        { name: "sure", label: text("data.sure"), options: sures(["high", "medium", "low", "assumed"]), of: (one) => one.sure },
        { name: "role", label: text("data.role"), options: Object.entries(data.roles), of: (one) => one.role },
      ],
      ticks: [{ name: "drawn", label: text("data.drawn"), keep: (one) => one.prior !== null }],
      order: [{ name: "part", label: text("data.order.part") }, { name: "weak", label: text("data.order.weak"), by: (a, b) => ORDER.indexOf(a.sure) - ORDER.indexOf(b.sure) }],
    });
    const map = parts(families.map((one) => ({ name: one, label: familyName(one), entries: data.parameters.filter((each) => family(each.name) === one) })), (name) => {
      view.set("part", name);
      view.nodes[0].scrollIntoView({ block: "start" });
      view.nodes[0].querySelector("input").focus({ preventScroll: true });
    });
    return { nodes: [element("h2", {}, text("data.map")), element("p", { class: "quiet" }, text("data.map.note")), key(["high", "medium", "low", "assumed"]), ...map, element("h2", {}, text("data.tab.numbers")), ...view.nodes], reveal: (id) => view.reveal(data.parameters.find((one) => one.name === id)) };
  },
  measures(state) {
    const view = searched({ state, entries: data.measures, make: measure, words: (one) => [one.name, one.label, one.channel, one.source, one.pays, one.runs].join(" ") });
    return { nodes: [element("p", { class: "quiet" }, text("data.measures.note")), ...view.nodes], reveal: (id) => view.reveal(data.measures.find((one) => one.name === id)) };
  },
  evidence(state) {
    const years = [...new Set(data.evidence.map((one) => one.at).filter(Boolean))].sort((a, b) => b - a);
    const view = searched({
      state, entries: data.evidence, make: figure,
      words: (one) => [one.key, one.definition, one.source, one.place, one.year, one.value, one.unit].join(" "),
      selects: [
        { name: "topic", label: text("data.topic"), options: ["labour", "youth_policy"].map((one) => [one, text(`data.topic.${one}`)]), of: (one) => one.topic },
        { name: "sure", label: text("data.sure"), options: sures(["high", "medium", "low", "unverified"]), of: (one) => one.sure },
        { name: "year", label: text("data.year"), options: years.map((year) => [String(year), String(year)]), of: (one) => String(one.at ?? "") },
      ],
    });
    const map = byYear(data.evidence, (year) => view.set("year", String(year)));
    return {
      nodes: [element("p", { class: "quiet" }, text("data.evidence.note")), element("h2", {}, text("data.years")), element("p", { class: "quiet" }, text("data.years.note", { undated: number(data.evidence.filter((one) => !one.at).length) })), key(["high", "medium", "low", "unverified"]), ...map, element("h2", {}, text("data.tab.evidence")), ...view.nodes],
      reveal: (id) => view.reveal(evidence.get(id.replace(/^evidence-/, ""))?.[0]),
    };
  },
  checks(state) {
    const missed = (one) => Object.values(one.worlds).some((value) => value !== null);
    const worlds = Object.entries(data.worlds);
    const only = element("input", { type: "checkbox", checked: state.failed === "1", onchange: () => draw() });
    const body = element("tbody");
    const head = [text("data.checks.what"), text("data.checks.known"), ...worlds.map(([, label]) => label), text("data.role"), text("data.source")];
    function draw() {
      const rows = data.checks.filter((one) => !only.checked || missed(one)).sort((a, b) => missed(b) - missed(a));
      body.replaceChildren(...rows.map((one) => element("tr", {},
        element("th", { scope: "row" }, one.label, element("br"), element("small", { class: "quiet" }, `${one.where}, ${one.when}`)),
        element("td", { "data-head": head[1] }, one.known),
        ...worlds.map(([world, label]) => element("td", { "data-head": label, class: one.worlds[world] === null ? "" : "missed" }, one.worlds[world] === null ? text("data.checks.met") : text("data.checks.missed", { value: one.worlds[world] }))),
        element("td", { "data-head": head.at(-2) }, text(`data.checks.${one.role}`)),
        element("td", { "data-head": head.at(-1) }, linked(one.source), " ", badge(one.sure)))));
      address({ failed: only.checked ? "1" : "" });
    }
    draw();
    return { nodes: [element("p", { class: "quiet" }, text("data.checks.note")), element("p", {}, text("data.checks.failed", { failed: number(data.checks.filter(missed).length), all: number(data.checks.length), checks: number(data.checks.filter((one) => one.role === "check").length) })), element("div", { class: "filters" }, element("label", { class: "tick" }, only, text("data.checks.only"))), element("div", { class: "wide" }, element("table", { class: "stack" }, element("thead", {}, element("tr", {}, ...head.map((words) => element("th", { scope: "col" }, words)))), body))] };
  },
  limits() {
    address({});
    return { nodes: [element("p", { class: "quiet" }, text("data.limits.note")), element("ul", { class: "limits" }, ...data.limits.map((words) => element("li", {}, words)))] };
  },
};

let current = "";
let view = null;
function open(name, state) {
  current = name;
  for (const [k, button] of buttons.entries()) {
    button.setAttribute("aria-selected", String(TABS[k] === name));
    button.tabIndex = TABS[k] === name ? 0 : -1;
  }
  panel.setAttribute("aria-labelledby", `tab-${name}`);
  view = panels[name](state);
  panel.replaceChildren(...view.nodes);
}

/** Show what a deep link names: a number, a kind of policy, a figure. */
function follow() {
  const id = decodeURIComponent(location.hash.slice(1));
  if (!id) return false;
  const tab = id.startsWith("evidence-") && evidence.has(id.slice(9)) ? "evidence" : known.get(id);
  if (!tab) return false;
  if (current !== tab) open(tab, {});
  view.reveal(id);
  const found = document.getElementById(id);
  if (!found) return false;
  found.show();
  found.scrollIntoView({ block: "center" });
  found.querySelector("summary").focus({ preventScroll: true });
  return true;
}
addEventListener("hashchange", follow);
if (!follow()) open(TABS.includes(query.get("tab")) ? query.get("tab") : "numbers", Object.fromEntries(FILTERS.map((name) => [name, query.get(name) ?? ""])));
