/**
 * Where the roundels of the places stand on the cloth: as they lie on the map, pushed apart until nothing overlaps.
 *
 * Pure functions: the same places and the same size give the same picture.
 */

const GRID = 28; // cells of the room each way when points are spread
const ROUNDS = [2, 10]; // of spreading: little and much, whichever leaves more room
const GROWTH = 1.02; // roundels grow by this while they have room
const PATIENCE = 110; // steps of pushing apart before they are said to be stuck
const TURN = (50 * Math.PI) / 180; // how far the direction of a neighbour may turn before it is turned back
/** No neighbour's direction turns further than this: less than a quarter of a circle. */
export const MOST_TURN = (65 * Math.PI) / 180;
const TOUCH = 2; // px that roundels may overlap
const PAD = 5; // px between roundels

/**
 * Points of places in km, x to the east and y to the north.
 * @param {{lat?: number, lon?: number, x?: number, y?: number}[]} places
 */
export function onThePlane(places) {
  const mean = places.reduce((sum, place) => sum + (place.lat ?? 0), 0) / Math.max(1, places.length);
  const wide = 111.32 * Math.cos((mean * Math.PI) / 180);
  return places.map((place) =>
    place.lat === undefined ? { x: place.x ?? 0, y: place.y ?? 0 } : { x: place.lon * wide, y: place.lat * 110.57 },
  );
}

/**
 * Pairs of places with nobody between them (the Gabriel graph): those whose direction a reader would miss.
 * @param {{x: number, y: number}[]} points
 * @returns {[number, number][]}
 */
export function neighbours(points) {
  const pairs = [];
  for (let i = 0; i < points.length; i++) {
    for (let j = i + 1; j < points.length; j++) {
      const middle = { x: (points[i].x + points[j].x) / 2, y: (points[i].y + points[j].y) / 2 };
      const reach = Math.hypot(points[i].x - middle.x, points[i].y - middle.y) - 1e-9;
      const free = points.every((p, k) => k === i || k === j || Math.hypot(p.x - middle.x, p.y - middle.y) >= reach);
      if (free) pairs.push([i, j]);
    }
  }
  return pairs;
}

/**
 * Lay roundels out in a rectangle: small ones on the map, grown until they are stuck.
 * @param {{x: number, y: number}[]} points of places, y to the north
 * @param {number[]} radii relative to each other
 * @param {{width: number, height: number, captions?: {width: number, height: number}[],
 *          keep?: {x: number, y: number, width: number, height: number}[]}} room
 *        `captions` stand below their roundels; `keep` are boxes to keep free; all in px
 * @returns {{scale: number, centres: {x: number, y: number, r: number}[]}} px, y downward; `scale`: px of radius 1
 */
export function layout(points, radii, room) {
  if (!points.length) return { scale: 1, centres: [] };
  const tries = ROUNDS.map((rounds) => grow(points, radii, room, rounds));
  return tries.reduce((best, one) => (one.scale > best.scale ? one : best));
}

function grow(points, radii, room, rounds) {
  const pairs = neighbours(points).map(([i, j]) => ({
    ...{ i, j },
    angle: Math.atan2(points[i].y - points[j].y, points[j].x - points[i].x),
  }));
  const area = radii.reduce((sum, r) => sum + Math.PI * r * r, 0);
  let scale = Math.sqrt((0.06 * room.width * room.height) / area);
  const bodies = spread(points, radii, room, rounds).map((p, i) => ({
    ...{ x: p.x, y: p.y, r: 0 },
    half: (room.captions?.[i].width ?? 0) / 2,
    tall: room.captions?.[i].height ?? 0,
  }));
  const keep = (room.keep ?? []).map((b) => ({ left: b.x, right: b.x + b.width, top: b.y, bottom: b.y + b.height }));
  let best = null;
  const tallest = Math.max(...bodies.map((body) => body.tall));
  const most = Math.min(room.width, room.height - tallest) / 2 / Math.max(...radii);
  for (let stuck = 0; stuck < PATIENCE; stuck++) {
    bodies.forEach((body, i) => (body.r = radii[i] * scale));
    const depth = settle(bodies, pairs, keep, room);
    if (depth > TOUCH) continue;
    if (pairs.every(({ i, j, angle }) => Math.abs(turned(bodies[i], bodies[j], angle)) < MOST_TURN)) {
      best = { scale, centres: bodies.map(({ x, y, r }) => ({ x, y, r })) };
      stuck = 0;
    }
    if (best && scale * GROWTH > most) break;
    if (best) scale *= GROWTH;
  }
  // In a room too small for the captions the roundels stand where they came to stand.
  return best ?? { scale, centres: bodies.map(({ x, y, r }) => ({ x, y, r })) };
}

/**
 * Points spread over the room as evenly as their sizes want it, each still beside its neighbours: from half way
 * between the map and its ranks, every point goes to the middle of what lies nearest to it, a few times.
 */
function spread(points, radii, { width, height, keep = [] }, rounds) {
  const along = (values, size) => {
    const low = Math.min(...values);
    const span = Math.max(...values) - low || 1;
    const order = [...values].sort((a, b) => a - b);
    const last = Math.max(1, values.length - 1);
    return values.map((value) => size * (0.08 + 0.84 * (0.4 * ((value - low) / span) + 0.6 * (order.indexOf(value) / last))));
  };
  const x = along(points.map((point) => point.x), width);
  const y = along(points.map((point) => -point.y), height);
  const area = radii.reduce((sum, r) => sum + r * r, 0);
  const wish = radii.map((r) => (0.6 * width * height * r * r) / area / Math.PI);
  const cells = [];
  for (let i = 0.5; i < GRID; i++) {
    for (let j = 0.5; j < GRID; j++) {
      const [cx, cy] = [(i / GRID) * width, (j / GRID) * height];
      if (!keep.some((b) => cx >= b.x && cx <= b.x + b.width && cy >= b.y && cy <= b.y + b.height)) cells.push([cx, cy]);
    }
  }
  for (let round = 0; round < rounds; round++) {
    const sums = points.map(() => [0, 0, 0]);
    for (const [cx, cy] of cells) {
      let [near, least] = [0, Infinity];
      for (let k = 0; k < points.length; k++) {
        const far = (x[k] - cx) ** 2 + (y[k] - cy) ** 2 - wish[k];
        if (far < least) [near, least] = [k, far];
      }
      const sum = sums[near];
      sum[0] += cx;
      sum[1] += cy;
      sum[2] += 1;
    }
    sums.forEach(([sx, sy, count], k) => {
      if (!count) return;
      x[k] += 0.5 * (sx / count - x[k]);
      y[k] += 0.5 * (sy / count - y[k]);
    });
  }
  return points.map((_, i) => ({ x: x[i], y: y[i] }));
}

/** One round of turning back and pushing apart; the deepest overlap met, px. */
function settle(bodies, pairs, keep, room) {
  let deepest = 0;
  for (const { i, j, angle } of pairs) turnBack(bodies[i], bodies[j], angle);
  for (let i = 0; i < bodies.length; i++) {
    for (let j = i + 1; j < bodies.length; j++) deepest = Math.max(deepest, part(bodies[i], bodies[j]));
  }
  for (const body of bodies) {
    for (const box of keep) {
      const by = outOf(body.x, body.y, body.r + PAD, box);
      deepest = Math.max(deepest, by.depth);
      body.x += by.x;
      body.y += by.y;
    }
    const [x, y] = [body.x, body.y];
    const across = Math.max(body.r, body.half) + 1;
    body.x = Math.max(across, Math.min(body.x, room.width - across));
    body.y = Math.max(body.r + 1, Math.min(body.y, room.height - body.r - body.tall - 1));
    deepest = Math.max(deepest, Math.abs(body.x - x), Math.abs(body.y - y));
  }
  return deepest;
}

/** By how much the direction from a to b differs from `angle`, -pi to pi. */
export function turned(a, b, angle) {
  const off = Math.atan2(b.y - a.y, b.x - a.x) - angle;
  return Math.atan2(Math.sin(off), Math.cos(off));
}

function turnBack(a, b, angle) {
  const off = turned(a, b, angle);
  if (Math.abs(off) <= TURN) return;
  const by = 0.12 * (off - Math.sign(off) * TURN);
  const [x, y] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
  const [cos, sin] = [Math.cos(by), Math.sin(by)];
  for (const body of [a, b]) {
    const [dx, dy] = [body.x - x, body.y - y];
    body.x = x + dx * cos + dy * sin;
    body.y = y - dx * sin + dy * cos;
  }
}

/** Part two roundels with their captions; the depth of their overlap, px. */
function part(a, b) {
  const far = Math.sqrt((b.x - a.x) ** 2 + (b.y - a.y) ** 2) || 1e-6;
  let depth = a.r + b.r + PAD - far;
  if (depth < -(Math.max(a.half, b.half) + Math.max(a.tall, b.tall))) return 0; // too far for captions, too
  let x = (b.x - a.x) / far;
  let y = (b.y - a.y) / far;
  const take = (by, sign) => {
    if (by.depth > Math.max(0, depth)) [depth, x, y] = [by.depth, (sign * by.x) / by.depth, (sign * by.y) / by.depth];
  };
  if (a.tall && b.y > a.y) take(outOf(b.x, b.y, b.r + 1, captionOf(a)), 1);
  if (b.tall && a.y > b.y) take(outOf(a.x, a.y, a.r + 1, captionOf(b)), -1);
  if (a.tall && b.tall) {
    const across = a.half + b.half + PAD - Math.abs(b.x - a.x);
    const [low, high] = [Math.max(a.y + a.r, b.y + b.r), Math.min(a.y + a.r + a.tall, b.y + b.r + b.tall)];
    if (across > 0 && high > low) {
      const down = high - low;
      if (across < down && across > depth) [depth, x, y] = [across, Math.sign(b.x - a.x) || 1, 0];
      else if (down <= across && down > depth) [depth, x, y] = [down, 0, b.y + b.r >= a.y + a.r ? 1 : -1];
    }
  }
  if (depth <= 0) return 0;
  const half = depth / 2;
  a.x -= x * half;
  a.y -= y * half;
  b.x += x * half;
  b.y += y * half;
  return depth;
}

const captionOf = (body) => ({
  ...{ left: body.x - body.half, right: body.x + body.half },
  ...{ top: body.y + body.r, bottom: body.y + body.r + body.tall },
});

const NOWHERE = Object.freeze({ x: 0, y: 0, depth: 0 });

/** The shortest way of a circle out of a box. */
function outOf(x, y, r, box) {
  const dx = x - Math.max(box.left, Math.min(x, box.right));
  const dy = y - Math.max(box.top, Math.min(y, box.bottom));
  if (dx * dx + dy * dy >= r * r) return NOWHERE;
  const far = Math.sqrt(dx * dx + dy * dy);
  if (far > 1e-6) return { x: (dx / far) * (r - far), y: (dy / far) * (r - far), depth: r - far };
  const right = box.right - x + r;
  const down = box.bottom - y + r;
  return right < down ? { x: right, y: 0, depth: right } : { x: 0, y: down, depth: down };
}
