import { Hono } from "hono";
import { expect, test } from "vitest";
import type { App, AppEnv } from "./http/environment.ts";
import { forLambda } from "./lambda-adapter.ts";

const app = new Hono<AppEnv>().get("/", (c) => c.text(c.env.address ?? "")) as unknown as App;
const env = { requestContext: { http: { sourceIp: "198.51.100.7" } } };
const addressOf = async (originSecret: string | undefined, headers: Record<string, string>) => {
  const request = new Request("http://host/", { headers });
  return (await forLambda(() => app, { originSecret }).fetch(request, env)).text();
};

test("the caller's address is the gateway's, unless the CDN says otherwise and proves that it is the CDN", async () => {
  const viewer = { "x-viewer-address": "203.0.113.9" };
  expect(await addressOf("s3cret", { ...viewer, "x-origin-secret": "s3cret" })).toBe("203.0.113.9");
  expect(await addressOf("s3cret", { ...viewer, "x-origin-secret": "guess" })).toBe("198.51.100.7");
  expect(await addressOf("s3cret", viewer)).toBe("198.51.100.7");
  expect(await addressOf(undefined, { ...viewer, "x-origin-secret": "" })).toBe("198.51.100.7");
  expect(await addressOf("", { ...viewer, "x-origin-secret": "" })).toBe("198.51.100.7");
  expect(await addressOf("s3cret", { "x-forwarded-for": "203.0.113.9" })).toBe("198.51.100.7");
});
