import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { brotliCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { offlineServices } from "../test/offline.ts";
import { createApp } from "./app.ts";
import { forwardedAddress, serveApp } from "./server.ts";

const app = () => createApp(offlineServices().services);

function pageFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "page-"));
  mkdirSync(path.join(folder, "assets"));
  writeFileSync(path.join(folder, "index.html"), "<h1>page</h1>");
  writeFileSync(path.join(folder, "assets/app-1a2b.js"), "console.log(1)");
  writeFileSync(path.join(folder, "assets/app-1a2b.js.br"), brotliCompressSync("console.log(1)"));
  writeFileSync(path.join(path.dirname(folder), "outside.txt"), "outside");
  return folder;
}

/** A request as it is, without the tidying that fetch does to paths. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.setEncoding("utf8");
    socket.on("data", (part) => {
      answer += part;
    });
    socket.on("end", () => resolve(answer));
    socket.on("error", reject);
  });
}

test("serves the API, and says so when the port is taken", async () => {
  const served = await serveApp(app(), { port: 0 });
  expect((await fetch(`${served.url}/openapi.json`)).status).toBe(200);
  await expect(serveApp(app(), { port: served.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  await served.close(0);
});

test("serves the page beside the API, with a policy, and nothing outside its folder", async () => {
  const served = await serveApp(app(), { port: 0, pageFolder: pageFolder() });
  const page = await fetch(`${served.url}/`);
  expect(await page.text()).toBe("<h1>page</h1>");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(page.headers.get("cache-control")).toBe("no-cache");
  const inner = await fetch(`${served.url}/programs/abc`);
  expect([inner.status, await inner.text()]).toEqual([200, "<h1>page</h1>"]);
  const asset = await fetch(`${served.url}/assets/app-1a2b.js`);
  expect(asset.headers.get("content-type")).toMatch(/javascript/);
  expect(asset.headers.get("cache-control")).toContain("immutable");
  expect([asset.headers.get("content-encoding"), await asset.text()]).toEqual([null, "console.log(1)"]);
  const small = await fetch(asset.url, { headers: { "accept-encoding": "gzip, br" } });
  expect([small.headers.get("content-encoding"), await small.text()]).toEqual(["br", "console.log(1)"]);
  expect((await fetch(`${served.url}/assets/gone.js`)).status).toBe(404);
  expect((await fetch(`${served.url}/v1/nothing`)).headers.get("content-type")).toBe("application/json");
  for (const climb of [
    "/../outside.txt",
    "/assets/../../outside.txt",
    "/%2e%2e/outside.txt",
    "/..%2foutside.txt",
  ]) {
    const answer = await raw(served.port, `GET ${climb} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer, climb).not.toContain("outside");
  }
  await served.close(0);
});

test("lets a running request finish before it closes, and cuts one that does not", async () => {
  const slow = createApp(offlineServices().services);
  slow.get("/slow/:milliseconds", async (c) => {
    await new Promise((resolve) => setTimeout(resolve, Number(c.req.param("milliseconds"))));
    return c.text("done");
  });
  const first = await serveApp(slow, { port: 0 });
  const finishing = fetch(`${first.url}/slow/100`).then((response) => response.text());
  await new Promise((resolve) => setTimeout(resolve, 30));
  await first.close(60);
  expect(await finishing).toBe("done");

  const second = await serveApp(slow, { port: 0 });
  const cut = fetch(`${second.url}/slow/60000`).then(
    () => "answered",
    () => "cut",
  );
  await new Promise((resolve) => setTimeout(resolve, 30));
  await second.close(0.05);
  expect(await cut).toBe("cut");
});

test("only the nearest proxy's word about the caller's address counts", () => {
  expect(forwardedAddress("203.0.113.9, 10.0.0.1")).toBe("10.0.0.1");
  expect(forwardedAddress(["1.1.1.1", "2.2.2.2"])).toBe("2.2.2.2");
  expect(forwardedAddress("198.51.100.4")).toBe("198.51.100.4");
  expect(forwardedAddress("")).toBeUndefined();
  expect(forwardedAddress(undefined)).toBeUndefined();
});
