import chromium from "@sparticuz/chromium";
import { chromium as playwright } from "playwright-core";
import { expect, test } from "vitest";
import { offlineServices } from "../../../test/offline.ts";
import { createApp } from "../../app.ts";
import { serveApp } from "../../server.ts";

test("the reference shows every group of endpoints in a browser that may load nothing from elsewhere", async () => {
  const served = await serveApp(createApp(offlineServices().services), { port: 0 });
  const browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args, "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    const foreign: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (/^https?:/.test(request.url()) && !request.url().startsWith(served.url))
        foreign.push(request.url());
    });
    await page.goto(`${served.url}/docs`);
    for (const text of ["Compile a program", "Follow a job", "Programs", "Webhooks"]) {
      await page.getByText(text).first().waitFor();
    }
    expect(complaints).toEqual([]);
    expect(foreign).toEqual([]);
  } finally {
    await browser.close();
    await served.close(0);
  }
});
