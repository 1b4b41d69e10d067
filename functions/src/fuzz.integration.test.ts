/**
 * Requests that nobody would write, drawn from the whole published description: whatever comes, the answer is one that
 * the route promises, comes in time, is never a 5xx and tells nothing that it should not. The long run is a command:
 * `npm run fuzz -- --requests 20000 [--seed N]`.
 */
import { batchIdOf, errorBodySchema, newId, parseBatchRequest } from "@weightsmith/contract";
import { Account, Batch, File } from "@weightsmith/core";
import { beforeAll, expect, test } from "vitest";
import { makeProgram, type TestServices, testServices } from "../test/api.ts";
import { chance } from "../test/fuzz/random.ts";
import { draw, type Known, operationsOf } from "../test/fuzz/requests.ts";
import { createApp } from "./app.ts";
import { openApiDocument } from "./routes/openapi/index.ts";

const REQUESTS = Number(process.env.WEIGHTSMITH_FUZZ_REQUESTS ?? 500);
const SEED = Number(process.env.WEIGHTSMITH_FUZZ_SEED ?? 1);
/** A request that takes longer hangs; generous, because the machine may be busy. */
const HANGS_MS = 60_000;

/** Bob's, which Ann must never see. */
const MARK = "bobs-very-own-words";
/** What only the inside of the server says. */
const INSIDES =
  /node_modules|\.ts:\d+|at async |pg_catalog|syntax error at or near|violates |ECONNREFUSED|select \*/;

let world: TestServices;
let ids: string[];
beforeAll(async () => {
  world = await testServices();
  const { services, ann, bob } = world;
  const own = await makeProgram(services, ann);
  const theirs = await makeProgram(services, bob, { spec: `Do ${MARK}.`, name: MARK });
  const { key } = await Account.issueKey(services.db, { workspaceId: bob.workspaceId, name: MARK });
  const { workspaceId } = ann;
  const file = await File.create(services.db, { workspaceId, name: "in.jsonl", sizeBytes: 15 });
  await File.putBytes(services.storage, file, new TextEncoder().encode('{"input":"ab"}\n'));
  const request = parseBatchRequest({ input_file_id: file.id });
  const batch = await Batch.start(services.db, services.storage, {
    workspaceId,
    inputFileId: file.id,
    request,
  });
  ids = [
    ...[own.programId, own.jobId, theirs.programId, theirs.jobId, key.id, file.id],
    ...[batchIdOf(batch.job.id), newId("job"), newId("file"), "0".repeat(20), "tiny", "name", "first"],
  ];
});

test("no request makes the API fail, hang or tell", { timeout: 300_000 + REQUESTS * 200 }, async () => {
  // Runs are asked to stop after 0.2 s, and streams after one.
  const app = createApp({ ...world.services, streamSeconds: 1 });
  const document = openApiDocument(app, "0");
  const operations = operationsOf(document);
  const known: Known = {
    components: document.components.schemas,
    ids,
    secret: world.ann.secret,
  };
  const random = chance(SEED);
  const seen = new Map<number, number>();
  const asked = new Set<string>();
  const wrong: string[] = [];
  const began = process.memoryUsage().rss;
  for (let n = 0; n < REQUESTS; n++) {
    const { operation, url, init, reaches } = draw(operations, random, known);
    // What a caller may ask to wait for is no hang.
    const { prefer: _, ...headers } = init.headers;
    const tell = (what: string, text = "") =>
      wrong.push(
        `#${n} ${what}: ${init.method} ${url.slice(0, 300)} ${JSON.stringify(headers)} ${init.body?.slice(0, 500) ?? ""} → ${text.slice(0, 300)}`,
      );
    let response: Response;
    let text: string;
    try {
      const signal = AbortSignal.timeout(HANGS_MS);
      response = await app.request(url, { ...init, headers, signal });
      text = await response.text();
    } catch (error) {
      tell(`no answer (${error})`);
      continue;
    }
    const { status } = response;
    seen.set(status, (seen.get(status) ?? 0) + 1);
    asked.add(operation.id);
    if (status >= 500) tell(`status ${status}`, text);
    // An id that is empty or holds a slash is another path.
    else if (reaches && !operation.statuses.has(status)) tell(`status ${status} is not promised`, text);
    if (text.includes(MARK) || INSIDES.test(text)) tell("tells too much", text);
    if (status >= 400 && url.startsWith("/v1/") && !errorBodySchema.safeParse(parsed(text)).success) {
      tell("an error of another form", text);
    }
  }
  const counts = Object.fromEntries([...seen].sort(([a], [b]) => a - b));
  if (REQUESTS > 1_000) {
    const megabytes = Math.round((process.memoryUsage().rss - began) / 2 ** 20);
    console.log(
      JSON.stringify({
        requests: REQUESTS,
        seed: SEED,
        operations: asked.size,
        statuses: counts,
        wrong: wrong.length,
        grownMegabytes: megabytes,
      }),
    );
  }
  expect(wrong.slice(0, 20)).toEqual([]);
  for (const status of [200, 400, 401, 404, 422]) expect(seen.get(status), `${status}`).toBeGreaterThan(0);
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
