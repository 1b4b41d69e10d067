import { type AppError, LIMITS } from "@weightsmith/contract";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { readJson } from "./body.ts";
import type { AppContext, AppEnv } from "./environment.ts";

const app = new Hono<AppEnv>();
app.post("/", async (c) => c.json(await readJson(c as AppContext)));
app.post("/optional", async (c) => c.json(await readJson(c as AppContext, { optional: true })));
app.onError((error, c) => c.json({ code: (error as AppError).code, message: error.message }, 400));

const send = async (
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
  headers: Record<string, string> = {},
  path = "/",
) => {
  const all = { "content-type": "application/json", ...headers };
  const request = new Request(`http://x${path}`, {
    method: "POST",
    body,
    headers: all,
    duplex: "half",
  } as RequestInit);
  return (await app.request(request)).json() as Promise<{ code?: string; message?: string }>;
};

/** A body that comes in parts and has no declared length; `read` counts what was taken of it. */
function endless(part: Uint8Array) {
  const state = { read: 0, canceled: false };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      state.read += part.byteLength;
      controller.enqueue(part);
    },
    cancel() {
      state.canceled = true;
    },
  });
  return { body, state };
}

describe("a JSON body", () => {
  test("is parsed, whatever the JSON type's name and parameters", async () => {
    for (const type of [
      "application/json",
      "application/json; charset=utf-8",
      "Application/JSON",
      "application/ld+json",
    ]) {
      expect(await send('{"a":"grüße 😀"}', { "content-type": type })).toEqual({ a: "grüße 😀" });
    }
  });

  test("of another type, or compressed, is not supported", async () => {
    for (const type of [
      "text/plain",
      "application/jsonp",
      "application/x-json",
      "multipart/form-data",
      "json",
    ]) {
      expect((await send("{}", { "content-type": type })).code).toBe("request.unsupported_media_type");
    }
    const compressed = await send("{}", { "content-encoding": "gzip" });
    expect(compressed.code).toBe("request.unsupported_media_type");
    expect(compressed.message).toContain('"gzip"');
  });

  test("that is malformed is refused with the place, and nothing of it is repeated", async () => {
    const answer = await send('{"spec": "top secret",}');
    expect(answer.code).toBe("request.invalid_json");
    expect(answer.message).toMatch(/position \d+/);
    expect(answer.message).not.toContain("secret");
    expect((await send("")).message).toBe("The body is empty.");
    expect((await send(new Uint8Array([0x22, 0xff, 0x22]))).message).toBe("The body is not UTF-8.");
  });

  test("that declares more than the limit is refused unread", async () => {
    const { body, state } = endless(new Uint8Array(1024));
    expect((await send(body, { "content-length": String(LIMITS.bodyBytes + 1) })).code).toBe(
      "request.too_large",
    );
    expect(state.read).toBeLessThan(10_000);
  });

  test("that declares nothing is read up to the limit and no further", async () => {
    const { body, state } = endless(new Uint8Array(64 * 1024).fill(0x20));
    expect((await send(body)).code).toBe("request.too_large");
    expect(state.read).toBeLessThan(LIMITS.bodyBytes + 1024 * 1024);
    expect(state.canceled).toBe(true);
  });

  test("of exactly the limit is accepted", async () => {
    const text = JSON.stringify("x".repeat(LIMITS.bodyBytes - 2));
    expect(await send(text)).toBe("x".repeat(LIMITS.bodyBytes - 2));
  });
});

test("a body that may be absent counts as empty, but not as any type", async () => {
  const post = (init: RequestInit) => app.request("/optional", { method: "POST", ...init });
  expect(await (await post({})).json()).toEqual({});
  expect(await (await post({ body: "", headers: { "content-type": "application/json" } })).json()).toEqual(
    {},
  );
  const typed = await post({ body: "a=1", headers: { "content-type": "application/x-www-form-urlencoded" } });
  expect(await typed.json()).toMatchObject({ code: "request.unsupported_media_type" });
});
