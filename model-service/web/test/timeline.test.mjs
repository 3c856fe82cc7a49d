// Remembered and live predictions become one story, whatever the order in which the two arrive.
import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "./graph.mjs";
import { source } from "./source.mjs";

const { Timeline } = await source("timeline.ts");
const said = (position) => ({ said: { classNames: [], scores: [], freshness: { partition: 0, position: String(position), acceptedTimeMs: "1" } } });
const states = (positions) => positions.map((position, i) => ({ at: 1000 + i, ...(position === "gone" ? {} : said(position)) }));
const story = (timeline) => timeline.states.map((state) => (state.said ? Number(state.said.freshness.position) : "gone"));

function joined(remembered, live, most = 100) {
  const timeline = new Timeline(states(remembered), 500, most);
  states(live).forEach((state) => timeline.take(state));
  return timeline;
}

test("live states that are remembered already are told once", () => {
  assert.deepEqual(story(joined([1, 2, 3], [3, 4])), [1, 2, 3, 4]);
  assert.deepEqual(story(joined([1, 2, 3], [1, 2, 3, 4])), [1, 2, 3, 4]);
  assert.deepEqual(story(joined([1, 2, 3], [2])), [1, 2, 3]);
  // A slow reader is told the newest of several changes only; the history has the others.
  assert.deepEqual(story(joined([1, 2, 3], [1, 3, 5])), [1, 2, 3, 5]);
  // At least once.
  assert.deepEqual(story(joined([1, 2], [2, 2, 3, 3])), [1, 2, 3]);
});

test("a vertex that goes and comes again is told each time", () => {
  assert.deepEqual(story(joined([1, "gone", 2], [2, "gone", 3])), [1, "gone", 2, "gone", 3]);
  assert.deepEqual(story(joined([1, "gone", 2, "gone"], ["gone", 3])), [1, "gone", 2, "gone", 3]);
  assert.deepEqual(story(joined([1, "gone", 2], [1, "gone", 2, "gone"])), [1, "gone", 2, "gone"]);
});

test("a first state that is not remembered is older than the memory", () => {
  const timeline = joined([2, 3], [1, 2, 3, 4]);
  assert.deepEqual(story(timeline), [1, 2, 3, 4]);
  assert.deepEqual(timeline.states.map((state) => Boolean(state.older)), [true, false, false, false]);
  assert.equal(timeline.states[0].at, 500);
  assert.deepEqual(story(joined([], [7, 8])), [7, 8]);
});

test("time does not go back, and the oldest are cut off, which is said", () => {
  const timeline = new Timeline([{ at: 9000, ...said(1) }], 500, 3);
  [1, 2, 3, 4].forEach((position, i) => timeline.take({ at: 100 + i, ...said(position) }));
  assert.deepEqual(story(timeline), [2, 3, 4]);
  assert.ok(timeline.cut);
  assert.deepEqual([...timeline.states].sort((a, b) => a.at - b.at), timeline.states);
});

test("any cut of a course into memory and watch gives the course", () => {
  const next = random(11);
  for (let round = 0; round < 2000; round++) {
    // A vertex that is gone can only come again.
    const course = [];
    for (let i = 0; i < 12; i++) {
      course.push(next() < 0.3 && course.at(-1) !== "gone" ? "gone" : i);
    }
    // Asked after the watch began: the memory goes at least as far as its first state.
    const from = Math.floor(next() * course.length);
    const read = from + 1 + Math.floor(next() * (course.length - from));
    const live = course.slice(from).flatMap((state) => (next() < 0.2 ? [state, state] : [state]));
    assert.deepEqual(story(joined(course.slice(0, read), live)), course, `${course} watched from ${from}, read at ${read}, told ${live}`);
  }
});
