/**
 * Takes the picture of the README: the newest finished job of a running local stack, in light, 1440 wide.
 * `node packages/web/test/take-picture.ts URL API_KEY [FILE]`
 */
import { Weightsmith } from "@weightsmith/client";
import { launchBrowser } from "./chromium.ts";

const [url, apiKey, file = "docs/images/page.png"] = process.argv.slice(2);
if (url === undefined || apiKey === undefined) {
  console.error("Usage: node packages/web/test/take-picture.ts URL API_KEY [FILE]");
  process.exit(2);
}
const api = new Weightsmith({ baseUrl: url, apiKey });
const [job] = (await api.jobs.list({ state: "succeeded", type: "compile", limit: 1 })).items;
if (job === undefined) throw new Error("This stack has no finished compile job: start it with its sample.");

const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 940 }, colorScheme: "light" });
  await page.goto(`${url}/#key=${apiKey}`);
  await page.getByLabel("Spec", { exact: true }).waitFor();
  await page.goto(`${url}/#/jobs/${job.id}`);
  await page.getByRole("region", { name: "Scores" }).waitFor();
  for (const input of ["kitchen.Png", "Final Presentation.PDF"]) {
    await page.getByLabel("Input", { exact: true }).fill(input);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("list", { name: "Answers" }).getByText(input).waitFor();
  }
  await page.evaluate("document.activeElement.blur(); document.fonts.ready.then(() => undefined)");
  await page.mouse.move(0, 0);
  await page.screenshot({ path: file, animations: "disabled" });
} finally {
  await browser.close();
}
