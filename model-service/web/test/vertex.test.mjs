// The vertex page: facts, predictions from before and as they change, edges, explanations.
import assert from "node:assert/strict";
import { test } from "node:test";
import { needs, open, press, rows, stage, text, until } from "./browser.mjs";

const at = stage();

test("a vertex is found by keyboard and followed live", needs, async () => {
  const page = await open(at, "/vertex");
  await page.focus("input[type=search]");
  await page.keyboard.type("account/17");
  await page.keyboard.press("Enter");
  await until(page, "0.7500");
  await until(page, "account-4");
  await until(page, "live");
  assert.equal(new URL(page.url()).hash, "#/vertex/account%2F17");
  const asked = at.service.state.posts.filter((post) => post.path === "/v1/similar").at(-1);
  assert.equal(asked.body.nodeId, "account/17");
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("it shows what the graph says of it", needs, async () => {
  const page = await open(at, "/vertex/account-17");
  await until(page, "12 columns, 9 not zero");
  const shown = (await text(page)).replaceAll(/\s+/g, " ");
  const node = at.service.state.graph.node("account-17");
  assert.ok(shown.includes(`Type account Partition ${node.partition} Edges ${node.inEdges} in, ${node.outEdges} out`), shown);
  assert.match(shown, /Labels fraud: (fraud|legit) \(train\)/);
  // The greatest feature by its absolute value comes first, and all are there for who asks.
  assert.match(shown, /greatest 0: -0\.900/);
  await page.click("summary");
  const all = node.features.dense.values.flatMap((value, column) => (value === 0 ? [] : [`${column}: ${value.toFixed(3)}`]));
  await until(page, all.join(", "));
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("observed and learned edges are told apart, and further ones come when asked", needs, async () => {
  const page = await open(at, "/vertex/account-17");
  await until(page, "In-edges: 3");
  const { graph } = at.service.state;
  const provenance = { PROVENANCE_OBSERVED: "observed", PROVENANCE_LEARNED: "learned" };
  const edges = (direction, other) => graph.edges("account-17", direction).map((e) => [e[other], e.type, provenance[e.provenance], e.weight.toFixed(2)]);
  assert.deepEqual((await rows(page, "In-edges")).map((row) => row.slice(0, 4)), edges("IN", "source"));
  assert.deepEqual((await rows(page, "Out-edges")).map((row) => row.slice(0, 4)), edges("OUT", "target"));
  assert.ok((await rows(page, "In-edges")).some((row) => row[2] === "learned"));

  await page.evaluate(() => (location.hash = "#/vertex/account-4"));
  await until(page, "In-edges: the first 50");
  await press(page, "More in-edges");
  await until(page, "In-edges: the first 100");
  await press(page, "More in-edges");
  await until(page, "In-edges: 120");
  const sources = (await rows(page, "In-edges")).map((row) => row[0]);
  assert.deepEqual(sources, graph.edges("account-4", "IN").map((e) => e.source));
  assert.equal((await rows(page, "Out-edges")).length, 50, "the other direction stays as it is");
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("predictions from before the page was opened stand before the live ones, none twice", needs, async () => {
  at.service.state.changeEveryMs = 60_000;
  const quiet = await open(at, "/vertex/account-17");
  await until(quiet, "Complete since");
  assert.deepEqual(
    (await rows(quiet, "Predictions")).map((row) => row.slice(1)),
    [["legit", "0.7500"], ["legit", "0.6500"], ["legit", "0.9000"]],
    "the watch begins with the last of them",
  );
  await quiet.close();

  at.service.state.changeEveryMs = 300;
  const page = await open(at, "/vertex/account-17");
  await page.waitForFunction(() => [...document.querySelectorAll("button")].some((b) => /^All \d+/.test(b.innerText)), { timeout: 10_000 });
  await press(page, "All");
  const states = (await rows(page, "Predictions")).map((row) => `${row[1]} ${row[2]}`).reverse();
  assert.deepEqual(states.slice(0, 3), ["legit 0.9000", "legit 0.6500", "legit 0.7500"]);
  // Live ones turn over each time: one that is lost or told twice would show as two alike.
  states.slice(3).forEach((state, i) => assert.equal(state, i % 2 === 0 ? "fraud 0.7500" : "legit 0.7500", `live state ${i} of ${states}`));
  at.service.state.changeEveryMs = undefined;
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("a state that is older than the service's memory has no time", needs, async () => {
  const { history } = at.service.state;
  at.service.state.changeEveryMs = 60_000;
  at.service.state.history = [{ fraud: 0.9 }, ...history.slice(-1)];
  const page = await open(at, "/vertex/account-17");
  await until(page, "Complete since");
  const states = await rows(page, "Predictions");
  assert.deepEqual(states.map((row) => row.slice(1)), [["legit", "0.7500"], ["fraud", "0.9000"]]);
  assert.match(states[0][0], /^\d\d:\d\d:\d\d$/);
  assert.match(states[1][0], /^before \d\d:\d\d:\d\d$/);
  Object.assign(at.service.state, { history, changeEveryMs: undefined });
  await page.close();
});

test("a prediction is explained when asked", needs, async () => {
  const page = await open(at, "/vertex/account-17");
  await until(page, "Explain fraud");
  await press(page, "Explain fraud");
  await until(page, "Edges that moved it most");
  const shown = await text(page);
  for (const words of ["account-4 → account-17", "−1.2500", "0.6225", "+2.5000", "7 edges and 5 vertices"]) {
    assert.ok(shown.includes(words), `${words} in ${shown}`);
  }
  const asked = at.service.state.posts.filter((post) => post.path === "/v1/explain").at(-1).body;
  assert.equal(asked.nodeId, "account-17");
  assert.equal(asked.task, "fraud");
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("a vertex that is not there, and a % that stands for itself", needs, async () => {
  const page = await open(at, "/vertex/nobody");
  await until(page, "The graph has no vertex nobody.");
  await page.evaluate(() => (location.hash = "#/vertex/50%"));
  await until(page, "The graph has no vertex 50%.");
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("an older service has no facts, edges and history; the rest is as ever", needs, async () => {
  at.service.state.unknown = new Set(["/v1/nodes", "/v1/prediction-history"]);
  const page = await open(at, "/vertex/account-17");
  await until(page, "This service does not tell facts of single vertices");
  await until(page, "This service does not list edges");
  await until(page, "This service remembers no predictions: what is shown is since this page was opened.");
  await until(page, "0.7500");
  at.service.state.unknown = new Set();
  assert.deepEqual(page.faults, []);
  await page.close();
});
