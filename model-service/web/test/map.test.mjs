// The map: 20,000 points drawn and found, moved, coloured, chosen by pointer, keyboard and name, with their edges.
import assert from "node:assert/strict";
import { test } from "node:test";
import { needs, open, press, rows, stage, text, until } from "./browser.mjs";

const MANY = 20_000;
const at = stage({ vertices: MANY });

/** A page of the map that has been drawn, and moves no more. */
async function drawn(hash, options) {
  const page = await open(at, hash, options);
  await page.waitForFunction(() => performance.getEntriesByName("map-first").length > 0, { timeout: 10_000 });
  return page;
}

const label = (page) => page.$eval(".map-label", (l) => (l.hidden ? "" : l.innerText));
const drawnPoints = (page) => page.$eval("canvas", (canvas) => Number(canvas.dataset.drawn));
const asked = () => at.service.state.posts.filter((post) => post.path === "/v1/embedding-map");
const rest = (ms) => new Promise((done) => setTimeout(done, ms));

/** Where a point is, found as a reader finds it: by moving the pointer over the canvas until the label says what is looked for. */
async function placeOf(page, words) {
  const place = await page.evaluate((wanted) => {
    const canvas = document.querySelector("canvas");
    const box = canvas.getBoundingClientRect();
    // Whole numbers, as of a mouse.
    for (let y = Math.ceil(box.top); y < box.bottom; y += 3) {
      for (let x = Math.ceil(box.left); x < box.right; x += 3) {
        canvas.dispatchEvent(new PointerEvent("pointermove", { clientX: x, clientY: y, pointerType: "mouse" }));
        if (document.querySelector(".map-label").textContent.includes(wanted)) {
          return { x, y };
        }
      }
    }
    return undefined;
  }, words);
  assert.ok(place, `${words} is not found under the pointer`);
  return place;
}

test("20,000 vertices are drawn and each is found; how long it took is told", needs, async () => {
  const page = await open(at, "/map", {
    still: true,
    before: () => {
      globalThis.longest = 0;
      new PerformanceObserver((list) => list.getEntries().forEach((task) => (globalThis.longest = Math.max(globalThis.longest, task.duration)))).observe({ type: "longtask", buffered: true });
    },
  });
  await page.waitForFunction(() => performance.getEntriesByName("map-first").length > 0, { timeout: 10_000 });
  const first = await page.evaluate(() => performance.getEntriesByName("map-first").map((m) => m.startTime + m.duration)[0]);
  const starting = await page.evaluate(() => Math.round(globalThis.longest));
  assert.equal(await drawnPoints(page), MANY);
  await until(page, "all 20,000 vertices");
  await until(page, "73 % of the variance");

  // The same linear way from the plane to the canvas for all of them, from two that are found by pointer.
  const map = at.service.state.graph.map(MANY, 0);
  const box = await page.$eval("canvas", (canvas) => canvas.getBoundingClientRect().toJSON());
  const [left, right, bottom, top] = [Math.min(...map.x), Math.max(...map.x), Math.min(...map.y), Math.max(...map.y)];
  const scale = 0.88 * Math.min(box.width / (right - left), box.height / (top - bottom));
  const places = map.nodeIds.map((id, i) => ({ id, x: box.width / 2 + (map.x[i] - (left + right) / 2) * scale, y: box.height / 2 - (map.y[i] - (bottom + top) / 2) * scale }));
  const missed = await page.evaluate((all) => {
    const canvas = document.querySelector("canvas");
    const box = canvas.getBoundingClientRect();
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const at = new Map(all.map((place) => [place.id, place]));
    const label = document.querySelector(".map-label");
    const missed = { blank: [], other: [] };
    for (const place of all) {
      if (pixels.data[4 * (Math.round(place.y * devicePixelRatio) * pixels.width + Math.round(place.x * devicePixelRatio)) + 3] === 0) {
        missed.blank.push(place.id);
      }
      canvas.dispatchEvent(new PointerEvent("pointermove", { clientX: box.left + place.x, clientY: box.top + place.y, pointerType: "mouse" }));
      // Of two in one place either may be said.
      const said = at.get(label.textContent.split(":")[0]);
      if (label.hidden || Math.hypot(said.x - place.x, said.y - place.y) > 0.05) {
        missed.other.push(place.id);
      }
    }
    return missed;
  }, places);
  assert.deepEqual(missed, { blank: [], other: [] });

  // The questions of this test are no part of it.
  await rest(300);
  await page.evaluate(() => (globalThis.longest = 0));
  at.service.state.step++;
  const before = await page.evaluate(() => performance.getEntriesByName("map-update").length);
  await page.waitForFunction((n) => performance.getEntriesByName("map-update").length > n + 1, { timeout: 15_000 }, before);
  const [updates, longest] = await page.evaluate((n) => [performance.getEntriesByName("map-update").slice(n).map((m) => Math.round(m.duration)), Math.round(globalThis.longest)], before);
  console.log(`20,000 vertices: interactive ${Math.round(first)} ms after navigation, longest task until then ${starting} ms; updates ${updates.join(", ")} ms, longest task ${longest || "under 50"} ms`);
  at.service.state.step = 0;
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("points move to where a new map has them, or stand still until then where motion is not wanted", needs, async () => {
  for (const still of [false, true]) {
    const page = await drawn("/map/account-17", { still });
    const sights = await page.evaluate(
      (move) =>
        new Promise((done) => {
          // Where the label of the chosen point is, whenever it changes, from the next map on.
          const seen = [];
          const label = document.querySelector(".map-label");
          const before = label.style.transform;
          const look = () => {
            if (label.style.transform !== before && label.style.transform !== seen.at(-1)) {
              seen.push(label.style.transform);
            }
          };
          const timer = setInterval(look, 5);
          new MutationObserver(look).observe(label, { attributes: true });
          setTimeout(() => (clearInterval(timer), done(seen)), move);
        }),
      (at.service.state.step += 40) && 6000,
    );
    assert.ok(still ? sights.length === 1 : sights.length > 4, `${sights.length} places of the label: ${sights}`);
    at.service.state.step = 0;
    await page.close();
  }
});

test("maps are asked for while the tab is seen and not paused", needs, async () => {
  const page = await drawn("/map");
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => globalThis.away });
    globalThis.away = true;
  });
  await rest(300);
  let before = asked().length;
  await rest(5000);
  assert.equal(asked().length, before, "hidden");
  await page.evaluate(() => ((globalThis.away = false), document.dispatchEvent(new Event("visibilitychange"))));
  await rest(500);
  assert.equal(asked().length, before + 1, "seen again");
  await press(page, "Pause");
  await until(page, "Paused.");
  before = asked().length;
  await rest(5000);
  assert.equal(asked().length, before, "paused");
  await press(page, "Go on");
  await rest(500);
  assert.equal(asked().length, before + 1, "gone on");
  await page.close();
});

test("a sample says so, and its size is chosen", needs, async () => {
  const page = await drawn("/map");
  await page.select(".controls label:nth-of-type(2) select", "1000");
  await until(page, "1,000 of 20,000 vertices");
  assert.equal(asked().at(-1).body.maxNodes, 1000);
  await page.waitForFunction(() => document.querySelector("canvas").dataset.drawn === "1000");
  await page.close();
});

test("the legend counts, hides and shows kinds, by class, staleness and partition", needs, async () => {
  const page = await drawn("/map");
  const map = at.service.state.graph.map(MANY, 0);
  const legend = () => page.$$eval(".legend li", (all) => all.map((entry) => entry.innerText.split(/\s*\n\s*/)));
  const counted = (of, labels) => labels.map((name, k) => [name, of.filter((kind) => kind === k).length.toLocaleString("en")]);
  assert.deepEqual(await legend(), counted(map.classIndex, ["fraud", "legit", "no class"]));
  await page.focus(".legend li:nth-child(2) button");
  await page.keyboard.press("Space");
  const others = map.classIndex.filter((kind) => kind !== 1).length;
  await page.waitForFunction((n) => document.querySelector("canvas").dataset.drawn === String(n), {}, others);
  assert.equal(await page.$eval(".legend li:nth-child(2) button", (button) => button.getAttribute("aria-pressed")), "false");
  assert.deepEqual((await legend())[1], ["legit", "hidden"]);
  await press(page, "Show all");
  await page.waitForFunction((n) => document.querySelector("canvas").dataset.drawn === String(n), {}, MANY);

  await page.select(".controls select", "partition");
  await page.waitForFunction(() => document.querySelector(".legend").innerText.includes("partition 3"));
  assert.deepEqual(await legend(), counted(map.partition, [0, 1, 2, 3].map((p) => `partition ${p}`)));
  await page.select(".controls select", "staleness");
  await page.waitForFunction(() => document.querySelector(".legend").innerText.includes("not known"));
  const age = (s) => (s === "NaN" ? 6 : [1, 10, 60, 600, 3600, Infinity].findIndex((below) => s < below));
  assert.deepEqual(await legend(), counted(map.ageS.map(age), ["under 1 s", "1 to 10 s", "10 to 60 s", "1 to 10 min", "10 to 60 min", "an hour or more", "not known"]));
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("a hidden kind is not found under the pointer", needs, async () => {
  const page = await drawn("/map", { still: true });
  const place = await placeOf(page, ": legit");
  await page.click(".legend li:nth-child(2) button");
  await page.waitForFunction(() => Number(document.querySelector("canvas").dataset.drawn) < 20_000);
  await page.mouse.move(place.x, place.y);
  await rest(100);
  assert.doesNotMatch(await label(page), /: legit/);
  await page.close();
});

test("a click chooses the vertex under the pointer, and its edges come in the tables", needs, async () => {
  const page = await drawn("/map", { still: true });
  const place = await placeOf(page, "account-7:");
  await page.mouse.click(place.x, place.y);
  await until(page, "In-edges:");
  assert.equal(new URL(page.url()).hash, "#/map/account-7");
  const { graph } = at.service.state;
  const learned = graph.edges("account-7", "IN").map((e) => [e.source, e.provenance === "PROVENANCE_LEARNED" ? "learned" : "observed"]);
  await page.waitForFunction((n) => document.querySelectorAll("table")[0]?.tBodies[0].rows.length === n, {}, learned.length);
  assert.deepEqual((await rows(page, "In-edges")).map((row) => [row[0], row[2]]), learned);
  const all = graph.edges("account-7", "IN").length + graph.edges("account-7", "OUT").length;
  await until(page, `${all} of the ${all} edges below are drawn`);
  // The lines are there, each in its own colour.
  const colours = await page.evaluate(() => {
    const canvas = document.querySelector("canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const style = getComputedStyle(canvas);
    const count = (name) => {
      const hex = style.getPropertyValue(name);
      const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
      let found = 0;
      for (let i = 0; i < data.length; i += 4) {
        found += data[i] === r && data[i + 1] === g && data[i + 2] === b ? 1 : 0;
      }
      return found;
    };
    return { observed: count("--edge-observed"), learned: count("--edge-learned") };
  });
  assert.ok(colours.observed > 50 && colours.learned > 50, JSON.stringify(colours));

  await page.focus("canvas");
  await page.keyboard.press("Escape");
  await until(page, "No vertex is chosen");
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("by keyboard: arrows choose, + and − zoom, Enter opens the vertex", needs, async () => {
  const page = await drawn("/map", { still: true });
  await page.focus("canvas");
  await page.keyboard.press("ArrowRight");
  await until(page, "In-edges: ");
  const chosen = () => page.evaluate(() => decodeURIComponent(location.hash.split("/")[2]));
  const map = at.service.state.graph.map(MANY, 0);
  const x = (id) => map.x[map.nodeIds.indexOf(id)];
  const y = (id) => map.y[map.nodeIds.indexOf(id)];
  let last = await chosen();
  for (const [key, further] of [
    ["ArrowRight", (next) => x(next) > x(last)],
    ["ArrowUp", (next) => y(next) > y(last)],
    ["ArrowLeft", (next) => x(next) < x(last)],
    ["ArrowDown", (next) => y(next) < y(last)],
  ]) {
    await page.keyboard.press(key);
    await page.waitForFunction((before) => decodeURIComponent(location.hash.split("/")[2]) !== before, { timeout: 3000 }, last).catch(() => assert.fail(`${key} chooses none from ${last}`));
    const next = await chosen();
    assert.ok(further(next), `${key} from ${last} to ${next}`);
    await until(page, `${next}: `);
    last = next;
  }
  const place = () => page.$eval(".map-label", (l) => l.style.transform);
  const before = await place();
  await page.keyboard.press("+");
  await page.keyboard.press("+");
  await rest(100);
  assert.notEqual(await place(), before, "zoomed in");
  await page.keyboard.press("0");
  await rest(100);
  assert.equal(await place(), before, "all seen again");
  await page.keyboard.down("Shift");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.up("Shift");
  await rest(100);
  assert.equal(await chosen(), last, "moving the map chooses nothing");
  assert.notEqual(await place(), before, "moved");
  const moved = await place();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.startsWith("#/vertex/"));
  assert.equal(await chosen(), last);
  await page.goBack();
  await page.waitForFunction(() => document.querySelector("canvas")?.dataset.drawn === "20000");
  await rest(100);
  assert.equal(await place(), moved, "back on the map as it was");
  await page.close();
});

test("by pointer, wheel and touch: the map moves with what is held, and what lies under the wheel stays", needs, async () => {
  const page = await drawn("/map", { still: true });
  const place = await placeOf(page, "account-11:");
  await page.mouse.move(place.x, place.y);
  await rest(100);
  const name = await label(page);
  await page.mouse.wheel({ deltaY: -600 });
  await rest(100);
  await page.mouse.move(place.x, place.y);
  await rest(100);
  assert.equal(await label(page), name, "under the wheel");
  await page.mouse.down();
  await page.mouse.move(place.x + 60, place.y + 40, { steps: 5 });
  await page.mouse.up();
  await page.mouse.move(place.x + 60, place.y + 40);
  await rest(100);
  assert.equal(await label(page), name, "dragged along");
  assert.equal(new URL(page.url()).hash, "#/map", "a drag chooses nothing");

  // Two fingers: one stays on the point, the other goes away from it; the point stays about where it is, and others go apart.
  const touch = (type, id, x, y) =>
    page.evaluate(
      (...[kind, pointerId, clientX, clientY]) =>
        document.querySelector("canvas").dispatchEvent(new PointerEvent(kind, { pointerId, clientX, clientY, pointerType: "touch", button: kind === "pointermove" ? -1 : 0, bubbles: true })),
      type,
      id,
      x,
      y,
    );
  await page.evaluate(() => (document.querySelector("canvas").setPointerCapture = () => {}));
  const [x, y] = [place.x + 60, place.y + 40];
  await touch("pointerdown", 11, x, y);
  await touch("pointerdown", 12, x + 50, y);
  for (let i = 1; i <= 10; i++) {
    await touch("pointermove", 12, x + 50 + 5 * i, y);
  }
  await touch("pointerup", 12, x + 100, y);
  await touch("pointerup", 11, x, y);
  await rest(100);
  await page.mouse.move(x, y);
  await rest(100);
  assert.equal(await label(page), name, "under the finger that stayed");
  assert.equal(new URL(page.url()).hash, "#/map", "a pinch chooses nothing");
  await page.close();
});

test("a vertex is found by its name, on the map or not", needs, async () => {
  const page = await drawn("/map");
  await page.select(".controls label:nth-of-type(2) select", "1000");
  await until(page, "1,000 of 20,000 vertices");
  await page.focus("input[type=search]");
  await page.keyboard.type("account-99");
  const options = await page.$$eval("datalist option", (all) => all.map((option) => option.value));
  assert.deepEqual(options.slice(0, 3), ["account-99", "account-990", "account-991"]);
  await page.keyboard.press("Enter");
  await until(page, "account-99: ");
  await until(page, "In-edges:");
  await page.click("input[type=search]", { count: 3 });
  await page.keyboard.type("account-15000");
  await page.keyboard.press("Enter");
  await until(page, "account-15000 is not among the points of this map.");
  await until(page, `In-edges: ${at.service.state.graph.edges("account-15000", "IN").length}`);
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("other axes are not moved to", needs, async () => {
  const page = await drawn("/map/account-17");
  const { map } = at.service.state.graph;
  at.service.state.graph.map = (most) => ({ ...map(most, 0), x: map(most, 0).x.map((x) => -x), axesRevision: "2", modelVersion: "2" });
  await until(page, "Version 2:");
  assert.equal(await drawnPoints(page), MANY);
  at.service.state.graph.map = map;
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("with several models one is chosen; one without classes has a map too", needs, async () => {
  const { models } = at.service.state.status;
  const links = { ...models[0], name: "links", spec: { ...models[0].spec, heads: [{ task: "link", kind: "HEAD_KIND_LINK" }] } };
  at.service.state.status.models = [...models, links];
  const page = await drawn("/map");
  const choices = await page.$$eval(".controls label:first-child option", (all) => all.map((option) => option.innerText));
  assert.deepEqual(choices, ["fraud (fraud)", "no classes (links)"]);
  assert.deepEqual([asked().at(-1).body.model.name, asked().at(-1).body.task], ["fraud", "fraud"]);
  await page.select(".controls label:first-child select", "links/");
  await rest(500);
  assert.deepEqual([asked().at(-1).body.model.name, asked().at(-1).body.task], ["links", ""]);
  at.service.state.status.models = models;
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("a service without maps, and one without models", needs, async () => {
  at.service.state.unknown = new Set(["/v1/embedding-map"]);
  const page = await open(at, "/map");
  await until(page, "This service does not draw maps: it is older than this page.");
  assert.doesNotMatch(await text(page), /undefined|NaN/);
  await page.close();
  at.service.state.unknown = new Set();
  const { models } = at.service.state.status;
  at.service.state.status.models = [];
  const empty = await open(at, "/map");
  await until(empty, "There is no active model, and so nothing to show.");
  at.service.state.status.models = models;
  assert.deepEqual([...page.faults, ...empty.faults], []);
  await empty.close();
});
