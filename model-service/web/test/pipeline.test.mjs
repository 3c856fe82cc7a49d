// The pipeline page: rates, lag and freshness, stream processors, where edges come from.
import assert from "node:assert/strict";
import { test } from "node:test";
import { needs, open, rows, stage, text, until } from "./browser.mjs";
import { facts } from "./service.mjs";

const at = stage();

test("it shows what the status says", needs, async () => {
  const page = await open(at, "/");
  await until(page, "5,012");
  const shown = await text(page);
  for (const words of ["31,234", "61,234", "42 ms", "126 ms", "anabranch.events"]) {
    assert.ok(shown.includes(words), `${words} in ${shown}`);
  }
  assert.deepEqual(await rows(page, "Topics"), [
    ["anabranch.events", "4", "61,234", "0"],
    ["anabranch.embeddings", "4", "140,221", "12"],
  ]);
  at.service.state.status = { ...at.service.state.status, ready: false, pending: ["partition 3 restores 5 of 9 records"] };
  await until(page, "partition 3 restores 5 of 9 records");
  at.service.state.status = facts().status;
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("processors show how far their state is restored, and when they were last heard of", needs, async () => {
  at.service.state.status = facts().status;
  const page = await open(at, "/");
  await until(page, "processor-b");
  const bars = await page.$$eval("progress", (all) => all.map((bar) => [bar.getAttribute("aria-label"), bar.value, bar.max]));
  assert.deepEqual(bars, [
    ["Partition 2 of anabranch.partition-state-changelog restored", 18000, 20000],
    ["Partition 3 of anabranch.partition-state-changelog restored", 5000, 20000],
  ]);
  const [running, silent] = await page.$$eval("article", (all) => all.map((processor) => processor.innerText.replaceAll(/\s+/g, " ")));
  assert.match(running, /State running Last heard of \d+(\.\d)? s ago Partitions 0, 1 Standbys 2/);
  assert.match(silent, /State restoring Last heard of \d+ s ago: it may be gone Partitions 2, 3 Standbys none/);
  assert.ok(silent.includes("5,000 of 20,000"));
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("it says whether learned edges are in the graph", needs, async () => {
  const page = await open(at, "/");
  await until(page, "Learned edges in the graph: 34 of 31,234.");
  at.service.state.status = { ...facts().status, observedEdges: "31234", learnedEdges: "0" };
  await until(page, "No learned edges are in the graph");
  await until(page, "31,234 observed, 0 learned");
  at.service.state.status = facts().status;
  await page.close();
});

test("what an older service does not say is left out", needs, async () => {
  const { processors, observedEdges, learnedEdges, ...older } = facts().status;
  assert.ok(processors && observedEdges && learnedEdges);
  at.service.state.status = older;
  const page = await open(at, "/");
  await until(page, "Where the time goes");
  const shown = await text(page);
  assert.ok(!/learned|undefined|NaN|Stream processors/.test(shown), shown);
  at.service.state.status = facts().status;
  assert.deepEqual(page.faults, []);
  await page.close();
});
