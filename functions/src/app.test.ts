import { CATALOGUE, ERROR_CODES, errorBodySchema, isErrorCode } from "@weightsmith/contract";
import { describe, expect, test } from "vitest";
import { offlineServices } from "../test/offline.ts";
import { createApp } from "./app.ts";
import { openApiDocument } from "./routes/openapi/index.ts";

const { services, log } = offlineServices();
const app = createApp(services);
const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });
const problem = async (response: Response) => errorBodySchema.parse(await response.json()).error;

describe("every answer", () => {
  test("carries the caller's request id, or a new one where that is missing or unfit", async () => {
    const mine = await get("/nothing", { "x-request-id": "build-17:a.b_c" });
    expect(mine.headers.get("x-request-id")).toBe("build-17:a.b_c");
    expect((await problem(mine)).requestId).toBe("build-17:a.b_c");
    for (const unfit of ["", "a b", "x".repeat(101), "<script>"]) {
      const other = await get("/nothing", { "x-request-id": unfit });
      expect(other.headers.get("x-request-id")).toMatch(/^req_[0-9a-z]{26}$/);
    }
  });

  test("forbids sniffing, framing, caching and running anything", async () => {
    const { headers } = await get("/openapi.json");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get("strict-transport-security")).toMatch(/max-age=\d{7,}/);
    expect((await get("/nothing")).headers.get("cache-control")).toBe("no-store");
  });

  test("is logged in one line with id, path, status and time, and without the key", async () => {
    log.length = 0;
    await get("/nothing?secret=wsk_query", { "x-request-id": "r1", "x-custom": "wsk_header" });
    expect(log).toHaveLength(1);
    expect(log[0]).toMatchObject({
      message: "request",
      fields: { requestId: "r1", method: "GET", path: "/nothing", status: 404 },
    });
    expect(log[0]!.fields.milliseconds).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(log)).not.toContain("wsk_");
  });

  test("may be read by a page of any origin, which may send a key but never a cookie", async () => {
    const asked = await app.request("/v1/compile", {
      method: "OPTIONS",
      headers: { origin: "https://example.com", "access-control-request-method": "POST" },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.get("access-control-allow-headers")).toMatch(/Authorization.*Idempotency-Key/);
    const { headers } = await get("/nothing", { origin: "https://example.com" });
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    expect(headers.get("access-control-expose-headers")).toContain("Retry-After");
  });
});

describe("an address", () => {
  test("that does not exist is a 404 of the catalogue", async () => {
    for (const path of ["/v1", "/v1/compile/", "/v2/compile", "/docs/errors/no.such", "/%ff"]) {
      const response = await get(path);
      expect(response.status, path).toBe(404);
      expect((await problem(response)).code).toBe("route.not_found");
    }
  });

  test("that answers to other methods is a 405 that names them", async () => {
    const cases = [
      ["PUT", "/v1/jobs/job_1", "DELETE, GET, HEAD, OPTIONS"],
      ["GET", "/v1/compile", "OPTIONS, POST"],
      ["POST", "/v1/programs/x/download", "GET, HEAD, OPTIONS"],
    ] as const;
    for (const [method, path, allow] of cases) {
      const response = await app.request(path, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe(allow);
      expect((await problem(response)).code).toBe("route.method_not_allowed");
    }
  });

  test("answers HEAD as GET, without a body", async () => {
    const response = await app.request("/openapi.json", { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
  });
});

describe("the description", () => {
  const document = openApiDocument(app, "1.2.3");
  const operations = Object.values(document.paths ?? {}).flatMap((item) => Object.values(item as object));

  test("is OpenAPI 3.1, and every reference in it leads somewhere", async () => {
    const text = await (await get("/openapi.json")).text();
    expect(JSON.parse(text).openapi).toBe("3.1.0");
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference!);
    expect(references.length).toBeGreaterThan(50);
    for (const reference of new Set(references)) {
      const name = /^#\/components\/schemas\/(\w+)$/.exec(reference)?.[1];
      expect(Object.keys(document.components.schemas), reference).toContain(name);
    }
  });

  test("names every route once and only codes of the catalogue", () => {
    // Other services' APIs have descriptions of their own.
    const foreign = /^\/v1\/(chat|completions|models)\b/;
    const served = app.routes.filter(
      ({ path }) => (path.startsWith("/v1/") || path.startsWith("/health")) && !foreign.test(path),
    );
    const described = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
      Object.keys(item as object).map(
        (method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`,
      ),
    );
    expect(described.sort()).toEqual(
      [...new Set(served.map(({ method, path }) => `${method} ${path}`))].sort(),
    );
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { responses } of operations) {
      for (const [status, { description }] of Object.entries<{ description: string }>(responses)) {
        if (Number(status) < 400) continue;
        for (const [, code] of description.matchAll(/`([a-z_.]+)`/g)) {
          if (code === "parts") continue;
          expect(isErrorCode(code!) && CATALOGUE[code].status, `${code}`).toBe(Number(status));
        }
      }
    }
  });

  test("asks for a key everywhere but on the health of the service", () => {
    const open = operations.filter(({ security }) => security?.length === 0);
    expect(open.map(({ operationId }) => operationId)).toEqual(["getHealth", "getLiveness"]);
    expect(document.security).toEqual([{ bearer: [] }, { apiKey: [] }]);
  });

  test("promises every code that belongs to HTTP somewhere", () => {
    const text = JSON.stringify(operations);
    const elsewhere =
      /^(route|task|dataset|playbook|model|sandbox|job\.(canceled|attempts|time|lease)|training|artifact|signature|signing_key|examples|import|case|program\.not_exportable|interpreter\.no_compiler)/;
    for (const code of ERROR_CODES.filter((code) => !elsewhere.test(code)))
      expect(text).toContain(`\`${code}\``);
  });
});

describe("the reference page", () => {
  test("loads its script and the description from this server and nothing from elsewhere", async () => {
    const response = await get("/docs");
    const page = await response.text();
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    expect(page).not.toMatch(/https?:\/\//);
    expect(page).toContain('data-url="/openapi.json"');
    const policy = response.headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain("unsafe-eval");
  });

  test("has its script compressed, and not again when the browser has it", async () => {
    const response = await get("/docs/reference.js", { "accept-encoding": "gzip, br" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-encoding")).toBe("gzip");
    const compressed = (await response.arrayBuffer()).byteLength;
    const whole = await get("/docs/reference.js");
    expect(whole.headers.get("content-encoding")).toBeNull();
    expect((await whole.arrayBuffer()).byteLength).toBeGreaterThan(2 * compressed);
    const tag = response.headers.get("etag")!;
    expect((await get("/docs/reference.js", { "if-none-match": tag })).status).toBe(304);
  });
});

test("every code of the catalogue has a page, to which errors point", async () => {
  const list = await (await get("/docs/errors")).text();
  for (const code of ERROR_CODES) {
    expect(list).toContain(`/docs/errors/${code}`);
    const response = await get(`/docs/errors/${code}`);
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).toContain(CATALOGUE[code].title.replaceAll("'", "&#39;"));
  }
  expect((await problem(await get("/nothing"))).documentation).toBe("/docs/errors/route.not_found");
});
