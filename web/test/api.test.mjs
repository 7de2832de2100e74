// The API page in a real browser, on a running server that CAIRN_URL names: it is the binary's own.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, overflow_px, shoot, strayed, waitState } from "./browser.mjs";

const url = process.env.CAIRN_URL;
const skip = url ? false : "no CAIRN_URL";
let browser;

before(async () => {
  if (url) browser = await launch();
});

after(() => browser?.close());

test("the API page lists what may be asked, sends a body and shows the answer", { skip }, async () => {
  const { page, seen } = await open(browser, new URL("/api", url).href, { width: 480 });
  await waitState(page, "ready");
  const described = await (await fetch(new URL("/openapi.json", url))).json();
  const wanted = Object.values(described.paths).flatMap((item) => ["post", "get"].filter((method) => item[method]));
  assert.equal(await page.locator("details").count(), wanted.length);
  assert.equal(await page.locator("section[id^=type-]").count(), Object.keys(described.components.schemas).length);

  const country = page.locator("#post_country");
  await country.locator("summary").click();
  const body = { cellTowers: [{ radioType: "lte", mobileCountryCode: 262, mobileNetworkCode: 1, locationAreaCode: 5 }] };
  await country.locator("textarea").fill(JSON.stringify(body));
  await country.locator("button").click();
  const shown = country.locator("pre.answer");
  await shown.filter({ hasText: "Germany" }).waitFor();
  const text = await shown.textContent();
  assert.match(text, /^200 /);
  assert.match(text, /content-type: application\/json/);

  const batch = page.locator("#post_geolocate_batch");
  await batch.locator("summary").click();
  await batch.locator("button").click();
  await batch.locator("pre.answer").filter({ hasText: "content-type: application/x-ndjson" }).waitFor();
  assert.match(await batch.locator("pre.answer").textContent(), /^200 /);

  const version = page.locator("#get_version");
  await version.locator("summary").click();
  await version.locator("button").click();
  await version.locator("pre.answer").filter({ hasText: '"name": "cairn"' }).waitFor();

  assert.ok((await overflow_px(page)) <= 0, "it fits a narrow window");
  await shoot(page, "api");
  assert.deepEqual(seen.errors, [], "console errors");
  assert.deepEqual(strayed(seen, url), [], "requests that left the origin");
  await page.close();
});
