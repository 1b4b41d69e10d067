/** Publishing, finding, entering the leaderboard, LODA and keys: from the first click to the result. */
import { Weightsmith } from "@weightsmith/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { launchBrowser, noBrowser } from "./chromium.ts";
import { type Site, startSite } from "./site.ts";
import { exampleLines, signedIn, visit } from "./visitor.ts";

let site: Site;
let browser: Browser;
let api: Weightsmith;

beforeAll(async () => {
  if (noBrowser !== undefined) return;
  [site, browser] = await Promise.all([startSite(), launchBrowser()]);
  api = new Weightsmith({ baseUrl: site.url, apiKey: site.apiKey });
});
afterAll(() => browser?.close());
beforeEach((context) => {
  if (noBrowser !== undefined) context.skip(noBrowser);
});

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });

async function makeProgram(name: string): Promise<string> {
  const job = await api.compile({
    spec: `Return the file extension. <b>${name}</b>`,
    examples: exampleLines,
    name,
  });
  return (await api.waitFor(job)).result!.programId!;
}

test("a program is private until it is published, then anybody finds it, runs it and forks it", async () => {
  const id = await makeProgram("extension-finder");
  const page = await visit(browser, signedIn(site.url, site.apiKey));
  await page.goto(`${site.url}/#/programs/${id}`);
  await button(page, "Publish…").waitFor();
  const stranger = await visit(browser, `${site.url}/#/hub?q=finder`);
  await stranger.getByText("No published program matches").waitFor();

  await page.getByText("Name, tags and licence").click();
  await page.getByLabel(/^Tags/).fill("files, paths");
  await button(page, "Publish…").click();
  await button(page, "Publish").click();
  await page.getByText(`${site.url}/p/${id}`, { exact: true }).waitFor();

  await stranger.reload();
  await stranger.getByRole("link", { name: /extension-finder/ }).click();
  await stranger.getByRole("heading", { name: "extension-finder", level: 1 }).waitFor();
  await stranger.getByLabel("Input", { exact: true }).fill("summer.JPG");
  await stranger.keyboard.press("Enter");
  await expect.poll(() => stranger.getByRole("list", { name: "Answers" }).innerText()).toMatch(/jpg/);
  await stranger.getByRole("link", { name: "files" }).click();
  await expect.poll(() => stranger.url()).toContain("#/hub?tag=files");

  const card = await (await fetch(`${site.url}/p/${id}`)).text();
  expect(card).toContain('property="og:title" content="extension-finder"');
  expect(card).toContain("&lt;b&gt;extension-finder&lt;/b&gt;");
  expect(card).not.toContain("<b>");

  await button(page, "Fork: start from this spec").click();
  await page.getByText(/A fork of/).waitFor();
  await page.goto(`${site.url}/#/programs/${id}`);
  await button(page, "Take it back").click();
  await button(page, "Publish…").waitFor();
  expect((await fetch(`${site.url}/p/${id}`)).status).toBe(404);
});

test("a name moves from version to version and back; what was forked by others is said before it is deleted", async () => {
  const first = await makeProgram("namer-one");
  const second = await makeProgram("namer-two");
  const page = await visit(browser, signedIn(site.url, site.apiKey));
  await button(page, "Sign out").waitFor();
  for (const [index, id] of [first, second].entries()) {
    await page.goto(`${site.url}/#/programs/${id}`);
    await page.getByText("Publish under a name").click();
    await page.locator("#alias-name").fill("namer");
    await button(page, "Publish under this name").click();
    await page.getByText(`/namer is at v${index + 1}.`).waitFor();
  }
  const current = page.locator(".version-list li:has(.tag)");
  await expect.poll(() => current.innerText()).toContain("v2");
  await button(page, "Compare v1 with this program").click();
  const comparison = page.getByRole("region", { name: "Comparison" });
  await expect.poll(() => comparison.innerText()).toMatch(/\+0 points[\s\S]*namer-one[\s\S]*namer-two/);
  await button(page, "Make current: v1").click();
  await expect.poll(() => current.innerText()).toContain("v1");

  await page.getByText("Add a case").click();
  await page.getByLabel("What it is").selectOption({ label: "Limitation" });
  await page.getByLabel("The input").fill("a.tar.gz");
  await page.getByLabel("The answer it should get").fill("gz");
  await button(page, "Add it").click();
  await page.getByText("Limitation a.tar.gz → gz").waitFor();

  await api.programs.update(second, { public: true });
  const other = new Weightsmith({ baseUrl: site.url, apiKey: await site.freshKey() });
  const fork = await other.compile({
    spec: "Fork.",
    examples: exampleLines,
    name: "fork",
    parents: [second] as never,
  });
  await other.waitFor(fork);
  await page.reload();
  await button(page, "Delete this program").click();
  await page.getByText("Others forked it: 1 program made from it will stay").waitFor();
  await button(page, "Keep it").click();
});

test("examples are varied, marked until somebody looks at them, and survive a reload", async () => {
  const page = await visit(browser, signedIn(site.url, await site.freshKey()));
  await button(page, "Start from a sample").click();
  await button(page, "Vary these").click();
  await page.getByText("12 examples are generated").waitFor();
  await button(page, "Accept generated example 17").click();
  await page.getByLabel("Output 18", { exact: true }).fill("mine");
  await page.reload();
  await page.getByText("10 examples are generated").waitFor();
  expect(await page.getByLabel("Output 18", { exact: true }).inputValue()).toBe("mine");
  await button(page, "Remove them").click();
  expect(await page.getByLabel(/^Output \d+/).count()).toBe(19);
});

test("a submission is measured and stands on the board with its interval; the hidden examples are nowhere", async () => {
  await makeProgram("board-climber");
  const page = await visit(browser, signedIn(site.url, site.apiKey));
  const answers: string[] = [];
  page.on("response", async (response) => {
    if (response.url().includes("/v1/")) answers.push(await response.text().catch(() => ""));
  });
  await page.getByRole("link", { name: "Leaderboard" }).click();
  await page.getByRole("link", { name: /^File extension/ }).click();
  await page.getByLabel("Program").selectOption({
    label: (await page.getByLabel("Program").locator("option").allInnerTexts()).find((text) =>
      text.startsWith("board-climber"),
    )!,
  });
  await button(page, "Measure it").click();
  await page.getByText("hidden examples right").waitFor();
  await page.getByRole("link", { name: "See the board" }).click();
  const row = page.getByRole("row", { name: /board-climber/ });
  await row.waitFor();
  expect(await row.innerText()).toMatch(/\d+ %\s+\d+–\d+ %/);
  const seen = new Set(
    (await api.leaderboard.task("file-extension")).publicExamples.map(({ input }) => input),
  );
  const inputs = [...answers.join("\n").matchAll(/"input":"([^"]*_\d+\.\w+)"/g)].map(([, input]) => input!);
  expect(inputs.filter((input) => !seen.has(input))).toEqual([]);
});

test("terms become a verified LODA program that can be stepped through", async () => {
  const page = await visit(browser, signedIn(site.url, site.apiKey));
  await page.getByRole("link", { name: "Generate" }).click();
  await page.getByRole("link", { name: "Integer sequences" }).click();
  await button(page, "Start from a sample").click();
  await page.reload();
  expect(await page.getByLabel("First terms of the sequence").inputValue()).toContain("1, 3, 6, 10");
  await button(page, "Find programs").click();
  await page.getByText("Verified: all 10 given terms come out.").waitFor();
  await page.getByLabel("Run with n =").fill("6");
  await button(page, "To the end").click();
  await expect
    .poll(() => page.getByRole("status").allInnerTexts())
    .toContainEqual(expect.stringMatching(/The term for n = 6 is 2[18]\./));
});

test("a key is made, used and revoked; a cookie alone changes nothing", async () => {
  const page = await visit(browser, signedIn(site.url, site.apiKey));
  await page.getByRole("link", { name: "Account" }).click();
  await page.getByLabel("Name of the new key").fill("laptop");
  await button(page, "Make a key").click();
  const secret = await page.getByText(/^wsk_/).innerText();
  await new Weightsmith({ baseUrl: site.url, apiKey: secret }).usage();
  // As another site would: the cookie goes along, the token does not.
  const status = await page.evaluate(
    `fetch("/v1/keys", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" }).then(({ status }) => status)`,
  );
  expect(status).toBe(403);
  expect(await page.evaluate("document.cookie")).toBe("");
  await page.getByRole("button", { name: "Revoke laptop" }).click();
  await button(page, "Revoke it").click();
  await page.getByText(/^revoked/).waitFor();
  const refused = new Weightsmith({ baseUrl: site.url, apiKey: secret, maxRetries: 0 }).usage();
  await expect(refused).rejects.toMatchObject({ code: "auth.invalid_key" });
});
