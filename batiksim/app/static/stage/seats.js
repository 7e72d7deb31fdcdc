/**
 * Where everybody sits on the cloth, month by month: workshops are flowers of their staff in the middle of their
 * place, ringed by batik workers without a workshop, then garment, other work, and school.
 *
 * A seat is a group and a number in it; numbers are points of a spiral, so a group is always round. Who leaves
 * gives the seat to the last of the group: a month moves only those whose lives changed, and people can glide.
 * Seats follow from what happened since the first month alone, so scrubbing to a month always shows one picture.
 */

import { Cursor, NO_FIRM, STATE } from "./frames.js";

const GOLDEN = Math.PI * (3 - Math.sqrt(5));
const SMALL = 0.56; // of a spiral whose points are about 1 apart
/** How much more room a batik worker has than others. */
export const LARGE = 1.55;
const BATIK = SMALL * LARGE;
const HEART = 1.1; // seats that the owner in the middle of a flower takes
const GAP = 1.1; // between flowers, and between rings
const HIDDEN = 0xffffffff;
const RING = 1 << 20; // groups: 2 x firm is a flower, 2 x firm + 1 its heart, RING + 4 x place + ring a ring
/** The rings from the inside. */
export const RINGS = ["batik", "garment", "other", "school"];
const SPACING = [BATIK, SMALL, SMALL, SMALL];
const RING_OF = [-1, 3, 2, 0, 1, 2, 2, 0, 2]; // by state

export class Seats {
  /**
   * @param {import("./frames.js").Future} future
   * @param {Seats|null} [before] seats of the future that this one parts from: people begin where they sat there
   */
  constructor(future, before = null) {
    this.future = future;
    this.places = future.header.places.length;
    this.cursor = new Cursor(future);
    this.kept = [];
    this.group = new Uint32Array(0);
    this.slot = new Uint32Array(0);
    this.members = new Map();
    this.flowerX = this.flowerY = this.flowerR = new Float64Array(0);
    this.core = new Float64Array(this.places).fill(1);
    this.outer = new Float64Array(this.places);
    this.base = new Float64Array(this.places * RINGS.length); // seats of a ring's spiral that lie inside of it
    const parted = before && before.places === this.places && before.future.first <= future.first;
    if (parted && before.future.last >= future.first) this._begin(before.seek(future.first)._copy());
    this._grow();
    for (let row = 0; row < this.cursor.rows; row++) this._place(row);
    this._arrange(parted ? 2 : 90);
    this.kept.push(this._copy());
  }

  get month() {
    return this.cursor.month;
  }

  /** Go to a month that has arrived. @returns {Seats} this */
  seek(month) {
    const goal = Math.min(Math.max(Math.round(month), this.future.first), this.future.last);
    if (goal === this.month) return this;
    let from = null;
    for (const one of this.kept) if (one.month <= goal) from = one;
    if (goal < this.month || from.month > this.month) {
      this.cursor.seek(from.month);
      this._begin(from);
    }
    while (this.month < goal) this.cursor.seek(this.month + 1, (change) => this._follow(change));
    return this;
  }

  _follow(change) {
    this._grow();
    for (const row of change.rows) this._place(row);
    this._arrange(3);
    if (change.month % 12 === 11 && change.month > this.kept[this.kept.length - 1].month) this.kept.push(this._copy());
  }

  _copy() {
    const copy = { month: this.month };
    for (const name of ["group", "slot", "flowerX", "flowerY", "flowerR", "core"]) copy[name] = this[name].slice();
    return copy;
  }

  _begin(copy) {
    for (const name of ["group", "slot", "flowerX", "flowerY", "flowerR", "core"]) this[name] = copy[name].slice();
    this.members.clear();
    for (let row = 0; row < this.group.length; row++) {
      if (this.group[row] !== HIDDEN) this._membersOf(this.group[row])[this.slot[row]] = row;
    }
    this._grow();
    this._rings();
  }

  _grow() {
    const { rows, firms } = this.cursor;
    const more = (old, size, fill) => {
      const array = new old.constructor(size).fill(fill);
      array.set(old.subarray(0, size));
      return array;
    };
    if (this.group.length < rows) {
      this.group = more(this.group, rows, HIDDEN);
      this.slot = more(this.slot, rows, 0);
    }
    if (this.flowerX.length < firms) {
      this.flowerX = more(this.flowerX, firms, NaN);
      this.flowerY = more(this.flowerY, firms, NaN);
      this.flowerR = more(this.flowerR, firms, 0);
    }
  }

  _membersOf(group) {
    let list = this.members.get(group);
    if (!list) this.members.set(group, (list = []));
    return list;
  }

  _groupOf(row) {
    const state = this.cursor.state[row];
    if (state === STATE.NOBODY) return HIDDEN;
    const firm = this.cursor.firm[row];
    if (firm !== NO_FIRM && state === STATE.BATIK) return 2 * firm;
    if (firm !== NO_FIRM && state === STATE.OWNER) return 2 * firm + 1;
    return RING + RINGS.length * this.future.place[row] + RING_OF[state];
  }

  /** Take a person's seat to where the person belongs now. */
  _place(row) {
    const group = this._groupOf(row);
    const old = this.group[row];
    if (group === old) return;
    if (old !== HIDDEN) {
      const list = this.members.get(old);
      const last = list.pop();
      if (last !== row) {
        list[this.slot[row]] = last;
        this.slot[last] = this.slot[row];
      }
    }
    this.group[row] = group;
    if (group === HIDDEN) return;
    const list = this._membersOf(group);
    this.slot[row] = list.length;
    list.push(row);
  }

  /** How many work in a workshop now. */
  staff(firm) {
    return this.members.get(2 * firm)?.length ?? 0;
  }

  /** Rows of a workshop's staff now. */
  staffOf(firm) {
    return this.members.get(2 * firm) ?? [];
  }

  /** Move the flowers of every place so that they touch but do not overlap. */
  _arrange(rounds) {
    const { firmPlace, firmOpen, firms } = this.cursor;
    const here = Array.from({ length: this.places }, () => []);
    for (let firm = 0; firm < firms; firm++) {
      const staff = this.staff(firm);
      if (!staff && !firmOpen[firm]) {
        this.flowerR[firm] = 0;
        continue;
      }
      this.flowerR[firm] = BATIK * Math.sqrt(staff + HEART) + GAP / 2;
      if (Number.isNaN(this.flowerX[firm])) {
        const away = 0.8 * this.core[firmPlace[firm]];
        this.flowerX[firm] = away * Math.cos(firm * GOLDEN);
        this.flowerY[firm] = away * Math.sin(firm * GOLDEN);
      }
      here[firmPlace[firm]].push(firm);
    }
    here.forEach((list, place) => {
      for (let round = 0; round < rounds; round++) this._nudge(list);
      let edge = 1.2;
      for (const firm of list) edge = Math.max(edge, Math.hypot(this.flowerX[firm], this.flowerY[firm]) + this.flowerR[firm]);
      this.core[place] += (edge - this.core[place]) * (rounds > 10 ? 1 : 0.25);
    });
    this._rings();
  }

  _nudge(list) {
    const { flowerX: x, flowerY: y, flowerR: r } = this;
    for (let a = 0; a < list.length; a++) {
      const i = list[a];
      x[i] *= 0.96;
      y[i] *= 0.96;
    }
    for (let a = 0; a < list.length; a++) {
      const i = list[a];
      for (let b = a + 1; b < list.length; b++) {
        const j = list[b];
        const dx = x[j] - x[i];
        const dy = y[j] - y[i];
        const reach = r[i] + r[j];
        const square = dx * dx + dy * dy;
        if (square >= reach * reach) continue;
        const far = Math.sqrt(square) || 1e-6;
        const by = (reach - far) / far;
        const share = (r[j] * r[j]) / (r[i] * r[i] + r[j] * r[j]); // the larger moves less
        x[i] -= dx * by * share;
        y[i] -= dy * by * share;
        x[j] += dx * by * (1 - share);
        y[j] += dy * by * (1 - share);
      }
    }
  }

  _rings() {
    for (let place = 0; place < this.places; place++) {
      let radius = this.core[place];
      for (let ring = 0; ring < RINGS.length; ring++) {
        const at = RINGS.length * place + ring;
        const count = this.members.get(RING + at)?.length ?? 0;
        if (count) radius += GAP;
        this.base[at] = (radius / SPACING[ring]) ** 2;
        radius = Math.sqrt(this.base[at] + count) * SPACING[ring];
      }
      this.outer[place] = radius + 0.6;
    }
  }

  /**
   * Write everybody's place on the cloth.
   * @param {Float32Array} x px by row; untouched for those who are not shown
   * @param {Float32Array} y
   * @param {{x: number, y: number}[]} centres of the roundels, px
   * @param {number} unit px of one seat
   * @returns {number} rows written
   */
  write(x, y, centres, unit) {
    const { group, slot, base } = this;
    const { firmPlace, rows } = this.cursor;
    spiralTo(this._longest());
    for (let row = 0; row < rows; row++) {
      const one = group[row];
      if (one === HIDDEN) continue;
      const number = slot[row];
      let centreX, centreY, radius;
      if (one >= RING) {
        const at = one - RING;
        const centre = centres[at >> 2];
        radius = SPACING[at & 3] * Math.sqrt(base[at] + number + 0.5);
        centreX = centre.x;
        centreY = centre.y;
      } else {
        const firm = one >> 1;
        const centre = centres[firmPlace[firm]];
        radius = one & 1 ? number * 0.6 : BATIK * Math.sqrt(number + HEART);
        centreX = centre.x + unit * this.flowerX[firm];
        centreY = centre.y + unit * this.flowerY[firm];
      }
      x[row] = centreX + unit * radius * cosines[number];
      y[row] = centreY + unit * radius * sines[number];
    }
    return rows;
  }

  _longest() {
    let most = 0;
    for (const list of this.members.values()) most = Math.max(most, list.length);
    return most;
  }
}

let cosines = new Float32Array(0);
let sines = new Float32Array(0);

function spiralTo(size) {
  if (cosines.length >= size) return;
  const count = Math.max(4096, size * 2);
  cosines = Float32Array.from({ length: count }, (_, i) => Math.cos(i * GOLDEN));
  sines = Float32Array.from({ length: count }, (_, i) => Math.sin(i * GOLDEN));
}

/** The largest radius of each place in the months that have arrived, in seats: what the layout needs. */
export function widest(seats) {
  const most = new Float64Array(seats.places);
  const back = seats.month;
  for (const key of seats.future.keys) {
    seats.seek(key.month);
    for (let place = 0; place < seats.places; place++) most[place] = Math.max(most[place], seats.outer[place]);
  }
  seats.seek(back);
  return most;
}
