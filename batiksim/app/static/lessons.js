/** Lessons: the list, or one lesson step by step: question, bet, run, result, why, puzzle, and what a teacher needs. */

import { data, element, lang, notice, number, text } from "./shell.js";
import { Chart, band } from "./lessons/chart.js";
import { written, yearOfFuture } from "./lessons/numbers.js";
import { forget, keep, progress } from "./lessons/progress.js";
import { Puzzle } from "./lessons/puzzle.js";
import { Baselines, Wishes } from "./runs.js";
import { Stage } from "./stage/stage.js";

const STEPS = ["question", "bet", "run", "result", "why", "puzzle", "teacher"];
const MOST_LUCK = 999;
const page = document.getElementById("page");
const lesson = data.lesson;

if (lesson) openLesson();
else list();

// ---- the list

function list() {
  const address = (name) => `/lessons/${name}?lang=${lang}`;
  const cards = data.lessons.map((one) => {
    const { step, done, solved } = progress(one.name);
    const at = STEPS.indexOf(step) + 1;
    const state = done ? text("lessons.done") : at > 0 ? text("lessons.at_step", { step: at, all: STEPS.length }) : "";
    const marks = [state, solved ? text("lessons.solved") : ""].filter(Boolean).join(" · ");
    const call = text(done || at < 1 ? "lessons.begin" : "lessons.go_on");
    return element(
      "li",
      { class: done ? "card done" : "card" },
      element("p", { class: "quiet" }, `${text("lessons.lesson", one)} · ${text("lessons.minutes", { number: one.minutes })}`),
      element("h2", {}, element("a", { href: address(one.name) }, one.title)),
      element("p", {}, one.question),
      element("p", { class: "state" }, marks),
      element("a", { class: "button", href: address(one.name), "aria-label": `${call}: ${one.title}` }, call),
    );
  });
  const erase = element("button", { type: "button" }, text("lessons.forget"));
  erase.addEventListener("click", () => {
    forget();
    list();
    notice(text("lessons.forgotten"));
  });
  page.replaceChildren(element("p", { class: "intro" }, text("lessons.intro")), element("ol", { class: "cards" }, ...cards), erase);
}

// ---- one lesson

function openLesson() {
  const known = progress(lesson.name);
  const state = { bet: known.bet ?? null, guess: known.guess ?? null, reached: Math.max(0, STEPS.indexOf(known.reached)), future: null, seed: data.seed };
  const body = element("section", { class: "step", "aria-labelledby": "step-name" });
  const nav = element("ol", { class: "steps" });
  let stage = null;
  document.querySelector("h1").textContent = lesson.title;
  document.title = `${lesson.title} · batiksim`;
  page.replaceChildren(
    element("p", { class: "quiet" }, element("a", { href: `/lessons?lang=${lang}` }, text("lessons.all")), ` · ${text("lessons.lesson", lesson)}`),
    element("nav", { "aria-label": text("lessons.steps") }, nav),
    body,
  );
  function fromAddress() {
    const at = STEPS.indexOf(location.hash.slice(1));
    return at === -1 ? 0 : at;
  }

  const free = (at) => at < 2 || at === 6 || hasBet();
  const hasBet = () => (lesson.bet.draw ? state.guess !== null : state.bet !== null);

  function go(at) {
    if (location.hash === `#${STEPS[at]}`) show(at, true);
    else location.hash = STEPS[at];
  }

  function show(wanted, focus) {
    const at = free(wanted) ? wanted : 1;
    if (at !== wanted) notice(text("lessons.bet_first"));
    const name = STEPS[at];
    state.reached = Math.max(state.reached, at);
    keep(lesson.name, { step: name, reached: STEPS[state.reached] });
    stage?.close();
    stage = null;
    tell(at);
    const heading = element("h2", { id: "step-name", tabindex: -1 }, text(`lessons.step.${name}`));
    body.replaceChildren(heading, ...shown[name](), ends(at));
    if (focus) {
      heading.focus({ preventScroll: true });
      page.scrollIntoView({ block: "start" });
    }
  }

  function tell(at) {
    nav.replaceChildren(
      ...STEPS.map((name, position) => {
        const label = element("span", { class: "label" }, text(`lessons.step.${name}`));
        const button = element("button", { type: "button", class: "plain", "aria-current": position === at ? "step" : null }, `${position + 1}. `, label);
        button.addEventListener("click", () => go(position));
        return element("li", { class: position < at ? "past" : "" }, button);
      }),
    );
  }

  function ends(at) {
    const made = [];
    if (at > 0) made.push(pressed(text("lessons.back"), () => go(at - 1)));
    if (at < STEPS.length - 2) made.push(pressed(text("lessons.next", { step: text(`lessons.step.${STEPS[at + 1]}`) }), () => go(at + 1), "main"));
    if (STEPS[at] === "puzzle") {
      const finish = () => {
        keep(lesson.name, { done: true, step: "question" });
        location.href = `/lessons?lang=${lang}`;
      };
      made.push(pressed(text("lessons.finish"), finish, "main"));
    }
    return element("p", { class: "ends" }, ...made);
  }

  // ---- the steps

  const shown = {
    question: () => [element("p", { class: "question" }, lesson.question), ...lesson.story.map((one) => element("p", {}, one))],

    bet() {
      const ask = element("p", { class: "question" }, lesson.bet.ask);
      if (!lesson.bet.draw) return [ask, choices()];
      const { draw, since } = lesson.bet;
      const drawn = (values) => {
        state.guess = values;
        keep(lesson.name, { guess: values });
      };
      const guess = state.guess ? [...state.guess] : [];
      return [ask, new Chart(lesson.charts[0], { draw: { case: draw, since }, guess, drawn }).element];
    },

    run() {
      const intro = text("lessons.run_intro", { label: lesson.run.label, number: number(1 / data.scale) });
      const luck = element("input", { type: "number", id: "luck", min: 1, max: MOST_LUCK, step: 1, value: state.seed });
      const status = element("p", { class: "status", role: "status" });
      const holder = element("div", { class: "stage-holder" });
      const start = pressed(text("lessons.start"), () => begin(luck, status, holder, start), "main");
      const form = element("div", { class: "luck" }, element("label", { for: "luck" }, text("lessons.luck")), luck, start);
      return [element("p", {}, intro), form, status, holder];
    },

    result() {
      const parts = [element("p", { class: "reveal" }, lesson.bet.reveal)];
      if (lesson.bet.draw) parts.unshift(element("p", { class: "note" }, against()));
      else parts.unshift(verdict());
      const charts = lesson.charts.map((chart, at) => {
        const guess = at === 0 && lesson.bet.draw ? state.guess ?? [] : [];
        const own = owned(chart);
        const since = lesson.bet.draw && at === 0 ? lesson.bet.since : null;
        return new Chart(chart, { guess, guessed: lesson.bet.draw, own, since }).element;
      });
      return [...parts, ...charts, element("p", { class: "quiet" }, text("lessons.band", { number: lesson.seeds }))];
    },

    why: () => [
      ...lesson.why.map((one) => element("p", {}, one)),
      element("h3", {}, text("lessons.life")),
      element("p", {}, lesson.life.intro),
      element("ul", { class: "life" }, ...lesson.life.lines.map((one) => element("li", {}, one))),
      element("p", { class: "quiet" }, text("lessons.life_note")),
      element("h3", {}, text("lessons.doubt")),
      element("p", {}, lesson.doubt),
    ],

    puzzle() {
      const puzzle = new Puzzle(lesson.puzzle, () => keep(lesson.name, { solved: true }));
      const hint = element("details", {}, element("summary", {}, text("lessons.hint")), element("p", {}, lesson.puzzle.hint));
      return [element("p", {}, lesson.puzzle.text), puzzle.element, hint];
    },

    teacher() {
      const { aim, curriculum, answers, discuss } = lesson.teacher;
      const points = (lines) => element("ul", {}, ...lines.map((one) => element("li", {}, one)));
      return [
        element("h3", {}, text("lessons.aim")),
        element("p", {}, aim),
        element("h3", {}, text("lessons.curriculum")),
        points(curriculum),
        element("p", { class: "quiet" }, text("lessons.curriculum_note")),
        element("h3", {}, text("lessons.discuss")),
        points(discuss),
        element("h3", {}, text("lessons.answers")),
        element("details", {}, element("summary", {}, text("lessons.show_answers")), points(answers)),
      ];
    },
  };

  function choices() {
    const options = lesson.bet.options.map(({ name, label }) => {
      const input = element("input", { type: "radio", name: "bet", id: `bet-${name}`, checked: state.bet === name });
      input.addEventListener("change", () => {
        state.bet = name;
        keep(lesson.name, { bet: name });
      });
      return element("div", { class: "choice" }, input, element("label", { for: input.id }, label));
    });
    return element("fieldset", { class: "bet" }, element("legend", { class: "unseen" }, lesson.bet.ask), ...options);
  }

  function verdict() {
    const label = (name) => lesson.bet.options.find((one) => one.name === name)?.label ?? "";
    const right = state.bet === lesson.bet.right;
    const said = right ? text("lessons.right") : text("lessons.wrong", { bet: `${label(state.bet)}.`, right: `${label(lesson.bet.right)}.` });
    return element("p", { class: right ? "note good" : "note" }, said);
  }

  /** The drawn line beside the band of the case it is a guess of. */
  function against() {
    const chart = lesson.charts[0];
    const values = band(chart.lines.find((line) => line.case === lesson.bet.draw).seeds).slice(lesson.bet.since - chart.since);
    let [inside, off] = [0, 0];
    values.forEach(({ low, high, mean }, at) => {
      const mine = state.guess[at];
      if (mine >= low && mine <= high) inside++;
      off += Math.abs(mine - mean) / values.length;
    });
    return `${text("lessons.inside", { inside, all: values.length })} ${text("lessons.off_by", { value: written(off, chart.show) })}`;
  }

  /** Years of the run of one's own, for a chart; only what the run tells. */
  function owned(chart) {
    const found = {};
    if (!state.future || chart.lines.every((line) => line.case !== lesson.run.case)) return found;
    for (const one of state.future) {
      for (let year = chart.since; year <= lesson.run.until; year++) {
        const value = yearOfFuture(one, chart.indicator, chart.kind, year);
        if (Number.isFinite(value)) found[year] = value;
      }
    }
    return found;
  }

  // ---- the run of one's own

  function begin(luck, status, holder, start) {
    const seed = Number(luck.value);
    if (!Number.isInteger(seed) || seed < 1 || seed > MOST_LUCK) {
      notice(text("lessons.luck_wrong", { most: MOST_LUCK }), "problem");
      luck.focus();
      return;
    }
    state.seed = seed;
    start.disabled = true;
    status.textContent = text("lessons.running");
    const fail = (message) => {
      start.disabled = false;
      status.textContent = text("lessons.ran_not", { message, number: lesson.seeds });
    };
    stage?.close();
    holder.replaceChildren();
    const until = (lesson.run.until - 2011) * 12 + 11;
    const options = { parts: ["cloth", "clock"], until, speed: 4, month: Math.min(data.now - 24, until - 84) };
    stage = new Stage(holder, { texts: text, numbers: number, places: data.places, options });
    const baseline = new Baselines().of(lesson.run.world, seed, (error) => fail(error.message));
    stage.setBaseline(baseline);
    const finished = (futures) => {
      state.future = futures;
      start.disabled = false;
      status.textContent = text("lessons.ran", { year: lesson.run.until });
    };
    const play = () => stage?.play();
    stage.addEventListener("now", play); // on Try the clock stops there; here the run goes on
    if (!lesson.run.scenario) {
      baseline.addEventListener("end", () => finished([baseline]));
      baseline.addEventListener("months", play, { once: true });
      return;
    }
    const wishes = new Wishes();
    wishes.addEventListener("waits", ({ detail }) => detail.message && (status.textContent = detail.message));
    wishes.addEventListener("fails", ({ detail }) => fail(detail.message));
    wishes.addEventListener("begins", ({ detail }) => {
      stage?.setFuture(detail.future);
      play();
    });
    wishes.addEventListener("whole", ({ detail }) => finished([baseline, detail.future]));
    wishes.ask({ scenario: lesson.run.scenario, world: lesson.run.world, seed, since: data.now });
  }

  addEventListener("hashchange", () => show(fromAddress(), true));
  show(location.hash ? fromAddress() : Math.max(0, STEPS.indexOf(known.step)), false);
}

function pressed(label, does, name = "") {
  const button = element("button", { type: "button", class: name || null }, label);
  button.addEventListener("click", does);
  return button;
}
