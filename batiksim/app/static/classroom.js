/**
 * In class: one screen leads, the others follow (server: api/classroom.py).
 *
 *     import { inClass } from "./classroom.js";
 *
 *     const room = inClass(element, {
 *       read,     // () => {scenario, world, seed, month, playing, speed}: what this screen shows now
 *       apply,    // (the same) => void: show this, scenario first; called with the state of now, then with each new one
 *     });
 *     room.role           // "leads", "follows" or null; it can change: a class ends, a pupil goes their own way
 *     room.say()          // after play, pause, a jump, a new policy, world, seed or speed; does nothing unless it leads
 *     room.leave()        // a pupil does something of their own; does nothing unless it follows
 *
 * `element` is filled with one line that says what goes on, and emptied when nothing does. A screen follows when its
 * address says ?class=CODE, and leads when a class was begun in this browser on the page for teachers.
 */
import { element, lang, number, post, text } from "./shell.js";

const KEPT = "batiksim-class";
const BEAT = 5000; // milliseconds between two signs of life of the screen that leads
const SOON = 150; // what happens within so many milliseconds is said once

/** The class that was begun in this browser: {code, key}, or null. */
export function ownClass() {
  try {
    const { code, key } = JSON.parse(localStorage.getItem(KEPT));
    return { code: String(code), key: String(key) };
  } catch {
    return null;
  }
}

/** Keep the class that is led; null: none. */
export function keepClass(room) {
  if (room) localStorage.setItem(KEPT, JSON.stringify({ code: room.code, key: room.key }));
  else localStorage.removeItem(KEPT);
}

/** POST to a class that is led: "board", "state" or "end". */
export async function toClass(room, what, more = {}) {
  const path = `/api/class/${encodeURIComponent(room.code)}/${what}`;
  return (await post(path, { key: room.key, ...more })).json();
}

export function inClass(place, { read, apply }) {
  const code = new URLSearchParams(location.search).get("class");
  const room = { role: null, say() {}, leave() {} };
  if (code) follow(room, code, place, apply);
  else if (ownClass()) lead(room, ownClass(), place, read);
  return room;
}

function tell(place, sentence, ...more) {
  place.replaceChildren(element("p", { class: "class-bar", role: "status" }, element("span", {}, sentence), ...more));
}

function follow(room, code, place, apply) {
  room.role = "follows";
  const source = new EventSource(`/api/class/${encodeURIComponent(code)}?lang=${lang}`);
  const leave = (sentence) => {
    source.close();
    room.role = null;
    room.leave = () => {};
    const address = new URL(location.href);
    address.searchParams.delete("class");
    history.replaceState(null, "", address);
    document.dispatchEvent(new Event("statechange"));
    if (sentence) tell(place, sentence);
    else place.replaceChildren();
  };
  room.leave = () => leave("");
  const own = () => element("button", { type: "button", onclick: () => leave("") }, text("class.own_way"));
  const following = () => tell(place, text("class.follows", { code: code.toUpperCase() }), own());
  tell(place, text("class.waits", { code: code.toUpperCase() }), own());
  source.addEventListener("open", following);
  source.addEventListener("end", () => leave(text("class.ended")));
  source.addEventListener("message", (event) => {
    const { state, age } = JSON.parse(event.data);
    // Who comes later starts where the teacher's clock is by now.
    const since = state.playing ? Math.floor(age * state.speed * 12) : 0;
    apply({ ...state, month: Math.min(state.month + since, 359) });
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) leave(text("class.none"));
    else tell(place, text("class.lost"), own()); // the browser tries again by itself
  });
}

function lead(room, own, place, read) {
  let waiting = null;
  let sent = "";
  room.role = "leads";
  const show = (watching) => tell(
    place,
    text("class.leads", { code: own.code, screens: number(watching) }),
    element("a", { class: "button", href: `/teacher?lang=${lang}` }, text("class.to_board")),
  );
  const stop = () => {
    clearInterval(beat);
    room.role = null;
    room.say = () => {};
    if (ownClass()?.code === own.code) keepClass(null);
    place.replaceChildren();
  };
  const send = async (always) => {
    waiting = null;
    const state = read();
    const written = JSON.stringify(state);
    const news = always || written !== sent;
    sent = written;
    try {
      show((await toClass(own, "state", news ? { state } : {})).watching);
    } catch (error) {
      if (error.told?.gone) stop();
      else tell(place, error.message);
    }
  };
  room.say = () => {
    waiting ??= setTimeout(() => send(true), SOON);
  };
  // While it plays the others have clocks of their own; now and then they are told where this one is.
  const beat = setInterval(() => send(false), BEAT);
  show(0);
  room.say();
}
