/**
 * How every page looks and reads, in light and dark: nothing serious for axe to find, nothing wider than the window, and a
 * picture at three widths in `dist-screenshots` for people to look at.
 */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { Weightsmith } from "@weightsmith/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchBrowser, noBrowser } from "./chromium.ts";
import { type Site, startSite } from "./site.ts";
import { exampleLines, signedIn, visit } from "./visitor.ts";

const pictures = fileURLToPath(new URL("../dist-screenshots", import.meta.url));
const widths = [390, 900, 1440];

let site: Site;
let browser: Browser;
let emptyKey: string;
/** By their names. */
const jobs = new Map<string, string>();

const longSpec = [
  "Turn one line of a web server's log into a short sentence for people who do not read logs.",
  "Name the address that asked, what it asked for, and how it ended: “found”, “not found” or “failed”.",
  "Leave out times, sizes and user agents. If the line is no log line at all, answer with the word “unknown”.",
  "Keep the address as it is written. Paths are given without their query.",
].join("\n\n");

beforeAll(async () => {
  if (noBrowser !== undefined) return;
  [site, browser] = await Promise.all([startSite(), launchBrowser()]);
  mkdirSync(pictures, { recursive: true });
  emptyKey = await site.freshKey();
  const api = new Weightsmith({ baseUrl: site.url, apiKey: site.apiKey });
  const make = async (name: string, spec: string, named = true) => {
    const request = { spec, examples: exampleLines, ...(named ? { name, tags: ["files", "sample"] } : {}) };
    const { id } = await api.compile(request);
    jobs.set(name, id);
    return id;
  };
  const endings = [
    await make("File extension", "Return the file extension of the path, in lower case."),
    await make("long", longSpec, false),
    await make("Unstable", "diverge at once"),
  ];
  for (const id of endings) await api.waitFor({ id }).catch(() => {});
  const published = await api.compile({
    spec: "Return the extension of a file name.",
    examples: exampleLines,
    name: "Published",
    public: true,
    tags: ["files"],
  });
  const { result } = await api.waitFor(published);
  const [earlier] = (await api.programs.list({ q: "extension path" })).items;
  const better = result!.programId!;
  await api.aliases.publish("file-extension", earlier!.id);
  await api.aliases.publish("file-extension", better, { note: "Learnt from more names with two dots." });
  await api.hub.addCase(better, { kind: "limitation", input: "a.tar.gz", output: "gz", note: "Two dots." });
  await api.hub.addCase(better, { kind: "success", input: "notes.TXT", output: "txt" });
  const started = {
    loda: await api.generate({ kind: "loda", terms: [1, 3, 6, 10, 15, 21, 28, 36, 45, 55] }),
    plain: await api.experiment({
      kind: "playbook",
      model: "anvil-reader",
      task: "finance_generated",
      name: "Baseline",
    }),
    lessons: await api.experiment({
      kind: "playbook",
      model: "anvil-reader",
      task: "finance_generated",
      mode: "ace",
      name: "With lessons",
    }),
    submission: await api.leaderboard.submit("file-extension", result!.programId!),
  };
  for (const [name, job] of Object.entries(started)) jobs.set(name, (await api.waitFor(job)).id);
  site.hold();
  await make("Second word", "Return the second word of the sentence.");
});
afterAll(() => browser?.close());
beforeEach((context) => {
  if (noBrowser !== undefined) context.skip(noBrowser);
});

/** How to get to each page from a fresh tab. */
const scenes: Record<string, (page: Page) => Promise<void>> = {
  "sign-in": async (page) => {
    await page.goto(`${site.url}/`);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
  },
  "compile-empty": async (page) => {
    await page.goto(signedIn(site.url, emptyKey));
    await page.getByLabel("Spec", { exact: true }).waitFor();
  },
  "compile-written": async (page) => {
    await page.goto(signedIn(site.url, emptyKey));
    await page.getByRole("button", { name: "Start from a sample" }).click();
    await page.getByLabel("Output 2", { exact: true }).fill("png");
    await page.getByLabel("Input 2", { exact: true }).fill("notes.TXT");
    await page.getByRole("button", { name: "Vary these" }).click();
    await page.getByText("examples are generated").waitFor();
    await page.getByRole("button", { name: "Paste many" }).click();
    await page.getByRole("button", { name: "Compile" }).click();
    await page.getByRole("alert").waitFor();
  },
  "job-running": async (page) => {
    await open(page, `#/jobs/${jobs.get("Second word")}`);
    await page.getByText("Training", { exact: true }).waitFor();
    await page.getByRole("img").last().waitFor();
  },
  "job-finished": async (page) => {
    await open(page, `#/jobs/${jobs.get("File extension")}`);
    await page.getByText("held-out examples right").waitFor();
    for (const input of [
      "Final Presentation.KEY",
      "a much longer path/to/some place/with spaces/in it.Markdown",
      "LICENSE",
    ]) {
      await page.getByLabel("Input", { exact: true }).fill(input);
      await page.getByRole("button", { name: "Run" }).click();
      await page.getByRole("list", { name: "Answers" }).getByText(input).waitFor();
    }
  },
  "job-failed": async (page) => {
    await open(page, `#/jobs/${jobs.get("Unstable")}`);
    await page.getByRole("alert").waitFor();
    await page.getByText("What happened").click();
  },
  program: async (page) => {
    await openProgram(page, /File extension/);
  },
  "program-versions": async (page) => {
    await openProgram(page, /Published/);
    await page.getByRole("button", { name: "Compare v1 with this program" }).click();
    await page.getByRole("region", { name: "Comparison" }).waitFor();
    await page.getByText("Publish under a name").click();
    await page.getByText("Add a case").click();
    await page.getByLabel("In this browser").check();
  },
  "program-long": async (page) => {
    await openProgram(page, /web server/);
  },
  "program-delete": async (page) => {
    await openProgram(page, /File extension/);
    await page.getByRole("button", { name: "Delete this program" }).click();
    await page.getByRole("dialog").waitFor();
  },
  programs: async (page) => {
    await open(page, "#/programs");
    await page.getByRole("link", { name: /File extension/ }).waitFor();
  },
  "programs-none-found": async (page) => {
    await open(page, "#/programs?q=poetry");
    await page.getByText("No program has").waitFor();
  },
  "programs-empty": async (page) => {
    await page.goto(signedIn(site.url, emptyKey));
    await page.getByRole("link", { name: "Programs" }).click();
    await page.getByText("You have none yet").waitFor();
  },
  jobs: async (page) => {
    await open(page, "#/jobs");
    await page.getByRole("link", { name: /Second word/ }).waitFor();
  },
  hub: async (page) => {
    await open(page, "#/hub");
    await page.getByRole("link", { name: /Published/ }).waitFor();
  },
  "hub-none-found": async (page) => {
    await page.goto(`${site.url}/#/hub?q=poetry`);
    await page.getByText("No published program matches").waitFor();
  },
  leaderboard: async (page) => {
    await open(page, "#/leaderboard");
    await page.getByRole("link", { name: /Dates to ISO/ }).waitFor();
  },
  task: async (page) => {
    await open(page, "#/leaderboard/file-extension");
    await page.getByRole("table").first().getByText("Published").waitFor();
  },
  "generate-code": async (page) => {
    await open(page, "#/generate");
    await page.getByLabel("What the function should do").waitFor();
  },
  "generate-loda": async (page) => {
    await open(page, "#/generate/loda");
    await page.getByLabel("First terms of the sequence").fill("1, 2, x");
    await page.getByRole("button", { name: "Find programs" }).click();
    await page.getByRole("alert").waitFor();
  },
  "job-loda": async (page) => {
    await open(page, `#/jobs/${jobs.get("loda")}`);
    await page.getByText("Verified").waitFor();
    await page.getByRole("button", { name: "Step", exact: true }).click();
  },
  experiments: async (page) => {
    await open(page, "#/experiments");
    await page.getByRole("checkbox").first().waitFor();
    for (const box of await page.getByRole("checkbox").all()) await box.check();
    await page.getByText("Side by side").waitFor();
  },
  "job-experiment": async (page) => {
    await open(page, `#/jobs/${jobs.get("lessons")}`);
    await page.getByText("Divide the difference").waitFor();
  },
  "job-submission": async (page) => {
    await open(page, `#/jobs/${jobs.get("submission")}`);
    await page.getByText("hidden examples right").waitFor();
  },
  account: async (page) => {
    await open(page, "#/account");
    await page
      .getByRole("button", { name: /^Revoke/ })
      .first()
      .waitFor();
  },
  nowhere: async (page) => {
    await open(page, "#/nothing");
    await page.getByText("nothing at this address").waitFor();
  },
};

async function open(page: Page, hash: string): Promise<void> {
  await page.goto(signedIn(site.url, site.apiKey));
  await page.getByLabel("Spec", { exact: true }).waitFor();
  await page.goto(`${site.url}/${hash}`);
}

async function openProgram(page: Page, name: RegExp): Promise<void> {
  await open(page, "#/programs");
  await page.getByRole("link", { name }).click();
  await page.getByText("held-out examples right").waitFor();
}

describe.each(["light", "dark"] as const)("%s", (colorScheme) => {
  let page: Page;
  beforeEach(async (context) => {
    if (noBrowser !== undefined) context.skip(noBrowser);
    page = await visit(browser, "about:blank", { colorScheme, reducedMotion: "reduce" });
  });

  test.each(Object.entries(scenes))("%s", async (name, reach) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await reach(page);
    // The fonts change how wide a text is.
    await page.evaluate("document.fonts.ready.then(() => undefined)");
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => ({
        id,
        nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })),
      }));
    expect(serious).toEqual([]);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      await page.evaluate("scrollTo(0, 0)");
      await page.screenshot({
        path: path.join(pictures, `${name}-${width}-${colorScheme}.png`),
        // A dialog lies over the window, not over the whole page.
        fullPage: name !== "program-delete",
        animations: "disabled",
      });
      expect(overflow, `wider than the window at ${width}`).toBeLessThanOrEqual(0);
    }
  });
});
