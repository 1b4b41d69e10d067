/** Requests that nobody would write: whatever comes, the answer is one that the route promises, and never a 5xx. */
import { newId } from "@weightsmith/contract";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { COMPILE, makeProgram, type TestServices, testServices } from "../test/api.ts";
import { createApp } from "./app.ts";
import { openApiDocument } from "./routes/openapi/index.ts";

let world: TestServices;
let program: string;
let job: string;
beforeAll(async () => {
  world = await testServices();
  ({ programId: program, jobId: job } = await makeProgram(world.services, world.ann));
});

const odd = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "",
    "0",
    "-1",
    "null",
    "%00",
    "%ff",
    "../..",
    "'; drop table job; --",
    "true",
    "1e999",
    "\u202e",
  ),
  fc.integer().map(String),
);
/** What HTTP lets through as a header. */
const headerValue = odd
  .filter((value) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value))
  .map((value) => value.trim());

const body = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.string({ unit: "binary" }),
  fc
    .record(
      {
        spec: fc.oneof(fc.constant(COMPILE.spec), odd),
        examples: fc.oneof(fc.constant(COMPILE.examples), fc.jsonValue(), odd),
        method: fc.oneof(fc.constantFrom("auto", "context", "lora"), odd),
        name: odd,
        tags: fc.array(odd, { maxLength: 3 }),
        kind: fc.oneof(fc.constantFrom("weights", "loda", "playbook"), odd),
        terms: fc.array(fc.oneof(fc.integer(), odd), { maxLength: 4 }),
        model: odd,
        task: odd,
        input: fc.oneof(odd, fc.array(odd, { maxLength: 3 })),
        public: fc.boolean(),
        seed: fc.oneof(fc.nat(), fc.double()),
        webhook: fc.oneof(fc.record({ url: fc.oneof(fc.webUrl(), odd) }), fc.jsonValue()),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
);

/** The long variant: `WEIGHTSMITH_FUZZ_REQUESTS=20000 npm test -- functions/src/fuzz`. */
const REQUESTS = Number(process.env.WEIGHTSMITH_FUZZ_REQUESTS ?? 3_000);

test("no request makes the API fail", { timeout: 300_000 + REQUESTS * 60 }, async () => {
  const app = createApp(world.services);
  const operations = Object.entries(openApiDocument(app, "0").paths ?? {}).flatMap(([path, item]) =>
    Object.entries(
      item as Record<string, { responses: object; parameters?: { name: string; in: string }[] }>,
    ).map(([method, { responses, parameters = [] }]) => ({
      method: method.toUpperCase(),
      path,
      statuses: Object.keys(responses).map(Number),
      query: parameters.filter((parameter) => parameter.in === "query").map(({ name }) => name),
    })),
  );
  const seen = new Set<number>();
  const request = fc.constantFrom(...operations).chain((operation) =>
    fc.record({
      operation: fc.constant(operation),
      id: fc.oneof(odd, fc.constantFrom(program, job, newId("job"), newId("key"), "0".repeat(20))),
      query: fc.dictionary(fc.constantFrom("x", ...operation.query), odd, { maxKeys: 3 }),
      headers: fc.dictionary(
        fc.constantFrom("idempotency-key", "last-event-id", "x-request-id", "accept", "content-type"),
        headerValue,
        { maxKeys: 2 },
      ),
      body,
    }),
  );
  await fc.assert(
    fc.asyncProperty(request, async ({ operation, id, query, headers, body }) => {
      const { method, path, statuses } = operation;
      const url = `${path.replace("{id}", encodeURIComponent(id.toWellFormed()))}?${new URLSearchParams(query)}`;
      const response = await app.request(url, {
        method,
        headers: {
          authorization: `Bearer ${world.ann.secret}`,
          ...(method === "POST" || method === "PATCH" ? { "content-type": "application/json" } : {}),
          ...headers,
        },
        ...(method === "POST" || method === "PATCH" ? { body } : {}),
      });
      await response.body?.cancel();
      seen.add(response.status);
      expect(response.status, `${method} ${url}`).toBeLessThan(500);
      // An id that is empty or holds a slash is another path.
      if (response.status !== 404 && response.status !== 405) expect(statuses).toContain(response.status);
    }),
    { numRuns: REQUESTS },
  );
  for (const status of [200, 400, 404, 415, 422]) expect(seen).toContain(status);
});
