/**
 * Takes the pictures of the README and the guides from a running local stack, 1200 wide: what a person sees, with the
 * stack's own sample, board and models. Publishes the sample, for a hub without programs shows little.
 * `node packages/web/test/take-pictures.ts URL API_KEY [FOLDER]`
 */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { Weightsmith } from "@weightsmith/client";
import type { Page } from "playwright-core";
import { launchBrowser } from "./chromium.ts";

const [url, apiKey, folder = "docs/images"] = process.argv.slice(2);
if (url === undefined || apiKey === undefined) {
  console.error("Usage: node packages/web/test/take-pictures.ts URL API_KEY [FOLDER]");
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const api = new Weightsmith({ baseUrl: url, apiKey });
const jobs = (await api.jobs.list({ state: "succeeded", type: "compile", limit: 100 })).items;
const job = jobs.find(({ request }) => request.tags.includes("sample"));
if (!job?.programId) throw new Error("This stack has no finished compile job: start it with its sample.");
await api.programs.update(job.programId, { public: true });
if (!jobs.some(({ request }) => request.tags.includes("text"))) await enterTasks(5);
const sequence = { kind: "loda" as const, terms: [0, 1, 5, 14, 30, 55, 91, 140, 204, 285] };
const loda = await api.waitFor(await api.generate(sequence));

const browser = await launchBrowser();
try {
  for (const scheme of ["light", "dark"] as const) {
    const page = await browser.newPage({ viewport: { width: 1200, height: 860 }, colorScheme: scheme });
    await page.goto(`${url}/#key=${apiKey}`);
    await page.getByRole("button", { name: "Start from a sample" }).click();
    await picture(page, `compile-${scheme}`);
    if (scheme === "dark") continue;

    await page.goto(`${url}/#/jobs/${job.id}`);
    await page.getByRole("region", { name: "Scores" }).waitFor();
    await page.getByLabel("In this browser").check();
    for (const input of ["(A) penguin (B) grey wolf", "Choose: (a)mint (b)beans (c)corn"]) {
      await page.getByLabel("Input", { exact: true }).fill(input);
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.getByRole("list", { name: "Answers" }).getByText(input).waitFor({ timeout: 120_000 });
    }
    await picture(page, "page", 820);

    await page.goto(`${url}/#/hub`);
    await page.locator(".program-card").first().waitFor();
    await picture(page, "hub", 700);
    await page.goto(`${url}/#/leaderboard`);
    await page.locator(".suite").first().waitFor();
    await picture(page, "leaderboard", 860, ".suite:last-of-type");
    await page.getByRole("link", { name: /^File extension/ }).click();
    await page.getByRole("table").first().waitFor();
    await picture(page, "leaderboard-task");

    await page.goto(`${url}/#/jobs/${loda.id}`);
    await page.getByText("Verified").waitFor();
    for (let step = 0; step < 5; step++)
      await page.getByRole("button", { name: "Step", exact: true }).click();
    await picture(page, "loda-steps");
  }
} finally {
  await browser.close();
}

/** Programs from the public examples of the first tasks for text, published and measured: a hub and boards with entries. */
async function enterTasks(count: number): Promise<void> {
  const tasks = (await api.leaderboard.tasks()).filter(({ suites }) => suites.includes("text"));
  for (const { id } of tasks.slice(0, count)) {
    const { title, description, publicExamples } = await api.leaderboard.task(id);
    const request = { name: title, spec: description, examples: publicExamples, tags: ["text"] };
    const made = await api.waitFor(await api.compile({ ...request, method: "fast" as const, public: true }));
    await api.waitFor(await api.leaderboard.submit(id, made.result!.programId!));
  }
}

/** @param from a selector of what the picture begins with; default: the top of the page */
async function picture(page: Page, name: string, height = 860, from = "header"): Promise<void> {
  await page.setViewportSize({ width: 1200, height });
  await page.evaluate("document.activeElement.blur(); document.fonts.ready.then(() => undefined)");
  await page.evaluate(`document.querySelector(${JSON.stringify(from)}).scrollIntoView()`);
  await page.mouse.move(0, 0);
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: "disabled" });
}
