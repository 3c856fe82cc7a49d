// The index that finds the point under the pointer, against looking at every point.
import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "./graph.mjs";
import { source } from "./source.mjs";

const { Grid } = await source("map/grid.ts");
const { towards } = await source("map/direction.ts");

function nearest(x, y, has, px, py, within) {
  let [found, best] = [-1, within * within];
  for (let i = 0; i < x.length; i++) {
    const distance = (x[i] - px) ** 2 + (y[i] - py) ** 2;
    if (has(i) && (distance < best || (found < 0 && distance <= best))) {
      [found, best] = [i, distance];
    }
  }
  return found;
}

/** Even, in two clusters far apart, on a line, all in few places, all in one, one alone, none. */
const SHAPES = {
  even: (next) => [next(), next()],
  clusters: (next) => (next() < 0.5 ? [1000 + next(), next()] : [next() ** 4, next() ** 4]),
  line: (next) => [next(), 5],
  steps: (next) => [Math.floor(3 * next()), Math.floor(3 * next())],
  place: () => [7, -7],
};

test("it finds what a search of all points finds", () => {
  let compared = 0;
  let found = 0;
  for (const [name, shape] of Object.entries(SHAPES)) {
    for (const count of [0, 1, 2, 17, 1000]) {
      const next = random(count + name.length);
      const [x, y] = [new Float32Array(count), new Float32Array(count)];
      for (let i = 0; i < count; i++) {
        [x[i], y[i]] = shape(next);
      }
      const has = (i) => i % 3 !== 1;
      const grid = new Grid(x, y, has);
      for (let k = 0; k < 200; k++) {
        const near = count > 0 && next() < 0.8 ? Math.floor(count * next()) : -1;
        const [px, py] = near < 0 ? [2000 * next() - 500, 20 * next() - 10] : [x[near] + 0.02 * next(), y[near] + 0.02 * next()];
        const within = [0.001, 0.1, 10, Infinity][k % 4];
        const [is, should] = [grid.nearest(px, py, within), nearest(x, y, has, px, py, within)];
        assert.equal(is, should, `${name}, ${count} points, nearest to ${px}, ${py} within ${within}`);
        compared++;
        found += should >= 0 ? 1 : 0;
      }
    }
  }
  assert.equal(compared, 5000);
  assert.ok(found > 1000 && found < 4900, `${found} of them found a point`);
});

test("every one of 20,000 points is found where it is", () => {
  const next = random(3);
  const count = 20_000;
  const [x, y] = [new Float32Array(count), new Float32Array(count)];
  for (let i = 0; i < count; i++) {
    [x[i], y[i]] = [next() ** 3, next() ** 3];
  }
  const grid = new Grid(x, y, () => true);
  for (let i = 0; i < count; i++) {
    const hit = grid.nearest(x[i], y[i], 0.1);
    assert.ok(hit === i || (x[hit] === x[i] && y[hit] === y[i]), `${i} is not found`);
  }
});

test("an arrow goes to what lies that way, rather along it than beside", () => {
  const x = Float32Array.from([0, 5, 3, 0, -2, 1, 0.5]);
  const y = Float32Array.from([0, 0, 2.9, 4, 0, 9, 2]);
  const from = { x: 0, y: 0 };
  const go = (dx, dy, has = () => true) => towards(x, y, from, dx, dy, (i) => i !== 0 && has(i));
  assert.equal(go(1, 0), 1, "5 along is nearer than 3 along and 2.9 beside; what is more beside than along does not lie that way");
  assert.equal(go(1, 0, (i) => i !== 1), 2);
  assert.equal(go(1, 0, (i) => i > 2), -1);
  assert.equal(go(0, 1), 6);
  assert.equal(go(0, 1, (i) => i !== 6), 3);
  assert.equal(go(-1, 0), 4);
  assert.equal(go(0, -1), -1);
});
