// One headless Chromium for the tests, and pages that remember every request and complaint.

import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ARTIFACTS = process.env.ARTIFACTS ?? fileURLToPath(new URL("../../artifacts", import.meta.url));
const FLAGS = [
  "--headless=new", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
];

export async function launch() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) throw new Error(`no browser at ${executablePath}; install chromium or set CHROMIUM`);
  await mkdir(ARTIFACTS, { recursive: true });
  return chromium.launch({ executablePath, args: FLAGS });
}

/** Opens `url` and keeps what it asked for and complained about. */
export async function open(browser, url, { width = 1360, height = 1000, colorScheme = "light", script } = {}) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
  const seen = { requests: [], errors: [] };
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") seen.errors.push(`${message.text()} ${message.location().url}`);
  });
  if (script) await page.addInitScript(script);
  await page.goto(url);
  return { page, seen };
}

export async function waitState(page, state, wait_s = 60) {
  await page.waitForFunction(
    (wanted) => [wanted, "failed"].includes(document.body.dataset.state), state, { timeout: wait_s * 1000 },
  );
  const now = await page.evaluate(() => document.body.dataset.state);
  if (now !== state) throw new Error(`the page is ${now}: ${await page.locator("#failure").textContent()}`);
}

export const shoot = (page, name, fullPage = true) => page.screenshot({ path: join(ARTIFACTS, `web-${name}.png`), fullPage });

/** Requests that left the page's own origin. */
export function strayed(seen, url) {
  const { origin } = new URL(url);
  return seen.requests.filter((each) => !each.startsWith(`${origin}/`) && !/^(data|blob):/.test(each));
}

/** How many pixels wider the page is than its window. */
export const overflow_px = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** How many different colors the middle of the map shows; one means that nothing was drawn. */
export async function mapColorCount(page) {
  const png = await page.locator("#map canvas").first().screenshot();
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const colors = new Set();
    for (let at = 0; at < data.length; at += 4) colors.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
    return colors.size;
  }, png.toString("base64"));
}
