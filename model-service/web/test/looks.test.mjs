// Every page: nothing that axe finds, light or dark; no wider than a phone; all by keyboard; under the content security policy.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findings, needs, open, stage, until } from "./browser.mjs";

const at = stage();

for (const [route, words] of [
  ["/", "processor-b"],
  ["/map/account-17", "In-edges: 3"],
  ["/vertex/account-17", "In-edges: 3"],
  ["/models", "The graph has no labels"],
]) {
  for (const dark of [false, true]) {
    test(`axe finds nothing on ${route}${dark ? ", dark" : ""}`, needs, async () => {
      const page = await open(at, route, { dark });
      await until(page, words);
      await page.$$eval("details", (all) => all.forEach((details) => (details.open = true)));
      assert.deepEqual(await findings(page), []);
      assert.deepEqual(page.faults, []);
      await page.close();
    });
  }

  test(`${route} fits a phone`, needs, async () => {
    const page = await open(at, route, { width: 360 });
    await until(page, words);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${wide} px wide`);
    if (process.env.SCREENSHOTS) {
      await page.screenshot({ path: `${process.env.SCREENSHOTS}/phone${route.replaceAll("/", "-")}.png`, fullPage: true });
    }
    await page.close();
  });

  test(`${route} is reached and walked through by keyboard`, needs, async () => {
    const page = await open(at, route);
    await until(page, words);
    await page.$$eval("details", (all) => all.forEach((details) => (details.open = true)));
    const reachable = "main :is(a, button, input, select, summary, [tabindex='0']):not(:disabled)";
    const all = (await page.$$(reachable)).length;
    const reached = [];
    for (let i = 0; i < all + 20; i++) {
      await page.keyboard.press("Tab");
      // Each with an outline that can be seen.
      const here = await page.evaluate(() => {
        const focus = document.activeElement;
        focus.dataset.reached = "";
        return { name: focus.tagName, outline: getComputedStyle(focus).outlineStyle };
      });
      if (here.name === "BODY") {
        break;
      }
      assert.notEqual(here.outline, "none", `${here.name} has the focus and does not show it`);
      reached.push(here.name);
    }
    const missed = await page.$$eval(`${reachable}:not([data-reached])`, (found) => found.map((f) => f.outerHTML.slice(0, 120)));
    assert.deepEqual(missed, []);
    assert.ok(reached.length >= all);
    await page.close();
  });
}

test("where the service asks who calls, a token can be given", needs, async () => {
  at.service.state.demandToken = "secret";
  try {
    const page = await open(at, "/vertex/account-17");
    await page.waitForSelector("input[type=password]");
    assert.equal((await page.$$("input[type=password]")).length, 1, "whatever the page asks for, one field is enough");
    await page.type("input[type=password]", "secret");
    await page.keyboard.press("Enter");
    await until(page, "In-edges: 3");
    await page.close();
  } finally {
    at.service.state.demandToken = "";
  }
});

test("a page that there is not", needs, async () => {
  const page = await open(at, "/nowhere");
  await until(page, "There is no page /nowhere.");
  assert.deepEqual(await findings(page), []);
  await page.close();
});
