/** Someone at a browser of their own: a fresh profile, and a note of everything that the browser complains about. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterEach, expect } from "vitest";

/** Each line is an example: the names with two dots are those that the test's program gets wrong. */
export const exampleLines = [
  ["report.PDF", "pdf"],
  ["photos/cat.jpeg", "jpeg"],
  ["notes.TXT", "txt"],
  ["holiday.Mov", "mov"],
  ["C:\\music\\song.Mp3", "mp3"],
  ["src/main.rs", "rs"],
  ["slides.PPTX", "pptx"],
  ["index.html", "html"],
  ["logo.SVG", "svg"],
  ["letters/anna.docx", "docx"],
  ["data.csv", "csv"],
  ["backup.tar.GZ", "gz"],
  ["settings.yaml", "yaml"],
  ["podcast.WAV", "wav"],
  ["README.md", "md"],
  ["/var/log/app.LOG", "log"],
]
  .map(([input, output]) => JSON.stringify({ input, output }))
  .join("\n");

const open: Page[] = [];

export async function visit(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  complaintsOf.set(page, complaints);
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    // A request that the API refuses on purpose is an error to the browser.
    if (/Failed to load resource: the server responded with a status of 4\d\d/.test(message.text())) return;
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  open.push(page);
  await page.goto(address);
  return page;
}

const complaintsOf = new WeakMap<Page, string[]>();

afterEach(async () => {
  for (const page of open.splice(0)) {
    await page.context().close();
    expect(complaintsOf.get(page), "errors and broken policies in the browser").toEqual([]);
  }
});

export const signedIn = (url: string, apiKey: string): string => `${url}/#key=${apiKey}`;
