// The built page in a real browser: what it shows, by keyboard, at 360 px, without findings of axe.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import puppeteer from "puppeteer-core";
import { facts, start } from "./service.mjs";

const CHROMIUM = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => path && existsSync(path));
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const skip = CHROMIUM ? false : "no Chromium: set CHROMIUM to one";

let browser;
let service;

before(async () => {
  if (CHROMIUM) {
    service = await start(facts());
    browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  }
});

after(async () => {
  await browser?.close();
  await service?.close();
});

async function open(hash, { width = 1200, dark = false } = {}) {
  const page = await browser.newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  await page.setViewport({ width, height: 800 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }]);
  await page.goto(`${service.url}#${hash}`);
  await page.waitForSelector("h1");
  return page;
}

const text = (page) => page.$eval("main", (main) => main.innerText);
const until = (page, words) => page.waitForFunction((w) => document.querySelector("main").innerText.includes(w), { timeout: 5000 }, words);

test("the pipeline shows what the status says", { skip }, async () => {
  const page = await open("/");
  await until(page, "5,012");
  const shown = await text(page);
  for (const words of ["31,234", "61,234", "42 ms", "126 ms", "anabranch.events"]) {
    assert.ok(shown.includes(words), `${words} in ${shown}`);
  }
  service.state.status = { ...service.state.status, ready: false, pending: ["partition 3 restores 5 of 9 records"] };
  await until(page, "partition 3 restores 5 of 9 records");
  service.state.status = facts().status;
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("a vertex is found by keyboard and followed live", { skip }, async () => {
  const page = await open("/vertex");
  await page.focus("input[type=search]");
  await page.keyboard.type("account/17");
  await page.keyboard.press("Enter");
  await until(page, "0.7500");
  await until(page, "account-4");
  await until(page, "live");
  assert.equal(new URL(page.url()).hash, "#/vertex/account%2F17");
  const asked = service.state.posts.filter((post) => post.path === "/v1/similar").at(-1);
  assert.equal(asked.body.nodeId, "account/17");
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("a prediction is explained when asked", { skip }, async () => {
  const page = await open("/vertex/account-17");
  await until(page, "Explain fraud");
  await page.evaluate(() => [...document.querySelectorAll("button")].find((b) => b.innerText === "Explain fraud").click());
  await until(page, "Edges that moved it most");
  const shown = await text(page);
  for (const words of ["account-4 → account-17", "−1.2500", "0.6225", "+2.5000", "7 edges and 5 vertices"]) {
    assert.ok(shown.includes(words), `${words} in ${shown}`);
  }
  const asked = service.state.posts.filter((post) => post.path === "/v1/explain").at(-1).body;
  assert.equal(asked.nodeId, "account-17");
  assert.equal(asked.task, "fraud");
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("promotion and rollback ask first", { skip }, async () => {
  const page = await open("/models");
  await until(page, "champion");
  const answers = [false, true, true];
  page.on("dialog", (dialog) => (answers.shift() ? dialog.accept() : dialog.dismiss()));
  const press = (words) =>
    page.evaluate((w) => [...document.querySelectorAll("button")].find((b) => b.innerText.startsWith(w)).click(), words);
  const changes = () => service.state.posts.filter((post) => post.path.startsWith("/v1/models/"));
  await press("Promote version 2");
  assert.equal(changes().length, 0, "refused in the dialog");
  await press("Promote version 2");
  await until(page, "Version 2 of fraud is active.");
  await press("Roll back fraud");
  await until(page, "before is active again");
  assert.deepEqual(changes().map((post) => post.path), ["/v1/models/fraud/promote", "/v1/models/fraud/rollback"]);
  assert.equal(changes()[0].body.version, "2");
  await page.close();
});

test("where the service asks who calls, a token can be given", { skip }, async () => {
  service.state.demandToken = "secret";
  const page = await open("/");
  await page.waitForSelector("input[type=password]");
  await page.type("input[type=password]", "secret");
  await page.keyboard.press("Enter");
  await until(page, "5,012");
  service.state.demandToken = "";
  await page.close();
});

for (const [route, words] of [["/", "5,012"], ["/vertex/a", "0.7500"], ["/models", "champion"]]) {
  for (const dark of [false, true]) {
    test(`axe finds nothing on ${route}${dark ? ", dark" : ""}`, { skip }, async () => {
      const page = await open(route, { dark });
      await until(page, words);
      await page.addScriptTag({ path: axe });
      const found = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(
        found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" ")}`),
        [],
      );
      await page.close();
    });
  }
  test(`${route} fits a phone`, { skip }, async () => {
    const page = await open(route, { width: 360 });
    await until(page, words);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${wide} px wide`);
    if (process.env.SCREENSHOTS) {
      await page.screenshot({ path: `${process.env.SCREENSHOTS}/phone${route.replaceAll("/", "-")}.png`, fullPage: true });
    }
    await page.close();
  });
}
