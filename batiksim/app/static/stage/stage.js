/**
 * The moving picture: cloth, charts and clock put together. Used by Try, by lessons, in class and by the
 * exported page. No dependencies; nothing is fetched here: futures are given.
 *
 *     import { Stage } from "/static/stage/stage.js";
 *     import { Future } from "/static/stage/frames.js";
 *
 *     const stage = new Stage(document.querySelector("#stage"), {
 *       texts,      // (key, values?) => sentence: `text` of shell.js; keys stage.* (i18n/catalogue/app_stage.yaml)
 *       numbers,    // (value, options of Intl.NumberFormat?) => "10.5" or "10,5": `number` of shell.js
 *       places,     // [{id, name, region, lat, lon}] or, on a made-up plane, [{id, name, region, x, y}] in km
 *       options: {
 *         parts,    // what is shown, in this order; default all:
 *                   // ["cloth", "clock", "difference", "workforce", "pay", "ages", "price"]
 *         slots,    // {part: element}: put a part somewhere else than inside the element
 *         month,    // month number to begin with (0 = January 2011); default: the first of the baseline
 *         until,    // last month of the clock and the charts; default 359, December 2040
 *         speed,    // years a second: .5, 1, 2, 4 or 8; default 4
 *         guess,    // true: when the clock stops at the present, ask for a guess of the workforce; default false
 *         level,    // of headings; default 2
 *         keys,     // true: space, arrows, Home, End work anywhere on the page, not only on the clock
 *       },
 *     });
 *
 * Futures (frames.js), filled while they arrive:
 *
 *     const future = new Future();
 *     const done = future.read(response.body, { signal });   // ReadableStream, ArrayBuffer or Uint8Array; a promise
 *     stage.setBaseline(record);     // the recorded past and the future without a new policy: 2011 to 2040
 *     stage.setFuture(future);       // under the policy, from `future.since` on; before that the baseline is shown.
 *                                    // What was shown stays until the shown month has arrived; the clock holds where
 *                                    nothing has arrived yet.
 *     stage.setFuture(future, { keep: true });  // on top of the futures set before: they are shown before its `since`
 *     stage.setFuture(null);         // back to the baseline
 *     stage.setGhosts({ luck, doubt });  // paired differences (policy minus baseline), null: none. Each a list of
 *                                    // {since, values: {"batik.workers": numbers by month from `since`},
 *                                    //  seed?, world?, set?}; luck: other seeds; doubt: other plausible worlds
 *     stage.hold(true);              // the clock waits for something else (false: goes on)
 *
 * Moving: `stage.month` (read and write), `stage.play()`, `stage.pause()`, `stage.playing`, `stage.speed`.
 * Asking: `stage.value("batik.workers", month?, which = "shown" | "baseline")`, `stage.difference(indicator, month?)`,
 *     `stage.sentence()` (the text alternative of now), `stage.csv(part)` (string), `await stage.png(part)` (Blob).
 * Guess: `stage.askGuess()` opens the drawing (pauses); `stage.showGuess(guess)` lays a kept one on the chart.
 * Marking: `stage.follow(row)` rings one person (their row), `stage.follow(null)` nobody.
 * Ending: `stage.close()` stops everything and empties the element.
 *
 * Events (`stage.addEventListener(name, event => event.detail)`):
 *     month   {month, playing}                    the shown month changed
 *     play    {playing}                           played or paused
 *     pick    {place, firm, person, row}          a click or Enter: `place` an id; `firm` and `person` numbers or
 *                                                 null; `row` of the person in the frames, as `person`
 *     now     {month}                             the clock came to the present for the first time, and stopped
 *     guess   {indicator, months, values}         a guess was finished; {skipped: true} it was given up
 *     end     {month}                             the clock came to the last month
 *     error   {message}                           a future said an error (frame 5) or was broken
 */

import { Ages, Price } from "./bars.js";
import { make } from "./chart.js";
import { Clock } from "./clock.js";
import { Cloth } from "./cloth.js";
import { Guess } from "./guess.js";
import { Difference, Pay, Workforce } from "./lines.js";
import { clothPicture } from "./picture.js";
import { PlacesTable } from "./places.js";
import { yearOf } from "./series.js";
import { Transport } from "./transport.js";
import { Words } from "./words.js";

const PARTS = ["cloth", "clock", "difference", "workforce", "pay", "ages", "price"];
const CHARTS = { difference: Difference, workforce: Workforce, pay: Pay, ages: Ages, price: Price };
const DECEMBER_2040 = 359;
const SAID_EVERY = 2000; // ms between two sentences for those who hear the picture
const DRAWN_EVERY = 90; // ms between two drawings of the charts while the clock runs
const NO_GHOSTS = { luck: [], doubt: [] };

export class Stage extends EventTarget {
  constructor(element, { texts, numbers, places, options = {} }) {
    super();
    this.element = element;
    this.text = texts;
    this.number = numbers;
    this.places = places;
    this.options = { parts: PARTS, slots: {}, until: DECEMBER_2040, speed: 4, guess: false, keys: false, level: 2, ...options };
    this.parts = []; // the baseline, and futures on top of it
    this.pending = null;
    this.ghosts = NO_GHOSTS;
    this.seen = -1;
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.clock = null;
    this.cloth = null;
    this.listened = new AbortController();
    this.charts = {};
    this._build();
  }

  // ---- what is shown

  setBaseline(future) {
    this._listen(future);
    this.parts = [future];
    this.begun = false; // its header may not be here yet: nothing is drawn before it is
    this.pending = null;
    this.seen = -1;
    this._started(future);
  }

  setFuture(future, { keep = false } = {}) {
    this.pending = null;
    if (!future) {
      this._show(this.parts.slice(0, 1));
      return;
    }
    this._listen(future);
    this.pending = { future, keep };
    this._arrived(future);
  }

  setGhosts(ghosts) {
    this.ghosts = { luck: ghosts?.luck ?? [], doubt: ghosts?.doubt ?? [] };
    this._charts(true);
  }

  hold(held) {
    this.clock?.hold(held);
  }

  _listen(future) {
    const { signal } = this.listened;
    future.addEventListener("header", () => this._started(future), { signal });
    future.addEventListener("months", () => this._arrived(future), { signal });
    future.addEventListener("end", () => this._arrived(future, true), { signal });
    future.addEventListener("error", ({ detail }) => this._failed(future, detail), { signal });
  }

  _failed(future, { message, said }) {
    if (this.pending?.future === future) this.pending = null;
    else if (!this.parts.includes(future)) return;
    this.clock?.pause();
    this._wait();
    this._tell("error", { message: said ? message : this.text("stage.not_understood"), technical: message });
  }

  /** The header of the baseline is here: places in their order, and the clock. */
  _started(future) {
    if (future !== this.parts[0] || !future.header) return;
    const { header } = future;
    const places = header.places.map((id) => this.places.find((place) => place.id === id));
    if (places.includes(undefined)) {
      const place = header.places[places.indexOf(undefined)];
      this._tell("error", { message: this.text("stage.place_unknown", { place }) });
      return;
    }
    this.shownPlaces = places;
    this._buildCloth(places);
    this._buildClock(Math.max(0, header.since - 1), header.now);
    if (future.begun) this._arrived(future, true);
  }

  _arrived(future, whole = false) {
    if (this.pending?.future === future) {
      const ready = future.begun && (future.last >= this.month || future.complete);
      if (ready) {
        const { keep } = this.pending;
        this.pending = null;
        this._show([...(keep ? this.parts.filter((one) => one === this.parts[0] || one.first < future.first) : this.parts.slice(0, 1)), future]);
      }
    } else if (future === this.parts[0] && this.cloth && future.begun) {
      if (whole || !this.begun) {
        this.cloth.show([...this.parts]);
        this.cloth.resize();
        this.begun = true;
        this._moved();
      }
    }
    if (future === this.parts[this.parts.length - 1]) this._charts();
    this._wait();
  }

  _show(parts) {
    this.parts = parts;
    this.seen = this.month;
    if (!this.cloth || !this.begun) return;
    this.cloth.show(parts);
    const ahead = this._ahead();
    if (this.month > ahead) this.clock.month = ahead;
    this._moved();
    this._charts(true);
    this._describe(true);
    this._wait();
  }

  /** Last month that can be shown. */
  _ahead() {
    if (this.pending) {
      const { header } = this.pending.future;
      return Math.max(this.clock?.month ?? 0, header ? header.since - 1 : -1);
    }
    const shown = this.parts[this.parts.length - 1];
    return shown ? Math.max(shown.last, this.parts[0].first) : -1;
  }

  /** Last month of what is shown that has arrived. */
  _arrivedTo() {
    return this.parts[this.parts.length - 1].last;
  }

  _wait() {
    if (!this.bar) return;
    const waiting = Boolean(this.pending) || (this.clock?.waiting ?? false);
    this.bar.wait.hidden = !waiting;
    this.element.classList.toggle("waiting", waiting);
  }

  _shownIn(month) {
    let shown = this.parts[0];
    for (const one of this.parts) if (one.begun && month > one.first) shown = one;
    return shown;
  }

  value(indicator, month = this.month, which = "shown") {
    const future = which === "baseline" ? this.parts[0] : this._shownIn(month);
    return future ? future.value(indicator, month) : NaN;
  }

  difference(indicator, month = this.month) {
    return this.value(indicator, month) - this.value(indicator, month, "baseline");
  }

  /** First month that differs from the baseline, or null. */
  get since() {
    const [, ...futures] = this.parts;
    return futures.length ? Math.min(...futures.map((one) => one.since)) : null;
  }

  _state() {
    const [baseline] = this.parts;
    return {
      ...{ first: this.clock.first, last: this.clock.last, now: baseline.header.now, month: this.month, seen: this.seen },
      ...{ since: this.since, arrived: this._arrivedTo(), parts: this.parts, playing: this.playing, weight: baseline.weight, groups: baseline.header.ages, ghosts: this.ghosts },
      shown: (indicator, month) => this.value(indicator, month),
      without: (indicator, month) => this.value(indicator, month, "baseline"),
      ages: (month) => this._shownIn(month)?.agesOf(Math.max(month, this.parts[0].since)) ?? null,
    };
  }

  // ---- moving

  get month() {
    return this.clock ? this.clock.month : Math.max(0, this.options.month ?? 0);
  }

  set month(month) {
    if (this.clock) this.clock.month = month;
    else this.options.month = month;
  }

  get playing() {
    return this.clock?.playing ?? false;
  }

  get speed() {
    return this.clock?.speed ?? this.options.speed;
  }

  set speed(speed) {
    this.options.speed = speed;
    if (this.clock) this.clock.speed = speed;
    if (this.bar) this.bar.speed.value = String(speed);
  }

  play() {
    this.wanted = true;
    this.clock?.play();
  }

  pause() {
    this.wanted = false;
    this.clock?.pause();
  }

  _moved() {
    const { month } = this;
    if (!this.begun) return;
    this.seen = Math.max(this.seen, month);
    this.cloth.to(month);
    this.words.show(this._counts());
    this.bar?.update();
    this._charts(!this.playing);
    this._describe();
  }

  // ---- what is said

  get locale() {
    return document.documentElement.lang === "id" ? "id-ID" : "en-GB";
  }

  monthSaid(month, style = "long") {
    const date = new Date(Date.UTC(yearOf(month), month % 12, 15));
    return new Intl.DateTimeFormat(this.locale, { year: "numeric", month: style, timeZone: "UTC" }).format(date);
  }

  /** @returns {import("./words.js").Counts} */
  _counts() {
    const { weight, since } = this.parts[0];
    const month = Math.max(this.month, since); // before the first month nobody is counted
    const compared = this.since !== null && this.month >= this.since;
    return {
      month: this.month,
      workers: this.value("batik.workers", month),
      young: this.value("batik.workers_under_30", month),
      net: compared ? this.difference("batik.workers", month) : null,
      gained: this.cloth.gained * weight,
      lost: this.cloth.lost * weight,
    };
  }

  sentence() {
    return this.begun ? this.words.sentence(this._counts()) : "";
  }

  /** The text alternative, at most every two seconds. */
  _describe(atOnce = false) {
    if (this.telling) return;
    const wait = Math.max(0, SAID_EVERY - (performance.now() - (this.told ?? -SAID_EVERY)));
    this.telling = setTimeout(
      () => {
        this.telling = null;
        this.told = performance.now();
        if (!this.begun) return;
        const sentence = this.sentence();
        if (this.description && this.description.textContent !== sentence) this.description.textContent = sentence;
        this.placesTable?.update();
      },
      atOnce ? Math.min(wait, 200) + (wait > 200 ? wait - 200 : 0) : wait,
    );
  }

  // ---- building

  _slot(part) {
    return this.options.slots[part] ?? (part === "cloth" || part === "clock" ? this.left : this.right);
  }

  _build() {
    const { options } = this;
    this.element.classList.add("stage");
    this.left = make("div", { class: "stage-picture" });
    this.right = make("div", { class: "stage-charts" });
    this.element.replaceChildren(this.left, this.right);
    this.left.hidden = !options.parts.some((part) => part === "cloth" || part === "clock");
    this.right.hidden = !options.parts.some((part) => part in CHARTS);
    for (const part of options.parts) {
      if (part === "cloth") this._buildField();
      else if (part === "clock") this._slot(part).append((this.clockRoom = make("div", { class: "stage-clock" })));
      else {
        const chart = new CHARTS[part](this._slot(part), { text: this.text, number: this.number, name: part, level: options.level, ...HEIGHTS[part] });
        this.charts[part] = chart;
      }
    }
    if (!this.field) this._buildField(make("div"));
    if (this.charts.workforce) {
      this.guess = new Guess(this.charts.workforce, { text: this.text, number: this.number, indicator: "batik.workers" });
      this.guess.addEventListener("guess", ({ detail }) => this._tell("guess", detail));
      this.guess.addEventListener("skip", () => this._tell("guess", { skipped: true }));
    }
    document.fonts?.ready.then(() => this.cloth?.repaint());
    if (options.keys) {
      document.addEventListener("keydown", (event) => this._key(event), { signal: this.listened.signal });
    }
  }

  _buildField(room = this._slot("cloth")) {
    const monthSaid = (month) => this.monthSaid(month);
    this.field = make("div", { class: "stage-field" });
    this.words = new Words(this.field, { text: this.text, number: this.number, monthSaid });
    const id = `stage-said-${Math.random().toString(36).slice(2, 8)}`;
    this.description = make("p", { class: "unseen", "aria-live": "polite", id });
    this.clothRoom = make("div", { class: "stage-cloth" }, this.field, this.words.legend);
    room.append(this.clothRoom, this.description);
  }

  _buildCloth(places) {
    this.cloth?.close();
    this.placesTable?.close();
    const common = new Set(places.filter((place, i) => places.some((other, j) => i !== j && other.name === place.name)).map((place) => place.name));
    this.names = places.map(({ name, region }) => (common.has(name) && region === "regency" ? this.text("stage.in_regency", { name }) : name));
    this.cloth = new Cloth(this.field, {
      ...{ places, names: this.names, sea: this.text("stage.sea") },
      still: () => this.still.matches,
      room: () => ({ width: this.field.clientWidth < 520 ? 128 : 208, height: this.field.clientWidth < 520 ? 116 : 152 }),
      onPick: ({ place, firm, person }) => this._pick(place, firm, person),
    });
    const { canvas } = this.cloth;
    canvas.setAttribute("aria-label", this.text("stage.name", { places: places.length }));
    canvas.setAttribute("aria-describedby", this.description.id);
    this.words.weigh(this.parts[0].weight);
    this.placesTable = new PlacesTable(this, this.names);
    this.begun = false;
  }

  _pick(place, firm = null, person = null) {
    this._tell("pick", { place: this.shownPlaces[place].id, firm, person, row: person });
  }

  _buildClock(first, now) {
    const { options } = this;
    this.clock?.pause();
    this.clock = new Clock({
      ...{ first, last: options.until, now, speed: options.speed },
      ahead: () => this._ahead(),
      still: () => this.still.matches,
    });
    this.clock.at = Math.min(Math.max(first, options.month ?? first), options.until);
    this.clock.stopped = this.clock.at >= now;
    const on = (name, call) => this.clock.addEventListener(name, ({ detail }) => call(detail));
    on("month", (detail) => {
      this._moved();
      this._tell("month", detail);
    });
    on("play", (detail) => {
      this.bar?.update();
      this._charts(true);
      this._describe();
      this._tell("play", detail);
    });
    on("hold", () => this._wait());
    on("now", (detail) => {
      this._tell("now", detail);
      if (options.guess) this.askGuess();
    });
    on("end", (detail) => {
      this._charts(true);
      this._tell("end", detail);
    });
    if (this.clockRoom) {
      this.bar = new Transport(this.clockRoom, {
        ...{ text: this.text, number: this.number, clock: this.clock },
        monthSaid: (month, style) => this.monthSaid(month, style),
        onSpeed: (speed) => (this.speed = speed),
      });
      if (!options.keys) this.clockRoom.onkeydown = (event) => this._key(event);
      this._wait();
    }
    if (this.wanted) this.clock.play();
  }

  /** Keys of the clock, wherever nothing else wants them. */
  _key(event) {
    if (event.defaultPrevented || !this.clock || this.guess?.open) return;
    const at = event.target;
    const own = at === this.bar?.scrub && event.key !== " ";
    const taken = at.closest?.("button, a, select, input, textarea, summary, [role=slider], [contenteditable], dialog, .stage-places, .stage-wide");
    if (taken && !own) return;
    if (!this.clock.key(event)) return;
    event.preventDefault();
    this.bar?.update();
  }

  _charts(atOnce = false) {
    if (!this.clock || !this.begun) return;
    const now = performance.now();
    if (!atOnce && now - (this.drawn ?? 0) < DRAWN_EVERY) {
      this.later ??= setTimeout(() => this._charts(true), DRAWN_EVERY);
      return;
    }
    clearTimeout(this.later);
    this.later = null;
    this.drawn = now;
    const state = this._state();
    // Bars of a month need not be drawn as often as lines that grow.
    const bars = !this.playing || now - (this.barsDrawn ?? 0) > 3 * DRAWN_EVERY;
    if (bars) this.barsDrawn = now;
    for (const chart of Object.values(this.charts)) if (bars || chart.moving) chart.update(state);
  }

  // ---- guess, marks, files, end

  askGuess() {
    this.pause();
    this.seen = this.month; // what comes later is not shown to those who guess it
    this._charts(true);
    this.guess?.ask();
  }

  showGuess(guess) {
    this.guess?.show(guess);
    this._charts(true);
  }

  follow(row) {
    this.cloth?.follow(row);
  }

  csv(part) {
    return part === "cloth" ? this.placesTable.csv() : this.charts[part].csv();
  }

  png(part) {
    if (part !== "cloth") return this.charts[part].png();
    this.cloth.draw();
    return clothPicture(this.cloth.canvas, { ratio: this.cloth.ratio, ...this.words.forPicture() });
  }

  close() {
    this.listened.abort();
    this.clock?.pause();
    clearTimeout(this.telling);
    clearTimeout(this.later);
    this.cloth?.close();
    for (const chart of Object.values(this.charts)) chart.close();
    this.clothRoom.remove();
    this.description.remove();
    this.clockRoom?.remove();
    this.element.classList.remove("stage", "waiting");
    this.element.replaceChildren();
  }

  _tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

const HEIGHTS = {
  ...{ difference: { height: 190 }, workforce: { height: 170 }, pay: { height: 170 } },
  ...{ ages: { height: 190 }, price: { height: 150 } },
};
