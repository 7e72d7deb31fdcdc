/**
 * The indigo cloth: everybody as a dot in their place, drawn as often as the screen shows it.
 *
 * It knows months, seats and lives; not the clock. The page's words about it (year, counts, legend) are elements
 * beside the canvas, so that they can be read aloud and enlarged.
 */

import { Dot, stamp } from "./dots.js";
import { Cursor, NO_FIRM, STATE } from "./frames.js";
import { BORDER, CLOTH, drawGround, seaOf } from "./ground.js";
import { layout, onThePlane } from "./layout.js";
import { LARGE, Seats, widest } from "./seats.js";

const YOUNG_MONTHS = 30 * 12; // codes.YOUNG_MONTHS: under thirty
const GLIDE = 75; // ms in which two thirds of a way are gone: all of it in under 300
const MOST_PIXELS = 2.6e6; // of the bitmap; a phone's third pixel is not worth a slow picture
const FONT = '"Plus Jakarta Sans", system-ui, sans-serif';

/** What a person looks like; the order is that of drawing. */
export const LOOK = { SCHOOL: 0, OTHER: 1, GARMENT: 2, OLDER: 3, YOUNG: 4, OWNER: 5, LOST: 6, NONE: 7 };
export const COLOUR = {
  ...{ school: "#aeb6e8", other: "#5c6f99", garment: "#39a0a0", older: "#f2a541", young: "#fff1c9" },
  ...{ owner: "#ffffff", lost: "#ff6b6b", gained: "#ffffff" },
};
const COLOUR_OF = ["school", "other", "garment", "older", "young", "owner", "lost"].map((name) => COLOUR[name]);
const LOOK_OF = [LOOK.NONE, LOOK.SCHOOL, LOOK.OTHER, LOOK.YOUNG, LOOK.GARMENT, LOOK.OTHER, LOOK.OTHER, LOOK.OWNER, LOOK.OTHER];

/** Batik workers among some rows. */
function working(state, from, to) {
  let count = 0;
  for (let row = from; row < to; row++) if (state[row] === STATE.BATIK) count++;
  return count;
}

export class Cloth {
  /**
   * @param {HTMLElement} element gets the canvas
   * @param {{places: object[], names: string[], sea: string, still: () => boolean,
   *          onPick: (detail: object) => void, room: () => {width: number, height: number}}} options
   *        `still`: nothing glides; `room`: what the words at the upper left take, px
   */
  constructor(element, options) {
    this.options = options;
    this.element = element;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "stage-canvas";
    this.canvas.setAttribute("role", "img");
    this.pen = this.canvas.getContext("2d", { alpha: false });
    element.append(this.canvas);
    this.points = onThePlane(options.places);
    this.parts = []; // the baseline and what is shown instead of it, each from its first month on
    this.seats = this.twin = null;
    this.known = new Map(); // future -> seats
    this.month = 0;
    this.followed = null;
    this.rows = 0;
    this.order = new Uint32Array(0);
    this.bounds = new Uint32Array(LOOK.NONE + 2);
    this.gained = this.lost = 0;
    this.marked = [];
    this.timing = { frames: 0, total: 0, most: 0 };
    this.frame = 0;
    this.last = 0;
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(element);
    this.canvas.addEventListener("click", (event) => this._click(event));
  }

  close() {
    this.watcher.disconnect();
    cancelAnimationFrame(this.frame);
    this.frame = -1;
    this.canvas.remove();
  }

  get baseline() {
    return this.parts[0] ?? null;
  }

  /** What is shown: the baseline, and futures that replace it and each other after their first months. */
  show(parts) {
    const other = parts[0] !== this.baseline;
    this.parts = parts;
    for (const one of this.known.keys()) if (!parts.includes(one)) this.known.delete(one);
    this.twin = parts.length > 1 && this.baseline.begun ? new Cursor(this.baseline) : null;
    if (other) this.resize();
    else this.to(this.month);
  }

  /** Measure, lay out and draw anew. */
  resize() {
    const width = Math.round(this.element.clientWidth);
    const height = Math.round(this.element.clientHeight);
    if (width < 40 || height < 40) return;
    this.width = width;
    this.height = height;
    this.ratio = Math.min(window.devicePixelRatio || 1, Math.sqrt(MOST_PIXELS / (width * height)));
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(height * this.ratio);
    const first = this._seatsOf(this.baseline);
    if (first) this._lay(first);
    else this.centres = [];
    this._ground();
    this.to(this.month, true);
  }

  _lay(seats) {
    const { width, height } = this;
    const size = this.size;
    this.pen.font = `600 ${size}px ${FONT}`;
    const captions = this._captions().map((lines) => ({
      width: Math.max(...lines.map((line) => this.pen.measureText(line).width)) + 4,
      height: lines.length * (size + 1) + 4,
    }));
    const top = seaOf(height);
    const words = this.options.room();
    const keep = [{ x: 0, y: 0, width: words.width, height: Math.max(0, words.height - top) }];
    const room = { width: width - 8, height: height - top - BORDER - 4, captions, keep };
    // A little more than they need so far: roundels should not jump because a month brings one more person.
    const radii = Array.from(widest(seats), (radius) => 1.03 * radius + 0.5);
    const same = JSON.stringify(room);
    if (same !== this.laid?.room || radii.some((radius, i) => radius > this.laid.radii[i] * 1.03)) {
      const found = layout(this.points, radii, room);
      this.laid = { room: same, radii };
      this.unit = found.scale;
      this.centres = found.centres.map(({ x, y, r }) => ({ x: x + 4, y: y + top, r }));
    }
    const large = this.unit * LARGE * 0.42 * this.ratio;
    const small = Math.max(0.55, this.unit * 0.34 * this.ratio);
    const radius = [small * 0.86, small, small * 1.08, large, large, large * 0.9, large * 0.8];
    this.dots = COLOUR_OF.map((colour, look) => new Dot(colour, CLOTH.field, radius[look]));
    this.dots[LOOK.LOST] = new Dot(COLOUR.lost, CLOTH.field, Math.max(large * 0.9, 1.5 * this.ratio), 0.95 * this.ratio);
    const line = Math.min(0.8, 0.3 * this.unit) * this.ratio;
    this.ring = new Dot(COLOUR.gained, CLOTH.field, large + Math.min(1.1, 0.42 * this.unit) * this.ratio, line);
  }

  /** Size of captions, px. */
  get size() {
    return this.width < 520 ? 10 : 12;
  }

  /** Names by line: on a narrow cloth long ones take two. */
  _captions() {
    const narrow = this.width < 520;
    return this.options.names.map((name) => (narrow && name.length > 9 && name.includes(" ") ? name.split(/ (?=\S+$)/) : [name]));
  }

  _ground() {
    const under = document.createElement("canvas");
    under.width = this.canvas.width;
    under.height = this.canvas.height;
    const pen = under.getContext("2d", { alpha: false, willReadFrequently: true });
    pen.scale(this.ratio, this.ratio);
    drawGround(pen, {
      ...{ width: this.width, height: this.height, centres: this.centres },
      ...{ names: this._captions(), sea: this.options.sea, font: FONT, size: this.size },
    });
    const read = pen.getImageData(0, 0, under.width, under.height);
    this.under = new Uint32Array(read.data.buffer);
    this.image = new ImageData(under.width, under.height);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  /** Draw the ground again, for a font that has come. */
  repaint() {
    if (!this.centres) return;
    this.resize();
  }

  _seatsOf(future) {
    if (!future || !future.begun) return null;
    let seats = this.known.get(future);
    if (!seats) {
      const before = this._seatsOf(this.parts[this.parts.indexOf(future) - 1]);
      this.known.set(future, (seats = new Seats(future, before)));
    }
    return seats;
  }

  /** The future that is shown in a month. */
  shownIn(month) {
    let shown = this.baseline;
    for (const one of this.parts) if (one.begun && month > one.first) shown = one;
    return shown;
  }

  /** Go to a month that has arrived; `at once`: nobody glides. */
  to(month, atOnce = false) {
    this.month = month;
    const future = this.shownIn(month);
    this.seats = this._seatsOf(future);
    if (!this.seats || !this.centres?.length) return this._wake();
    this.seats.seek(month);
    const { rows } = this.seats.cursor;
    this._room(rows);
    const before = this.rows;
    this.rows = rows;
    this._looks(future);
    this.seats.write(this.goalX, this.goalY, this.centres, this.unit);
    const jump = atOnce || this.options.still();
    for (let i = 0; i < this.order.length; i++) {
      const row = this.order[i];
      if (jump || row >= before || !this.here[row]) {
        this.x[row] = this.goalX[row];
        this.y[row] = this.goalY[row];
      }
    }
    this.here.fill(0);
    for (let i = 0; i < this.order.length; i++) this.here[this.order[i]] = 1;
    return this._wake();
  }

  _room(rows) {
    if (this.look && this.look.length >= rows) return;
    const size = Math.ceil(rows * 1.1);
    for (const name of ["x", "y", "goalX", "goalY"]) {
      const array = new Float32Array(size);
      if (this[name]) array.set(this[name]);
      this[name] = array;
    }
    const here = new Uint8Array(size);
    if (this.here) here.set(this.here);
    this.here = here;
    this.look = new Uint8Array(size);
  }

  /** What everybody looks like this month, the order of drawing, and who took another path. */
  _looks(future) {
    const { state, rows } = this.seats.cursor;
    const { birth } = future;
    const young = this.month - YOUNG_MONTHS;
    const compared = future !== this.baseline && this.twin && this.baseline.last >= this.month ? this.twin.seek(this.month) : null;
    const counts = new Uint32Array(LOOK.NONE + 1);
    this.lost = 0;
    this.marked = [];
    // Beyond the rows that were there when they parted, a row is one person here and another there.
    const common = Math.min(rows, compared?.rows ?? 0, ...this.parts.slice(1).map((one) => one.header.people));
    for (let row = 0; row < rows; row++) {
      let look = LOOK_OF[state[row]];
      if (look === LOOK.YOUNG && birth[row] <= young) look = LOOK.OLDER;
      if (compared && row < common) {
        const works = state[row] === STATE.BATIK;
        const worked = compared.state[row] === STATE.BATIK;
        if (works && !worked) this.marked.push(row);
        else if (worked && !works) {
          this.lost++;
          if (look !== LOOK.NONE) look = LOOK.LOST;
        }
      }
      this.look[row] = look;
      counts[look]++;
    }
    const start = this.bounds;
    start[0] = 0;
    for (let look = 0; look < LOOK.NONE; look++) start[look + 1] = start[look] + counts[look];
    if (this.order.length !== start[LOOK.NONE]) this.order = new Uint32Array(start[LOOK.NONE]);
    const at = start.slice();
    for (let row = 0; row < rows; row++) if (this.look[row] !== LOOK.NONE) this.order[at[this.look[row]]++] = row;
    this.gained = this.marked.length;
    if (compared) {
      const more = working(state, common, rows) - working(compared.state, common, compared.rows);
      this.gained += Math.max(0, more);
      this.lost += Math.max(0, -more);
    }
    this.marked = Uint32Array.from(this.marked);
  }

  /** The look of a person without marks. */
  plain(row) {
    const look = LOOK_OF[this.seats.cursor.state[row]];
    const old = this.shownIn(this.month).birth[row] <= this.month - YOUNG_MONTHS;
    return look === LOOK.YOUNG && old ? LOOK.OLDER : look;
  }

  /** Ring one person, by row; null: nobody. */
  follow(row) {
    this.followed = row;
    this._wake();
  }

  _wake() {
    if (this.frame === 0) {
      this.last = 0;
      this.frame = requestAnimationFrame((now) => this._tick(now));
    }
    return this;
  }

  _tick(now) {
    const since = this.last ? Math.min(now - this.last, 100) : 16;
    this.last = now;
    const began = performance.now();
    const moving = this._glide(1 - Math.exp(-since / GLIDE));
    this.draw();
    const took = performance.now() - began;
    this.timing.frames++;
    this.timing.total += took;
    this.timing.most = Math.max(this.timing.most, took);
    this.frame = moving ? requestAnimationFrame((next) => this._tick(next)) : 0;
  }

  _glide(share) {
    const { x, y, goalX, goalY, order } = this;
    let most = 0;
    for (let i = 0; i < order.length; i++) {
      const row = order[i];
      const dx = goalX[row] - x[row];
      const dy = goalY[row] - y[row];
      x[row] += dx * share;
      y[row] += dy * share;
      most = Math.max(most, dx < 0 ? -dx : dx, dy < 0 ? -dy : dy);
    }
    return most > 0.08;
  }

  /** Draw one frame now. */
  draw() {
    if (!this.pixels) return;
    const { pixels, ratio } = this;
    const [wide, tall] = [this.canvas.width, this.canvas.height];
    pixels.set(this.under);
    if (this.seats && this.centres.length) {
      for (let look = 0; look < LOOK.NONE; look++) {
        stamp(pixels, wide, tall, this.dots[look], this.order, this.bounds[look], this.bounds[look + 1], this.x, this.y, ratio);
      }
      stamp(pixels, wide, tall, this.ring, this.marked, 0, this.marked.length, this.x, this.y, ratio);
    }
    this.pen.putImageData(this.image, 0, 0);
    if (this.seats && this.centres.length) this._overlay(this.pen);
  }

  _overlay(pen) {
    pen.save();
    pen.scale(this.ratio, this.ratio);
    pen.strokeStyle = COLOUR.older;
    pen.globalAlpha = 0.42;
    pen.lineWidth = 0.8;
    pen.beginPath();
    for (let firm = 0; firm < this.seats.cursor.firms; firm++) {
      const flower = this.flower(firm);
      if (!flower) continue;
      pen.moveTo(flower.x + flower.r, flower.y);
      pen.arc(flower.x, flower.y, flower.r, 0, 2 * Math.PI);
    }
    pen.stroke();
    pen.globalAlpha = 1;
    if (this.followed !== null && this.followed < this.rows && this.look[this.followed] !== LOOK.NONE) {
      const [x, y] = [this.x[this.followed], this.y[this.followed]];
      pen.strokeStyle = CLOTH.field;
      pen.lineWidth = 5;
      pen.beginPath();
      pen.arc(x, y, 9, 0, 2 * Math.PI);
      pen.stroke();
      pen.strokeStyle = "#ffffff";
      pen.lineWidth = 2;
      pen.stroke();
    }
    pen.restore();
  }

  /** Middle and radius of a workshop's flower, px; null where there is none. */
  flower(firm) {
    const { seats } = this;
    const r = seats.flowerR[firm];
    if (!r) return null;
    const centre = this.centres[seats.cursor.firmPlace[firm]];
    return { x: centre.x + this.unit * seats.flowerX[firm], y: centre.y + this.unit * seats.flowerY[firm], r: this.unit * (r - 0.35) };
  }

  /**
   * What is at a point of the canvas, px of the page.
   * @returns {{place: number, firm: number|null, person: number|null}|null}
   */
  at(x, y) {
    if (!this.seats || !this.centres.length) return null;
    const place = this.centres.findIndex((c) => Math.hypot(c.x - x, c.y - y) <= c.r + 4);
    if (place < 0) return null;
    let person = null;
    let near = Math.max(4, 1.1 * this.unit * LARGE) ** 2;
    for (let i = 0; i < this.order.length; i++) {
      const row = this.order[i];
      const square = (this.x[row] - x) ** 2 + (this.y[row] - y) ** 2;
      if (square < near) [near, person] = [square, row];
    }
    let firm = null;
    for (let one = 0; one < this.seats.cursor.firms && firm === null; one++) {
      const flower = this.flower(one);
      if (flower && Math.hypot(flower.x - x, flower.y - y) <= flower.r) firm = one;
    }
    if (firm === null && person !== null && this.seats.cursor.firm[person] !== NO_FIRM) firm = this.seats.cursor.firm[person];
    return { place, firm, person };
  }

  _click(event) {
    const box = this.canvas.getBoundingClientRect();
    const found = this.at(event.clientX - box.left, event.clientY - box.top);
    if (found) this.options.onPick(found);
  }
}
