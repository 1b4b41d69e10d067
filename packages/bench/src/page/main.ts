/**
 * `npm run bench -- page [--json] [--samples N]`: how much JavaScript the first load of the page takes, compressed as it
 * travels, and how soon somebody can type, in a real Chromium with an empty cache on a local stack of its own. The peer is
 * an empty document from the same server in the same browser.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startStack } from "@weightsmith/cli/stack";
import { freePort } from "@weightsmith/embedded";
import { launchBrowser } from "../../../web/test/chromium.ts";

const { values: flags } = parseArgs({
  options: { json: { type: "boolean", default: false }, samples: { type: "string", default: "7" } },
});
const samples = Number(flags.samples);
const repositoryRoot = fileURLToPath(new URL("../../../..", import.meta.url));
const home = mkdtempSync(path.join(tmpdir(), "weightsmith-bench-"));

const stack = await startStack(
  {
    home,
    port: await freePort(0, "API"),
    once: false,
    sample: false,
    device: "cpu",
    models: path.join(repositoryRoot, "models"),
    databaseUrl: undefined,
    help: false,
  },
  repositoryRoot,
  { onUp: () => {}, onNotice: (message) => console.error(message), signal: new AbortController().signal },
);
const browser = await launchBrowser();
try {
  const { url, credentials } = stack;
  const interactive: number[] = [];
  const empty: number[] = [];
  let kilobytes = 0;
  for (let sample = 0; sample < samples; sample++) {
    // A context of its own has an empty cache.
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${url}/#key=${credentials.apiKey}`);
    const spec = page.getByLabel("Spec", { exact: true });
    await spec.waitFor();
    // Since the navigation began, by the page's own clock, once a field takes what is typed.
    interactive.push((await spec.evaluate("performance.now()")) as number);
    await spec.fill("a");
    const bytes = (await page.evaluate(
      `performance.getEntriesByType("resource").filter(({ initiatorType, name }) => initiatorType === "script" || name.endsWith(".js")).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`,
    )) as number;
    kilobytes = Math.max(kilobytes, bytes / 1000);
    await page.goto(`${url}/mark.svg`);
    empty.push((await page.evaluate("performance.now()")) as number);
    await context.close();
  }
  const result = {
    firstLoadKilobytes: Math.round(kilobytes * 10) / 10,
    interactiveMs: Math.round(median(interactive)),
    emptyDocumentMs: Math.round(median(empty)),
  };
  if (flags.json) console.log(JSON.stringify(result));
  else for (const [name, value] of Object.entries(result)) console.log(`${name.padEnd(20)} ${value}`);
} finally {
  await browser.close();
  await stack.stop();
  rmSync(home, { recursive: true, force: true });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
