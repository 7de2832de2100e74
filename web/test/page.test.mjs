// The page in a real browser: a demo, a running demo, a plain service, dark, narrow, and without WebGL.
// CAIRN_URL points the demo's tests at a running server; without it they use the seeded fixture.
// CHROMIUM names the browser, ARTIFACTS the folder for screenshots, CAIRN_WAIT_S the patience for a demo.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, mapColorCount, open, overflow_px, shoot, strayed, waitState } from "./browser.mjs";
import { demo, running } from "./fixture.mjs";
import { demoRoutes, serve, serviceRoutes } from "./server.mjs";

const WAIT_S = Number(process.env.CAIRN_WAIT_S ?? 120);
const data = demo();
const servers = [];
let browser;
let demoUrl;

async function started(routes) {
  const server = await serve(routes);
  servers.push(server);
  return server.url;
}

before(async () => {
  browser = await launch();
  demoUrl = process.env.CAIRN_URL ?? (await started(demoRoutes(data)));
});

after(async () => {
  await browser?.close();
  for (const server of servers) await server.close();
});

/** No complaint, and no request to anyone but the page's own server. */
function assertClean(seen, url) {
  assert.deepEqual(seen.errors, [], "console errors");
  assert.deepEqual(strayed(seen, url), [], "requests that left the origin");
}

async function demoSummary() {
  return (await fetch(new URL("/demo/summary.json", demoUrl))).json();
}

test("a finished demo shows its map, its table and both charts", async () => {
  const { page, seen } = await open(browser, demoUrl);
  await waitState(page, "ready", WAIT_S);
  const { table, town } = await demoSummary();
  assert.equal(await page.title(), "Cairn");
  assert.equal(await page.locator("#table tbody tr").count(), table.length);
  assert.deepEqual(await page.locator("#table tbody th").allTextContents(), table.map(({ slice }) => slice));
  assert.match(await page.locator("#subtitle").textContent(), new RegExp(town.name));
  assert.equal(await page.locator("#cdf canvas").count(), 1);
  assert.equal(await page.locator("#reliability canvas").count(), 1);
  assert.equal(await page.locator("#progress").isVisible(), false);
  assert.ok((await mapColorCount(page)) > 20, "the map is drawn");
  await shoot(page, "demo");
  assertClean(seen, demoUrl);
  await page.close();
});

test("the first answer opens the card by click and by keyboard, and Escape closes it", async () => {
  const { page, seen } = await open(browser, demoUrl);
  await waitState(page, "ready", WAIT_S);
  const card = page.locator("#card");
  assert.equal(await card.isVisible(), false);
  await page.locator("#answers button").first().click();
  assert.match(await card.textContent(), /Answer 1 .*R68.*R95.*heard.*known/s);
  await page.waitForTimeout(500);
  await shoot(page, "answer", false);
  await page.keyboard.press("Escape");
  assert.equal(await card.isVisible(), false);
  await page.locator("#answers button").first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal(await card.isVisible(), true);
  assert.equal(await page.locator("#answers button[aria-pressed=true]").count(), 1);
  assertClean(seen, demoUrl);
  await page.close();
});

test("an answer on the map opens the card on hover and keeps it on click", async () => {
  const { page, seen } = await open(browser, demoUrl);
  await waitState(page, "ready", WAIT_S);
  const answers = await (await fetch(new URL("/demo/answers.json", demoUrl))).json();
  const first = answers.rows.findIndex(({ error_m, r95_m }) => error_m !== null && error_m <= r95_m);
  await page.locator(`#answers button[data-index="${first}"]`).click();
  await page.keyboard.press("Escape");
  // The list centers the map on the answer's circle, whose middle is the answer while the truth lies inside.
  const box = await page.locator("#map canvas").first().boundingBox();
  await page.waitForTimeout(800);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x - 3, y);
  await page.mouse.move(x, y);
  await page.locator("#card").waitFor({ state: "visible" });
  await page.mouse.click(x, y);
  await page.mouse.move(box.x + 4, box.y + 4);
  await page.waitForTimeout(200);
  assert.equal(await page.locator("#card").isVisible(), true);
  assertClean(seen, demoUrl);
  await page.close();
});

test("the legend hides what it names", async () => {
  const { page, seen } = await open(browser, demoUrl);
  await waitState(page, "ready", WAIT_S);
  const full = await mapColorCount(page);
  for (const box of await page.locator("#legend input").all()) await box.uncheck();
  await page.waitForTimeout(1000);
  assert.ok((await mapColorCount(page)) < full / 2, "an empty map has fewer colors");
  assertClean(seen, demoUrl);
  await page.close();
});

for (const [name, look] of [
  ["dark", { colorScheme: "dark" }],
  ["narrow", { width: 400, height: 860 }],
  ["narrow-dark", { width: 400, height: 860, colorScheme: "dark" }],
]) {
  test(`the ${name} page fits its window`, async () => {
    const { page, seen } = await open(browser, demoUrl, look);
    await waitState(page, "ready", WAIT_S);
    await page.locator("#answers button").first().click();
    await page.waitForTimeout(500);
    assert.equal(await overflow_px(page), 0);
    await shoot(page, name);
    assertClean(seen, demoUrl);
    await page.close();
  });
}

test("a change of color scheme repaints the map", async () => {
  const { page, seen } = await open(browser, demoUrl);
  await waitState(page, "ready", WAIT_S);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForTimeout(1000);
  assert.ok((await mapColorCount(page)) > 20, "the map is drawn");
  await shoot(page, "turned-dark", false);
  assertClean(seen, demoUrl);
  await page.close();
});

test("without WebGL the tables and charts stand, with a note in place of the map", async () => {
  const script = () => {
    const real = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
      return /webgl/.test(kind) ? null : real.call(this, kind, ...rest);
    };
  };
  const { page, seen } = await open(browser, demoUrl, { script });
  await waitState(page, "ready", WAIT_S);
  assert.match(await page.locator("#map").textContent(), /no WebGL/);
  assert.ok((await page.locator("#table tbody tr").count()) > 0);
  assert.equal(await page.locator("#cdf canvas").count(), 1);
  await page.locator("#answers button").first().click();
  assert.equal(await page.locator("#card").isVisible(), true);
  await shoot(page, "no-webgl");
  assertClean(seen, demoUrl);
  await page.close();
});

test("a running demo shows its progress and becomes a finished one", async () => {
  const steps = [["simulate", 0], ["ingest", 0.6], ["ingest", 0.9], ["ask", 0.4]].map(([phase, part]) => running(data, phase, part));
  const url = await started(demoRoutes(data, [...steps, data.summary]));
  const { page, seen } = await open(browser, url);
  await page.waitForFunction(() => /28,800 of 48,000/.test(document.querySelector("#progress").textContent));
  assert.equal(await page.locator("#progress [aria-current=step]").textContent(), "take in reports");
  assert.equal(await page.evaluate(() => document.body.dataset.state), "running");
  await page.waitForTimeout(700);
  await shoot(page, "running", false);
  await waitState(page, "ready");
  assert.equal(await page.locator("#progress").isVisible(), false);
  assertClean(seen, url);
  await page.close();
});

test("a server without a demo shows itself, and answers where you are", async () => {
  const url = await started(serviceRoutes());
  const { page, seen } = await open(browser, url);
  await waitState(page, "service");
  assert.match(await page.locator("#service").textContent(), /ready.*cairn.*0\.1\.0/s);
  await shoot(page, "service-world");
  const sample = await page.locator("#ask-text").inputValue();
  assert.doesNotThrow(() => JSON.parse(sample));
  await page.locator("#ask-button").click();
  await page.locator("#ask-answer .inside").waitFor();
  assert.match(await page.locator("#ask-answer").textContent(), /59\.379300, 13\.503600.*51 m.*92 m/s);
  await page.waitForTimeout(500);
  await shoot(page, "service");
  const missing = seen.errors.splice(0);
  assert.ok(missing.every((error) => /404 .*\/demo\/summary\.json$/.test(error)), missing.join("\n"));
  await page.locator("#ask-text").fill("not json");
  await page.locator("#ask-button").click();
  await page.locator("#ask-answer .outside").waitFor();
  assert.match(await page.locator("#ask-answer").textContent(), /Parse Error \(parseError, 400\)/);
  assert.deepEqual(strayed(seen, url), []);
  await page.close();
});
