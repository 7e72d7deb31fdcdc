/**
 * Futures as they travel (docs/app.md): read frame by frame, kept as typed arrays, replayed to any month.
 *
 * Every count in a frame is checked against what is there before it is used: a broken or hostile stream ends in
 * a FrameError, never in a wrong picture.
 */

/** Kinds of frames. */
export const KIND = { HEADER: 0, PEOPLE: 1, KEY: 2, MONTHS: 3, END: 4, ERROR: 5 };
/** `state` of a person: 0 for nobody, else 1 + codes.Stage. */
export const STATE = { NOBODY: 0, SCHOOL: 1, SEEKING: 2, BATIK: 3, GARMENT: 4, OTHER: 5, HOME: 6, OWNER: 7, RETIRED: 8 };
/** `firm` of a person without one. */
export const NO_FIRM = 65535;
/** The format this module reads. */
export const FORMAT = 1;

const MOST_BYTES = 256 * 2 ** 20; // of one frame, packed or not: a full-scale key frame is 2 MB
const MOST_PEOPLE = 5_000_000;
const MOST_MONTHS = 1200;

/** A stream that is not what docs/app.md says; `said` is true where the server itself said what is wrong. */
export class FrameError extends Error {
  constructor(message, said = false) {
    super(message);
    this.name = "FrameError";
    this.said = said;
  }
}

/** Numbers of one payload, one after the other, never beyond its end. */
class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
  }

  get left() {
    return this.bytes.length - this.at;
  }

  skip(size) {
    if (size > this.left) throw new FrameError(`a frame ends ${size - this.left} bytes early`);
    const start = this.at;
    this.at += size;
    return start;
  }

  i16() {
    return this.view.getInt16(this.skip(2), true);
  }

  u16() {
    return this.view.getUint16(this.skip(2), true);
  }

  u32() {
    return this.view.getUint32(this.skip(4), true);
  }

  /** A copy, aligned and of its own. Little-endian like every machine that has a browser. */
  array(Type, count) {
    const start = this.skip(count * Type.BYTES_PER_ELEMENT);
    return new Type(this.bytes.slice(start, this.at).buffer);
  }

  end() {
    if (this.left) throw new FrameError(`a frame has ${this.left} bytes too many`);
  }
}

/** Undo zlib (RFC 1950), stopping at MOST_BYTES. */
async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const parts = [];
  let size = 0;
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > MOST_BYTES) throw new FrameError("a frame is too large");
      parts.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error instanceof FrameError ? error : new FrameError("a frame cannot be unpacked");
  }
  return joined(parts, size);
}

function joined(parts, size) {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The frames of a stream: `{kind, payload}`, still packed. */
async function* framesOf(source) {
  let held = new Uint8Array(0);
  for await (const chunk of chunksOf(source)) {
    held = held.length ? joined([held, chunk], held.length + chunk.length) : chunk;
    let at = 0;
    while (held.length - at >= 5) {
      const size = new DataView(held.buffer, held.byteOffset + at, 4).getUint32(0, true);
      if (size > MOST_BYTES) throw new FrameError("a frame is too large");
      if (held.length - at < 5 + size) break;
      yield { kind: held[at + 4], payload: held.subarray(at + 5, at + 5 + size) };
      at += 5 + size;
    }
    held = held.subarray(at);
  }
  if (held.length) throw new FrameError("the stream ends inside a frame");
}

async function* chunksOf(source) {
  if (source instanceof ArrayBuffer) yield new Uint8Array(source);
  else if (ArrayBuffer.isView(source)) yield new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  else {
    const reader = source.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        yield value;
      }
    } finally {
      reader.releaseLock();
    }
  }
}

function parsed(payload) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    throw new FrameError("a header cannot be read");
  }
}

const whole = (value, most) => Number.isInteger(value) && value >= 0 && value <= most;
const names = (list, most) =>
  Array.isArray(list) && list.length <= most && list.every((name) => typeof name === "string" && name.length < 200);

function grown(array, size) {
  if (array.length >= size) return array;
  const larger = new array.constructor(Math.max(size, Math.ceil(array.length * 1.5)));
  larger.set(array);
  return larger;
}

/**
 * One future: who the people are, what each does in any month, and the numbers of the region.
 *
 * Events while it arrives: `header`, `months` (`last` moved on), `end`, `error` ({message, said}).
 *
 * @property {object|null} header the header frame
 * @property {boolean} begun the key frame is here: there is a first state to show
 * @property {number} first month of the key frame, the state before anything moved; -1: before January 2011
 * @property {number} last latest month that has arrived
 * @property {number} since first month whose numbers are here
 * @property {boolean} complete the end frame has come
 * @property {Int16Array} birth month of birth, by row; with `place` and `sex` (0 woman, 1 man) Uint8Array
 */
export class Future extends EventTarget {
  constructor() {
    super();
    this.header = null;
    this.first = this.last = -1;
    this.begun = this.complete = false;
    this.error = null;
    this.rows = 0; // people known so far; birth, place and sex may be longer
    this.birth = new Int16Array(0);
    this.place = new Uint8Array(0);
    this.sex = new Uint8Array(0);
    this.months = []; // changes, by month - first - 1
    this.keys = []; // whole states: of the first month and of each December
    this.numbers = new Float32Array(0); // month by month, all indicators of a month together
    this.ages = new Uint16Array(0);
    this.column = new Map(); // indicator -> which number of a month
    this.byPlace = new Map(); // indicator -> which number of a month for the first place
    this.width = 0; // numbers of a month
    this.groups = 0; // sexes times age groups in the ages of a month
    this.tip = null; // a cursor that goes along with what arrives
  }

  get since() {
    return this.first + 1;
  }

  /** Last month this future will have when all has arrived. */
  get until() {
    return this.header ? this.header.until : -1;
  }

  /** How many people one dot stands for. */
  get weight() {
    return this.header ? 1 / this.header.scale : 1;
  }

  /**
   * Read a whole stream; resolves when it has ended, rejects with a FrameError (or AbortError).
   * @param {ReadableStream|ArrayBuffer|Uint8Array} source
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<Future>} this
   */
  async read(source, { signal } = {}) {
    try {
      for await (const { kind, payload } of framesOf(source)) {
        signal?.throwIfAborted();
        await this._take(kind, payload);
      }
      if (!this.complete) throw new FrameError("the stream ends before its end");
    } catch (error) {
      if (error.name === "AbortError") throw error;
      this.error = error;
      this.dispatchEvent(new CustomEvent("error", { detail: { message: error.message, said: error.said === true } }));
      throw error;
    }
    return this;
  }

  async _take(kind, payload) {
    if (this.complete) throw new FrameError("a frame after the end");
    if (kind === KIND.ERROR) throw new FrameError(String(parsed(payload).message), true);
    if (kind === KIND.HEADER) return this._header(parsed(payload));
    if (!this.header) throw new FrameError("no header");
    if (kind === KIND.END) {
      const { months } = parsed(payload);
      if (months !== this.months.length) throw new FrameError(`${this.months.length} months came of ${months}`);
      this.complete = true;
      this.dispatchEvent(new CustomEvent("end"));
      return undefined;
    }
    if (kind > KIND.MONTHS) throw new FrameError(`a frame of unknown kind ${kind}`);
    const reader = new Reader(await inflated(payload));
    if (kind === KIND.PEOPLE) this._people(reader);
    else if (kind === KIND.KEY) this._key(reader);
    else {
      if (!this.tip) throw new FrameError("months before the key frame");
      while (reader.left) this._month(reader);
      this.dispatchEvent(new CustomEvent("months", { detail: { last: this.last } }));
    }
    if (kind !== KIND.MONTHS) reader.end();
    return undefined;
  }

  _header(header) {
    if (this.header) throw new FrameError("a second header");
    const { format, people, since, until, now, scale, indicators, by_place: byPlace, places, ages } = header ?? {};
    if (format !== FORMAT) throw new FrameError(`a future of format ${format}, not ${FORMAT}`);
    const sound =
      whole(people, MOST_PEOPLE) && whole(since, MOST_MONTHS) && whole(now, MOST_MONTHS) && whole(until, MOST_MONTHS) &&
      scale > 0 && scale <= 1 && names(indicators, 500) && names(byPlace, 100) && names(places, 255) &&
      Array.isArray(ages) && ages.length > 0 && ages.length <= 50 && ages.every((low) => whole(low, 150));
    if (!sound) throw new FrameError("a header cannot be read");
    this.header = header;
    indicators.forEach((name, position) => this.column.set(name, position));
    byPlace.forEach((name, position) => this.byPlace.set(name, indicators.length + position * places.length));
    this.width = indicators.length + byPlace.length * places.length;
    this.groups = 2 * ages.length;
    this.dispatchEvent(new CustomEvent("header", { detail: header }));
  }

  _people(reader) {
    const count = this.header.people;
    if (this.rows || this.tip) throw new FrameError("people twice");
    this.birth = reader.array(Int16Array, count);
    this.place = reader.array(Uint8Array, count);
    this.sex = reader.array(Uint8Array, count);
    this.rows = count;
    this._below(this.place, this.header.places.length, "place");
    this._below(this.sex, 2, "sex");
  }

  _key(reader) {
    if (this.tip) throw new FrameError("a second key frame");
    const people = this.header.people;
    if (this.rows !== people) throw new FrameError("a key frame before the people");
    const month = reader.i16();
    const firms = reader.u16();
    if (month < -1 || month > MOST_MONTHS) throw new FrameError("a month out of reach");
    const key = {
      ...{ month, rows: people, firms },
      state: reader.array(Uint8Array, people),
      firm: reader.array(Uint16Array, people),
      firmPlace: reader.array(Uint8Array, firms),
      firmOpen: reader.array(Uint8Array, firms),
    };
    this._below(key.state, 9, "state");
    this._firms(key.firm, firms);
    this._below(key.firmPlace, this.header.places.length, "place");
    this.first = this.last = month;
    this.keys.push(key);
    this.tip = new Cursor(this);
    this.begun = true;
  }

  _month(reader) {
    const month = reader.u16();
    const newcomers = reader.u16();
    const count = reader.u32();
    const changed = reader.u16();
    if (month !== this.last + 1 || month > this.header.until) throw new FrameError(`month ${month} after ${this.last}`);
    this._newcomers(reader, newcomers);
    if (count > reader.left) throw new FrameError("a frame ends early");
    const rows = reader.array(Uint32Array, count);
    for (let i = 1; i < count; i++) rows[i] += rows[i - 1]; // they travel as distances
    const state = reader.array(Uint8Array, count);
    const firm = reader.array(Uint16Array, count);
    const firms = reader.array(Uint16Array, changed);
    const firmPlace = reader.array(Uint8Array, changed);
    const firmOpen = reader.array(Uint8Array, changed);
    const numbers = reader.array(Float32Array, this.width);
    const ages = reader.array(Uint16Array, this.groups);
    let most = this.tip.firms;
    for (const one of firms) most = Math.max(most, one + 1);
    if (most > NO_FIRM) throw new FrameError("a firm out of reach");
    this._below(rows, this.rows, "row");
    this._below(state, 9, "state");
    this._firms(firm, most);
    this._below(firmPlace, this.header.places.length, "place");
    this.months.push({ month, count: this.rows, rows, state, firm, firms, firmPlace, firmOpen });
    const at = this.months.length - 1;
    this.numbers = grown(this.numbers, (at + 1) * this.width);
    this.numbers.set(numbers, at * this.width);
    this.ages = grown(this.ages, (at + 1) * this.groups);
    this.ages.set(ages, at * this.groups);
    this.last = month;
    this.tip.seek(month);
    if (month % 12 === 11) this.keys.push(this.tip.copy());
  }

  _newcomers(reader, count) {
    if (!count) return;
    const rows = this.rows + count;
    if (rows > MOST_PEOPLE) throw new FrameError("too many people");
    this.birth = grown(this.birth, rows);
    this.place = grown(this.place, rows);
    this.sex = grown(this.sex, rows);
    this.birth.set(reader.array(Int16Array, count), this.rows);
    const place = reader.array(Uint8Array, count);
    const sex = reader.array(Uint8Array, count);
    this._below(place, this.header.places.length, "place");
    this._below(sex, 2, "sex");
    this.place.set(place, this.rows);
    this.sex.set(sex, this.rows);
    this.rows = rows;
  }

  _below(array, limit, what) {
    for (let i = 0; i < array.length; i++) {
      if (array[i] >= limit) throw new FrameError(`a ${what} ${array[i]} of ${limit}`);
    }
  }

  _firms(array, firms) {
    for (let i = 0; i < array.length; i++) {
      if (array[i] >= firms && array[i] !== NO_FIRM) throw new FrameError(`a firm ${array[i]} of ${firms}`);
    }
  }

  /** A number of a month for all places together, NaN where there is none. */
  value(indicator, month) {
    return this._number(this.column.get(indicator), month);
  }

  /** A number of a month for one place, by its position; NaN where there is none. */
  valueAt(indicator, place, month) {
    const first = this.byPlace.get(indicator);
    const there = first !== undefined && place >= 0 && place < this.header.places.length;
    return this._number(there ? first + place : undefined, month);
  }

  _number(position, month) {
    const at = month - this.since;
    if (position === undefined || at < 0 || at >= this.months.length) return NaN;
    return this.numbers[at * this.width + position];
  }

  /** All numbers of an indicator that have arrived, by month from `since`. */
  series(indicator) {
    return Float32Array.from(this.months, (_, at) => this.value(indicator, this.since + at));
  }

  /** Batik workers in the sample: women by age group (`header.ages`: their lowest ages), then men; or null. */
  agesOf(month) {
    const at = month - this.since;
    return at < 0 || at >= this.months.length ? null : this.ages.subarray(at * this.groups, (at + 1) * this.groups);
  }
}

/**
 * A future in one month, moved about by replaying changes; several can stand in different months.
 *
 * @property {number} month
 * @property {number} rows people there are; `state` Uint8Array and `firm` Uint16Array may be longer
 * @property {number} firms firms there are; with `firmPlace` and `firmOpen` Uint8Array
 */
export class Cursor {
  /** @param {Future} future whose key frame has arrived */
  constructor(future) {
    this.future = future;
    this._restore(future.keys[0]);
  }

  /**
   * Go to a month (bounded by what has arrived).
   * @param {(change: object) => void} [told] called after each month that is replayed, in order
   * @returns {Cursor} this
   */
  seek(month, told) {
    const { first, last, keys } = this.future;
    const goal = Math.min(Math.max(Math.round(month), first), last);
    if (goal < this.month || goal > this.month + 12) {
      let key = keys[0];
      for (const one of keys) if (one.month <= goal) key = one;
      if (goal < this.month || key.month > this.month) this._restore(key);
    }
    while (this.month < goal) {
      const change = this.future.months[this.month - first];
      this._apply(change);
      told?.(change);
    }
    return this;
  }

  /** A key state of this month. */
  copy() {
    return {
      ...{ month: this.month, rows: this.rows, firms: this.firms },
      state: this.state.slice(0, this.rows),
      firm: this.firm.slice(0, this.rows),
      firmPlace: this.firmPlace.slice(0, this.firms),
      firmOpen: this.firmOpen.slice(0, this.firms),
    };
  }

  _restore(key) {
    this.month = key.month;
    this.rows = key.rows;
    this.firms = key.firms;
    for (const name of ["state", "firm", "firmPlace", "firmOpen"]) {
      const old = this[name];
      if (old && old.length >= key[name].length) old.set(key[name]);
      else this[name] = key[name].slice();
    }
  }

  _apply(change) {
    if (change.count > this.rows) {
      this.state = grown(this.state, change.count);
      this.firm = grown(this.firm, change.count);
      this.state.fill(STATE.NOBODY, this.rows, change.count);
      this.firm.fill(NO_FIRM, this.rows, change.count);
      this.rows = change.count;
    }
    const { rows, state, firm, firms, firmPlace, firmOpen } = change;
    for (let i = 0; i < rows.length; i++) {
      this.state[rows[i]] = state[i];
      this.firm[rows[i]] = firm[i];
    }
    for (let i = 0; i < firms.length; i++) {
      const one = firms[i];
      if (one >= this.firms) {
        this.firmPlace = grown(this.firmPlace, one + 1);
        this.firmOpen = grown(this.firmOpen, one + 1);
        this.firmPlace.fill(0, this.firms, one);
        this.firmOpen.fill(0, this.firms, one);
        this.firms = one + 1;
      }
      this.firmPlace[one] = firmPlace[i];
      this.firmOpen[one] = firmOpen[i];
    }
    this.month = change.month;
  }
}
