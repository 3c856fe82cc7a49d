// What the tests of all pages share: a browser, a service with made-up facts, and questions to a page.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before } from "node:test";
import puppeteer from "puppeteer-core";
import { facts, start } from "./service.mjs";

const CHROMIUM = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => path && existsSync(path));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Of a test that needs a browser. */
export const needs = { skip: CHROMIUM ? false : "no Chromium: set CHROMIUM to one" };

/** For one file of tests; `at.service` and `at.browser` are there once the tests run. */
export function stage(size) {
  const at = {};
  before(async () => {
    if (CHROMIUM) {
      at.service = await start(facts(size));
      at.browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    }
  });
  after(async () => {
    await at.browser?.close();
    await at.service?.close();
  });
  return at;
}

/** A page of the stage; what goes wrong in it, a breach of its content security policy too, collects in `page.faults`. */
export async function open(at, hash, { width = 1200, dark = false, still = false, before = () => {} } = {}) {
  const page = await at.browser.newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (message) => /Content Security Policy/.test(message.text()) && page.faults.push(message.text()));
  await page.setViewport({ width, height: 800 });
  await page.emulateMediaFeatures([
    { name: "prefers-color-scheme", value: dark ? "dark" : "light" },
    { name: "prefers-reduced-motion", value: still ? "reduce" : "no-preference" },
  ]);
  await page.evaluateOnNewDocument(before);
  await page.goto(`${at.service.url}#${hash}`);
  await page.waitForSelector("h1");
  return page;
}

export const text = (page) => page.$eval("main", (main) => main.innerText);

/** Waits until the page says these words. Long: that they come is asked, not when. */
export const until = (page, words) =>
  page.waitForFunction((w) => document.querySelector("main").innerText.includes(w), { timeout: 30000 }, words).catch(async () => {
    throw new Error(`"${words}" does not come. The page says:\n${await text(page)}`);
  });

/** Presses the button that begins with these words, as a mouse would. */
export const press = (page, words) =>
  page.evaluate((w) => {
    const button = [...document.querySelectorAll("button")].find((b) => b.innerText.startsWith(w));
    if (!button) {
      throw new Error(`no button says ${w}`);
    }
    button.click();
  }, words);

/** The cells of the table with this caption, or one that begins so, row by row, without its head. */
export const rows = (page, caption) =>
  page.evaluate((c) => {
    const table = [...document.querySelectorAll("table")].find((t) => t.caption.innerText.startsWith(c));
    return [...(table?.tBodies[0].rows ?? [])].map((row) => [...row.cells].map((cell) => cell.innerText.trim()));
  }, caption);

/** Findings of axe, all of them. As a script of the page its content security policy would refuse it. */
export async function findings(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run());
  return found.violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.map((n) => n.target).join(" ")}`);
}
