// The models page: versions, promotion and rollback, training curves and their comparison.
import assert from "node:assert/strict";
import { test } from "node:test";
import { needs, open, press, rows, stage, text, until } from "./browser.mjs";
import { curve, facts } from "./facts.mjs";

const at = stage();

test("promotion and rollback ask first", needs, async () => {
  const page = await open(at, "/models");
  await until(page, "champion");
  const answers = [false, true, true];
  page.on("dialog", (dialog) => (answers.shift() ? dialog.accept() : dialog.dismiss()));
  const changes = () => at.service.state.posts.filter((post) => post.path.startsWith("/v1/models/"));
  await press(page, "Promote version 2");
  assert.equal(changes().length, 0, "refused in the dialog");
  await press(page, "Promote version 2");
  await until(page, "Version 2 of fraud is active.");
  await press(page, "Roll back fraud");
  await until(page, "before is active again");
  assert.deepEqual(changes().map((post) => post.path), ["/v1/models/fraud/promote", "/v1/models/fraud/rollback"]);
  assert.equal(changes()[0].body.version, "2");
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("a training under way shows its curve as it grows, with its numbers", needs, async () => {
  const page = await open(at, "/models");
  await until(page, "24 of at most 200");
  assert.deepEqual(await page.$eval("article progress", (bar) => [bar.value, bar.max]), [24, 200]);
  await page.click("article summary");
  const expected = (epochs) => curve(24, 0.6, 0.88).slice(0, epochs).map((e) => [String(e.epoch), e.trainLoss.toFixed(4), e.validationMetric.toFixed(4)]);
  assert.deepEqual(await rows(page, "Loss and validation metric"), expected(24));
  assert.deepEqual(await rows(page, "Trainings"), [
    ["fraud", "fraud", "running", "24", "0.3125", "0.8765 accuracy", ""],
    ["fraud", "fraud", "serving", "120", "0.3125", "0.8765 accuracy", "version 1"],
    ["fraud", "fraud", "failed", "0", "", "", "The graph has no labels of the task fraud."],
  ]);
  const [first, ...others] = at.service.state.trainings;
  // An epoch without a validation part has no metric.
  const more = { epoch: 25, trainLoss: 0.125 };
  at.service.state.trainings = [{ ...first, epoch: 25, curve: [...first.curve, more] }, ...others];
  await until(page, "25 of at most 200");
  assert.deepEqual(await rows(page, "Loss and validation metric"), [...expected(24), ["25", "0.1250", ""]]);
  at.service.state.trainings = facts().trainings;
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("two versions are compared, in charts with legend and in numbers", needs, async () => {
  at.service.state.trainings = [];
  const page = await open(at, "/models");
  await until(page, "Where fraud 2 comes from");
  const legends = () => page.$$eval("figcaption", (all) => all.map((caption) => caption.innerText.replaceAll(/\s+/g, " ").trim()));
  assert.deepEqual(await legends(), ["Training loss by epoch fraud 2", "Validation accuracy by epoch fraud 2"]);
  await page.select("label:nth-of-type(2) select", "fraud/1");
  await until(page, "The two side by side");
  assert.deepEqual(await legends(), ["Training loss by epoch fraud 2 fraud 1", "Validation accuracy by epoch fraud 2 fraud 1"]);
  assert.equal((await page.$$("figcaption .dashed")).length, 2, "one of the two is dashed in each chart");
  await page.click("summary");
  const numbers = await rows(page, "Loss and validation metric");
  const { curves } = at.service.state;
  assert.equal(numbers.length, 120, "as many as the longer has");
  const cells = (e) => (e ? [e.trainLoss.toFixed(4), e.validationMetric.toFixed(4)] : ["", ""]);
  numbers.forEach((row, i) => assert.deepEqual(row, [String(i + 1), ...cells(curves[2][i]), ...cells(curves[1][i])]));
  const sides = new Map((await rows(page, "The two side by side")).map(([what, ...of]) => [what, of]));
  assert.deepEqual(sides.get("learning_rate"), ["0.005", "0.01"]);
  assert.deepEqual(await rows(page, "Metrics of fraud 2 and fraud 1"), [["rows", "993", "993"], ["test accuracy", "0.9200", "0.9100"]]);
  assert.deepEqual(sides.get("state"), ["covered", "active"]);
  at.service.state.trainings = facts().trainings;
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("versions without a curve say so, and an older service lists no trainings", needs, async () => {
  at.service.state.unknown = new Set(["/v1/trainings"]);
  at.service.state.curves = {};
  const page = await open(at, "/models");
  await until(page, "fraud 2 has no training curve: it was trained before curves were kept.");
  const shown = await text(page);
  assert.ok(!/Trainings|undefined|NaN/.test(shown), shown);
  Object.assign(at.service.state, { unknown: new Set(), curves: facts().curves });
  assert.deepEqual(page.faults, []);
  await page.close();
});
