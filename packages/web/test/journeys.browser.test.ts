/** What people do on the page, from the first click to the result: the built page, a real browser, the real API. */
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { Weightsmith } from "@weightsmith/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { launchBrowser, noBrowser } from "./chromium.ts";
import { type Site, startSite } from "./site.ts";
import { exampleLines, signedIn, visit } from "./visitor.ts";

let site: Site;
let browser: Browser;

beforeAll(async () => {
  if (noBrowser !== undefined) return;
  [site, browser] = await Promise.all([startSite(), launchBrowser()]);
});
afterAll(() => browser?.close());
beforeEach((context) => {
  if (noBrowser !== undefined) context.skip(noBrowser);
});

const spec = "Return the file extension of the path, in lower case.";
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });
const heading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true, level: 1 });
const alert = (page: Page) => page.getByRole("alert");

/** Writes a spec and pastes examples, and leaves what remains to be chosen to the test. */
async function write(page: Page, { text = spec, name = "", examples = exampleLines } = {}): Promise<void> {
  await page.getByLabel("Spec", { exact: true }).fill(text);
  await button(page, "Paste many").click();
  await page.getByLabel(/^JSON Lines/).fill(examples);
  await button(page, "Add these").click();
  await page.getByLabel(/^Name/).fill(name);
}

async function compile(page: Page, draft: { text?: string; name: string }): Promise<void> {
  await page.goto(`${site.url}/#/`);
  await write(page, draft);
  await button(page, "Compile").click();
  await heading(page, draft.name).waitFor();
}

test("the key in the address signs in and does not stay there", async () => {
  const page = await visit(browser, signedIn(site.url, site.apiKey));
  await page.getByLabel("Spec", { exact: true }).waitFor();
  expect(page.url()).toBe(`${site.url}/#/`);
  await page.reload();
  await page.getByLabel("Spec", { exact: true }).waitFor();
  await button(page, "Sign out").click();
  await page.getByLabel("API key").waitFor();
  expect(await page.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage })")).toBe("{}");
  // The same tab, with the key in the address once more.
  await page.goto(signedIn(site.url, site.apiKey));
  await page.getByLabel("Spec", { exact: true }).waitFor();
});

test("a typed key signs in, and one that is wrong is refused in the server's words", async () => {
  const page = await visit(browser, `${site.url}/`);
  await expect.poll(() => page.title()).toBe("Sign in · Weightsmith");
  await button(page, "Sign in").click();
  await expect.poll(() => alert(page).innerText()).toContain("There is no key yet.");
  await page.getByLabel("API key").fill(`wsk_${"x".repeat(43)}`);
  await page.keyboard.press("Enter");
  await expect.poll(() => alert(page).innerText()).toContain("not one that this server issued");
  await page.getByLabel("API key").fill(` ${site.apiKey} `);
  await page.keyboard.press("Enter");
  await page.getByLabel("Spec", { exact: true }).waitFor();
  expect(await page.title()).toBe("Compile · Weightsmith");
});

test("a key that is refused later can be replaced, and what was written stays", async () => {
  const api = new Weightsmith({ baseUrl: site.url, apiKey: await site.freshKey() });
  const { id, secret } = await api.keys.create("to be revoked");
  const page = await visit(browser, signedIn(site.url, secret));
  await write(page);
  await api.keys.revoke(id);
  await button(page, "Compile").click();
  await button(page, "Use another key").click();
  await page.getByLabel("API key").fill(site.apiKey);
  await page.keyboard.press("Enter");
  await expect.poll(() => page.getByLabel("Spec", { exact: true }).inputValue()).toBe(spec);
});

test("a spec and pasted examples become a program, and no reload on the way loses anything", async () => {
  const page = await visit(browser, signedIn(site.url, site.apiKey));
  await write(page, { name: "file-extension" });
  await page.getByRole("radio", { name: /^LoRA/ }).check();
  await page.reload();
  expect(await page.getByLabel("Spec", { exact: true }).inputValue()).toBe(spec);
  expect(await page.getByLabel("Output 12").inputValue()).toBe("gz");
  expect(await page.getByRole("radio", { name: /^LoRA/ }).isChecked()).toBe(true);

  site.hold();
  await button(page, "Compile").click();
  await heading(page, "file-extension").waitFor();
  expect(await page.title()).toBe("file-extension · Weightsmith");
  const progress = page.getByRole("progressbar");
  await expect.poll(() => progress.getAttribute("value")).toBe("0.5");
  expect(await page.getByRole("region", { name: "Progress" }).innerText()).toContain("Training 50 %");
  await expect.poll(() => page.getByRole("status").allInnerTexts()).toContain("Training, 50 percent.");
  await page
    .getByRole("img", { name: /^The loss fell from 2\.\d+ at step \d+ to 0\.\d+ at step 60\.$/ })
    .waitFor();
  await page.reload();
  await expect.poll(() => progress.getAttribute("value")).toBe("0.5");
  site.letGo();

  const scores = page.getByRole("region", { name: "Scores" });
  await expect.poll(() => scores.innerText()).toMatch(/75 %\s*3 of 4 held-out examples right/);
  expect(await scores.innerText()).toContain("30–95 %");
  await expect.poll(() => page.getByRole("status").allInnerTexts()).toContain("The job is succeeded.");
  expect(await progress.count()).toBe(0);
  const rows = await page.getByRole("region", { name: "Held-out examples" }).getByRole("row").allInnerTexts();
  expect(rows.map((row) => row.split(/\s*\t\s*/))).toEqual([
    ["Input", "Wanted", "Answered", "Verdict"],
    ["backup.tar.GZ", "gz", "tar", "wrong"],
    ["holiday.Mov", "mov", "mov", "right"],
    ["index.html", "html", "html", "right"],
    ["/var/log/app.LOG", "log", "log", "right"],
  ]);

  await page.getByLabel("Input", { exact: true }).fill("Final Presentation.KEY");
  await page.keyboard.press("Enter");
  const answers = page.getByRole("list", { name: "Answers" });
  await expect
    .poll(() => answers.innerText())
    .toMatch(/Final Presentation\.KEY\s+key\s+90 % sure · 3 tokens · \d+ ms/);
  await page.reload();
  await expect
    .poll(() => answers.innerText())
    .toMatch(/Final Presentation\.KEY\s+key\s+90 % sure · 3 tokens · \d+ ms/);
  await page.getByRole("link", { name: "Open the program" }).click();
  await heading(page, "file-extension").waitFor();
  expect(page.url()).toContain("#/programs/");
});

test("examples come by paste into a field and from a file, and what is malformed can be mended in place", async () => {
  const page = await visit(browser, signedIn(site.url, site.apiKey));
  const input = page.getByLabel("Input 1", { exact: true });
  await input.focus();
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify("a.PDF\tpdf\nb.TXT\ttxt")})`);
  await page.keyboard.press("Control+V");
  await expect.poll(() => page.getByLabel("Output 2", { exact: true }).inputValue()).toBe("txt");

  await page.getByLabel("Choose a file").setInputFiles({
    name: "more.csv",
    mimeType: "text/csv",
    buffer: Buffer.from('input,output\n"c, d.JPG",jpg\n'),
  });
  await expect.poll(() => page.getByLabel("Input 3", { exact: true }).inputValue()).toBe("c, d.JPG");

  await page.getByLabel("Choose a file").setInputFiles({
    name: "bad.jsonl",
    mimeType: "application/jsonl",
    buffer: Buffer.from('{"input": "e.GIF", "output": "gif"}\n{"input": "f.PNG"}\n'),
  });
  await expect.poll(() => alert(page).innerText()).toContain('Line 2 has no text as "output".');
  await page.getByLabel(/^JSON Lines/).fill('{"input": "e.GIF", "output": "gif"}');
  await button(page, "Add these").click();
  await expect.poll(() => page.getByLabel("Output 4", { exact: true }).inputValue()).toBe("gif");
  expect(await alert(page).count()).toBe(0);

  await button(page, "Remove example 1").click();
  await expect.poll(() => page.getByLabel("Input 1", { exact: true }).inputValue()).toBe("b.TXT");
  await button(page, "Clear").click();
  expect(await page.getByLabel("Input 1", { exact: true }).inputValue()).toBe("");
  await button(page, "Bring it back").click();
  expect(await page.getByLabel("Input 1", { exact: true }).inputValue()).toBe("b.TXT");
});

test("programs are listed and searched, one is opened, downloaded and deleted", async () => {
  const key = await site.freshKey();
  const page = await visit(browser, signedIn(site.url, key));
  await page.getByRole("link", { name: "Programs" }).click();
  await page.getByText("You have none yet.").waitFor();
  for (const name of ["first-extension", "second-extension"]) {
    await compile(page, { name, text: `${spec} For the ${name}.` });
    await page.getByRole("link", { name: "Open the program" }).waitFor();
  }
  await page.getByRole("link", { name: "Programs" }).click();
  const items = page.getByRole("main").getByRole("listitem");
  await expect.poll(() => items.allInnerTexts()).toHaveLength(2);
  await page.getByLabel("Search").fill("second");
  await expect.poll(() => items.allInnerTexts()).toEqual([expect.stringContaining("second-extension")]);
  await expect.poll(() => page.url()).toBe(`${site.url}/#/programs?q=second`);
  await page.reload();
  await expect.poll(() => items.allInnerTexts()).toEqual([expect.stringContaining("second-extension")]);
  await page.getByLabel("Search").fill("nothing like it");
  await page.getByText("No program has “nothing like it”").waitFor();
  await button(page, "Show all programs").click();
  await expect.poll(() => items.allInnerTexts()).toHaveLength(2);

  // Faster than the search follows the typing: the program is opened and stays open.
  await page.getByLabel("Search").pressSequentially("sec");
  await page.getByRole("link", { name: /second-extension/ }).click();
  await heading(page, "second-extension").waitFor();
  const id = page.url().split("/").at(-1)!;
  await button(page, "Copy the program's id").click();
  await expect.poll(() => page.evaluate("navigator.clipboard.readText()")).toBe(id);
  const [download] = await Promise.all([page.waitForEvent("download"), button(page, "Download").click()]);
  expect(download.suggestedFilename()).toBe(`${id}.tgz`);
  expect(gunzipSync(await readFile(await download.path())).toString()).toBe(`the archive of ${id}`);

  await button(page, "Delete this program").click();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  await button(page, "Delete this program").click();
  await button(page, "Delete it").click();
  await expect.poll(() => items.allInnerTexts()).toEqual([expect.stringContaining("first-extension")]);
  await page.goto(`${site.url}/#/programs/${id}`);
  await expect.poll(() => alert(page).innerText()).toContain("no program with this id");
});

test("jobs are listed as they change, and a running one can be canceled", async () => {
  const page = await visit(browser, signedIn(site.url, await site.freshKey()));
  await page.getByRole("link", { name: "Jobs" }).click();
  await page.getByText("Each compilation is a job").waitFor();
  site.hold();
  await compile(page, { name: "on-hold" });
  await page.getByRole("navigation").getByRole("link", { name: "Jobs" }).click();
  const items = page.getByRole("main").getByRole("listitem");
  await expect.poll(() => items.allInnerTexts()).toEqual([expect.stringMatching(/on-hold\s+running/)]);
  await page.getByRole("link", { name: /on-hold/ }).click();
  await button(page, "Cancel").click();
  await page.getByText("This job was canceled.").waitFor();
  site.letGo();

  await compile(page, { name: "to-the-end" });
  await page.getByRole("navigation").getByRole("link", { name: "Jobs" }).click();
  await expect
    .poll(() => items.allInnerTexts(), { timeout: 20_000 })
    .toEqual([expect.stringMatching(/to-the-end\s+succeeded/), expect.stringMatching(/on-hold\s+canceled/)]);
});

test("what cannot be compiled is told in the server's words, with what to do", async () => {
  const page = await visit(browser, signedIn(site.url, site.apiKey));
  await button(page, "Compile").click();
  await expect.poll(() => alert(page).innerText()).toMatch(/The spec is empty\.\s+Say in a sentence or two/);
  const contradictory = '{"input": "a.PDF", "output": "pdf"}\n{"input": "a.PDF", "output": "doc"}';
  await write(page, { examples: contradictory });
  await button(page, "Compile").click();
  await expect.poll(() => alert(page).innerText()).toContain('have the same input "a.PDF" and two outputs');
  await button(page, "Clear").click();
  await compile(page, { text: "diverge", name: "a training that fails" });
  await expect.poll(() => alert(page).innerText()).toMatch(/The loss became infinite at step 12\.\s+\S+/);
  await page.goto(`${site.url}/#/jobs/job_nonsense`);
  await expect.poll(() => alert(page).innerText()).toContain("no job");
});

test("text that looks like markup is shown as text", async () => {
  const page = await visit(browser, signedIn(site.url, site.apiKey));
  const markup = '<img src=x onerror="document.title=1"><b>bold</b>';
  await page.goto(`${site.url}/#/`);
  await write(page, { name: markup, text: `${spec} ${markup}` });
  await button(page, "Compile").click();
  await heading(page, markup).waitFor();
  expect(await page.title()).toBe(`${markup} · Weightsmith`);
});

test("everything is reached by the keyboard, and a new page begins at its content", async () => {
  const page = await visit(browser, signedIn(site.url, site.apiKey));
  const focused = () => page.evaluate("document.activeElement.id || document.activeElement.innerText");
  await page.getByLabel("Spec", { exact: true }).waitFor();
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Skip to the content");
  await page.keyboard.press("Enter");
  expect(await focused()).toBe("main");
  expect(page.url()).toBe(`${site.url}/#/`);
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("spec");
  await page.keyboard.type("Say ok.");
  await page.keyboard.press("Control+Enter");
  await expect.poll(() => alert(page).innerText()).toContain("examples");

  await page.getByRole("link", { name: "Programs" }).focus();
  await page.keyboard.press("Enter");
  await heading(page, "Programs").waitFor();
  expect([await focused(), await page.title()]).toEqual(["main", "Programs · Weightsmith"]);
  await page.goBack();
  await page.getByLabel("Spec", { exact: true }).waitFor();
  expect([await focused(), await page.title()]).toEqual(["main", "Compile · Weightsmith"]);
  await page.goto(`${site.url}/#/nowhere`);
  await heading(page, "There is nothing at this address.").waitFor();
});

test("the first load is under 200 kB of compressed JavaScript", async () => {
  const page = await visit(browser, `${site.url}/`);
  await page.getByLabel("API key").waitFor();
  const scripts = (await page.evaluate(`performance.getEntriesByType("resource")
    .filter(({ initiatorType }) => initiatorType === "script")
    .map(({ encodedBodySize, decodedBodySize }) => ({ encodedBodySize, decodedBodySize }))`)) as {
    encodedBodySize: number;
    decodedBodySize: number;
  }[];
  const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
  expect(scripts.length).toBeGreaterThan(0);
  const compressed = sum(scripts.map(({ encodedBodySize }) => encodedBodySize));
  expect(compressed).toBeLessThan(sum(scripts.map(({ decodedBodySize }) => decodedBodySize)) / 2);
  expect(compressed).toBeLessThan(200_000);
});
