/**
 * The clock: which month is shown, played at so many years a second, held while a future is awaited.
 *
 * It draws nothing and knows no future; `ahead()` says how far there is something to show.
 */

/** Years a second that can be chosen. */
export const SPEEDS = [0.5, 1, 2, 4, 8];

export class Clock extends EventTarget {
  /**
   * Events: `month` ({month, playing}), `play` ({playing}), `hold` ({held}), `now` ({month}), `end` ({month}).
   *
   * @param {{first: number, last: number, now?: number, speed?: number, ahead?: () => number,
   *          still?: () => boolean, frame?: typeof requestAnimationFrame}} options
   *        months; `ahead`: last month that can be shown; `still`: whoever wants less motion sees whole years, one a
   *        second; `frame`: what calls back at the next frame
   */
  constructor({ first, last, now = -1, speed = 4, ahead, still, frame }) {
    super();
    this.first = first;
    this.last = last;
    this.now = now;
    this.speed = speed;
    this.ahead = ahead ?? (() => this.last);
    this.still = still ?? (() => false);
    this.frame = frame ?? ((call) => requestAnimationFrame(call));
    this.at = first; // with the part of a month that has passed
    this.playing = false;
    this.held = false;
    this.waiting = false;
    this.stopped = now < 0; // at the present, once
    this.round = 0;
    this.before = 0;
  }

  get month() {
    return Math.floor(this.at + 1e-9);
  }

  set month(month) {
    this._go(month);
  }

  _go(month) {
    const old = this.month;
    this.at = Math.min(Math.max(Number(month) || 0, this.first), this.last, Math.max(this.first, this.ahead()));
    if (this.month !== old) this._tell("month", { month: this.month, playing: this.playing });
  }

  _tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** Play on; at the last month from the beginning, or from the present where there is one. */
  play() {
    if (this.playing) return;
    if (this.month >= this.last) this._go(this.now >= this.first ? this.now : this.first);
    this.playing = true;
    this._tell("play", { playing: true });
    this.before = 0;
    const round = ++this.round;
    this.frame((time) => this._tick(time, round));
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.round++;
    this._wait(false);
    this._tell("play", { playing: false });
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Pause and move by so many months. */
  step(months) {
    this.pause();
    this._go(this.month + months);
  }

  /** Wait for something: the clock stays where it is, and goes on by itself afterwards. */
  hold(held) {
    this.held = held;
    if (!held) this.before = 0;
    if (this.playing) this._wait(held);
  }

  _wait(waiting) {
    if (this.waiting === waiting) return;
    this.waiting = waiting;
    this._tell("hold", { held: waiting });
  }

  _tick(time, round) {
    if (!this.playing || round !== this.round) return;
    const passed = this.before ? Math.min(time - this.before, 250) : 0;
    if (this.held) this.before = time;
    else if (!this.still()) {
      this.before = time;
      this._advance((passed / 1000) * this.speed * 12);
    } else if (!this.before) this.before = time;
    else if (time - this.before >= 1000) {
      this.before = time;
      this._advance(12 - (this.month % 12));
    }
    if (this.playing && round === this.round) this.frame((next) => this._tick(next, round));
  }

  _advance(months) {
    let goal = this.at + months;
    const present = !this.stopped && this.at < this.now && goal >= this.now;
    if (present) goal = this.now;
    const ahead = this.ahead();
    this._wait(goal > ahead + 1 && ahead < this.last);
    this._go(Math.min(goal, ahead + 0.999));
    if (present && this.month >= this.now) {
      this.stopped = true;
      this.pause();
      this._tell("now", { month: this.month });
    } else if (this.month >= this.last) {
      this.pause();
      this._tell("end", { month: this.month });
    }
  }

  /**
   * Act on a key: space plays and pauses, arrows move a month (with Shift a year), Home and End to the ends.
   * @returns {boolean} the key was one of the clock's
   */
  key({ key, shiftKey = false, ctrlKey = false, altKey = false, metaKey = false }) {
    if (ctrlKey || altKey || metaKey) return false;
    const by = shiftKey ? 12 : 1;
    if (key === " ") this.toggle();
    else if (key === "ArrowRight" || key === "ArrowUp") this.step(by);
    else if (key === "ArrowLeft" || key === "ArrowDown") this.step(-by);
    else if (key === "PageUp") this.step(12);
    else if (key === "PageDown") this.step(-12);
    else if (key === "Home") this.step(this.first - this.month);
    else if (key === "End") this.step(this.last - this.month);
    else return false;
    return true;
  }
}
