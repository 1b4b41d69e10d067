/** The specialists' page with the mixture that ships: writing, the heat map of the gates, deleting. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { launchBrowser, noBrowser } from "./chromium.ts";
import { type Site, startSite } from "./site.ts";
import { signedIn, visit } from "./visitor.ts";

const pictures = fileURLToPath(new URL("../dist-screenshots", import.meta.url));
const mixtureFolder = fileURLToPath(new URL("../../../models/specialists-tiny", import.meta.url));

let site: Site;
let browser: Browser;
beforeAll(async () => {
  if (noBrowser !== undefined) return;
  [site, browser] = await Promise.all([startSite({ mixtureFolder }), launchBrowser()]);
  mkdirSync(pictures, { recursive: true });
});
afterAll(() => browser?.close());
beforeEach((context) => {
  if (noBrowser !== undefined) context.skip(noBrowser);
});

test("a text is gone on with, its gates are a heat map, and a deleted specialist is gone", async () => {
  const page = await visit(browser, "about:blank", { colorScheme: "light", reducedMotion: "reduce" });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(signedIn(site.url, site.apiKey));
  await page.getByLabel("Spec", { exact: true }).waitFor();
  await page.goto(`${site.url}/#/specialists`);

  const begin = "Before any model is fitted to customer records, check the sample for missing values.";
  await page.getByLabel("Begin a text; the mixture goes on with it.").fill(begin);
  await page.getByRole("button", { name: "Write", exact: true }).click();
  await page.getByText(/general \d+ % · businessadvisor \d+ % · datascience \d+ %/).waitFor();

  await page.getByRole("button", { name: "Those of the chat" }).click();
  const map = page.getByRole("region", { name: "Gate weights" });
  await map.waitFor();
  await map.focus();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowRight");
  await page.getByText(/^Layer 3, token 2/).waitFor();

  await page.evaluate("document.fonts.ready.then(() => undefined)");
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  for (const width of [390, 900, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate("scrollTo(0, 0)");
    const file = path.join(pictures, `specialists-${width}-light.png`);
    await page.screenshot({ path: file, fullPage: true, animations: "disabled" });
    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(overflow, `wider than the window at ${width}`).toBeLessThanOrEqual(0);
  }

  await page.getByRole("button", { name: "Delete datascience" }).click();
  await page.getByRole("button", { name: "Delete datascience" }).click();
  await expect.poll(() => page.getByRole("button", { name: "Delete datascience" }).count()).toBe(0);
  expect(await page.getByRole("button", { name: "Delete businessadvisor" }).isDisabled()).toBe(true);
});
