/**
 * Requests as PAW's Python client sends them, one after the other as it would, and what it needs in the answers. The
 * interpreter is a real one with random weights, so archives, base models and answers are real.
 */
import { createHash } from "node:crypto";
import { Gguf, LanguageModel, readGgufLora, readGgufModel } from "@weightsmith/nn";
import { unzipSync } from "fflate";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Tenant, tenant } from "../../../test/api.ts";
import { type TinyWorld, tinyWorld } from "../../../test/tiny-world.ts";
import { createApp } from "../../app.ts";
import type { App } from "../../http/environment.ts";

const ORIGIN = "http://paw.test";
const PROGRAM_ID = /^[a-f0-9]{16,64}$/;
const RUNTIME_ID = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

let world: TinyWorld;
let app: App;
let ask: (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Response>;

/** As the client asks: its key in X-API-Key, JSON bodies, an Accept header for anything. */
const client =
  (who: Tenant | undefined): typeof ask =>
  async (method, path, body, headers = {}) =>
    app.request(`${ORIGIN}/api/v1${path}`, {
      method,
      headers: {
        accept: "*/*",
        "user-agent": "programasweights-python/0.4",
        ...(who ? { "x-api-key": who.secret } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

beforeAll(async () => {
  world = await tinyWorld();
  app = createApp(world.services);
  ask = client(world.ann);
});

const compiledSchema = z.object({
  program_id: z.string().regex(PROGRAM_ID),
  status: z.string(),
  slug: z.string().nullable(),
  compiler_snapshot: z.string(),
  compiler_kind: z.string(),
  pseudo_program_strategy: z.string(),
  runtime_id: z.string().regex(RUNTIME_ID),
  runtime_manifest_version: z.literal(1),
  timings: z.record(z.string(), z.number().nullable()),
  error: z.string().nullable(),
  version: z.int().nullable(),
  version_action: z.string().nullable(),
});
const errorSchema = z.object({
  detail: z.string(),
  error: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
  request_id: z.string(),
});
const json = async (answer: Response) => (await answer.json()) as Record<string, unknown>;

/** `paw.compile(...)`: one request that waits for the program. */
async function compile(spec: string, more: object = {}) {
  const body = { spec, public: true, compiler: "paw-4b-qwen3-0.6b", ...more };
  const answer = await world.whileWorking(ask("POST", "/compile", body));
  expect(answer.status).toBe(200);
  return compiledSchema.parse(await answer.json());
}

describe("compile", () => {
  test("waits for the program; the same again has it already", async () => {
    const first = await compile("Say yes.");
    expect(first).toMatchObject({ status: "ready", error: null, slug: null });
    const again = await json(await ask("POST", "/compile", { spec: "Say yes.", public: true }));
    expect(again).toMatchObject({ program_id: first.program_id, status: "ready", cached: true });
  });

  test("learns from examples that the spec spells out, and is measured on some of them", async () => {
    const spec = `Say the letter twice.\n\n${["a", "b", "c", "d"].map((x) => `Input: ${x}\nOutput: ${x}${x}`).join("\n")}`;
    const { program_id } = await compile(spec);
    const { held_out } = await json(await ask("GET", `/programs/${program_id}`));
    expect(held_out).toMatchObject({ n: expect.any(Number) });
    expect((held_out as { n: number }).n).toBeGreaterThan(0);
  }, 60_000);

  test("precheck tells the id beforehand, and whether it is there", async () => {
    const spec = "Say perhaps.";
    const before = await json(await ask("POST", "/compile/precheck", { spec }));
    expect(before).toMatchObject({
      cached: false,
      compiler_kind: expect.any(String),
      queue_length: expect.any(Number),
      estimated_wait_s: expect.any(Number),
    });
    const made = await compile(spec);
    const after = await json(await ask("POST", "/compile/precheck", { spec }));
    expect(after).toMatchObject({
      cached: true,
      program_id: before.program_id,
      compiler_snapshot: made.compiler_snapshot,
    });
    expect(made.program_id).toBe(before.program_id);
  });

  test("in the background: queued, looked at, ready; its archive is promised meanwhile", async () => {
    const body = { spec: "Say maybe.", public: true, compiler: "weightsmith-context" };
    const started = await ask("POST", "/compile/async", body);
    expect(started.status).toBe(202);
    const { job_id, program_id, status, queue_position } = await json(started);
    expect({ status, queue_position }).toEqual({ status: "queued", queue_position: 1 });
    const early = await ask("GET", `/programs/${program_id}/download`);
    expect(early.status).toBe(202);
    expect(Number(early.headers.get("retry-after"))).toBeGreaterThan(0);
    await world.work();
    const finished = await json(await ask("GET", `/compile/${job_id}`));
    expect(finished).toMatchObject({ job_id, program_id, status: "ready", percent: 100 });
    expect(finished.created_at).toBeTypeOf("string");
    expect(finished.completed_at).toBeTypeOf("string");
    expect((await ask("DELETE", `/compile/${job_id}`)).status).toBe(409);
  });

  test("a queued job is cancelled once", async () => {
    const { job_id } = await json(
      await ask("POST", "/compile/async", { spec: "Never made.", compiler: "weightsmith-context" }),
    );
    const canceled = await ask("DELETE", `/compile/${job_id}`);
    expect(canceled.status).toBe(200);
    expect(await json(canceled)).toEqual({ job_id, status: "cancelled" });
    expect(await json(await ask("GET", `/compile/${job_id}`))).toMatchObject({ status: "cancelled" });
  });

  test("without a key everything is public, and nothing has a name", async () => {
    const nobody = client(undefined);
    const answer = await world.whileWorking(nobody("POST", "/compile", { spec: "By nobody.", public: true }));
    const { program_id } = compiledSchema.parse(await answer.json());
    expect((await client(world.bob)("GET", `/programs/${program_id}`)).status).toBe(200);
    expect((await nobody("POST", "/compile", { spec: "x", public: false })).status).toBe(401);
    expect((await nobody("POST", "/compile", { spec: "x", slug: "mine" })).status).toBe(401);
    expect((await nobody("GET", "/programs?mine=true")).status).toBe(401);
  });
});

describe("names and versions", () => {
  test("a slug moves from version to version, and old versions stay", async () => {
    const one = await compile("Version one.", { slug: "namer" });
    expect(one).toMatchObject({ version: 1, version_action: "created" });
    expect(one.slug).toMatch(/\/namer$/);
    const two = await compile("Version two.", { slug: "namer" });
    expect(two).toMatchObject({ slug: one.slug, version: 2, version_action: "updated" });
    // A program that exists is published as well, without being made again.
    expect(await compile("Version one.", { slug: "other" })).toMatchObject({
      program_id: one.program_id,
      version: 1,
    });
    const resolve = async (slug: string) =>
      (await json(await ask("GET", `/programs/resolve/${slug}`))).program_id;
    expect(await resolve("namer")).toBe(two.program_id);
    expect(await resolve(one.slug!)).toBe(two.program_id);
    expect(await resolve(`${one.slug}@v1`)).toBe(one.program_id);
    expect(await resolve(encodeURIComponent(`${one.slug}@v1`))).toBe(one.program_id);
    const { versions } = await json(await ask("GET", `/programs/${one.slug}/versions`));
    expect(versions).toMatchObject([
      { version: 2, program_id: two.program_id, current: true },
      { version: 1, program_id: one.program_id, current: false },
    ]);
    const named = await ask("POST", `/programs/${two.program_id}/alias`, { slug: "third-name" });
    expect(await json(named)).toMatchObject({ program_id: two.program_id, version: 1 });
    expect(
      (await client(world.bob)("POST", `/programs/${one.program_id}/alias`, { slug: one.slug })).status,
    ).toBe(404);
  });

  test("lists are numbered pages", async () => {
    const cara = await tenant(world.services);
    const own = client(cara);
    for (const n of [1, 2, 3]) {
      const body = { spec: `Number ${n}.`, public: false, tags: ["n"] };
      await world.whileWorking(own("POST", "/compile", body));
    }
    const page = await json(await own("GET", "/programs?mine=true&sort=recent&per_page=2&page=2"));
    expect(page).toMatchObject({ total: 3, page: 2, per_page: 2, has_more: false });
    expect(page.programs).toMatchObject([{ spec: "Number 1.", public: false, tags: ["n"] }]);
    const shared = (await json(await own("GET", "/programs?q=Number"))) as { programs: unknown[] };
    expect(shared.programs).toEqual([]);
    expect((await own("GET", "/programs?sort=upside-down")).status).toBe(400);
  });

  test("name, tags and visibility can be changed by the owner", async () => {
    const { program_id } = await compile("To be renamed.");
    const changed = await json(await ask("PATCH", `/programs/${program_id}`, { name: "New", public: false }));
    expect(changed).toMatchObject({ program_id, name: "New", public: false });
    expect((await client(world.bob)("GET", `/programs/${program_id}`)).status).toBe(404);
  });
});

describe("running", () => {
  test("the archive, the runtime and the base model fit together, and answer as the server does", async () => {
    const { program_id, runtime_id } = await compile(
      "Say something.\n- x -> y\n- a -> b\n- c -> d\n- e -> f",
    );
    const download = await ask("GET", `/programs/${program_id}/download`);
    expect(download.status).toBe(200);
    const files = unzipSync(new Uint8Array(await download.arrayBuffer()));
    const text = (name: string) => new TextDecoder().decode(files[name]);
    const meta = JSON.parse(text("meta.json"));
    expect(meta).toMatchObject({ program_id, runtime_id, runtime_manifest_version: 1, interpreter: "tiny" });
    const template = text("prompt_template.txt");
    expect(template.split("{INPUT_PLACEHOLDER}")).toHaveLength(2);

    const runtime = (await json(await ask("GET", `/models/runtimes/${runtime_id}`))) as {
      local_sdk: { n_ctx: number; base_model: { url: string; sha256: string; size_bytes: number } };
    };
    expect(runtime).toMatchObject({
      runtime_id,
      manifest_version: 1,
      adapter_format: "gguf_lora",
      prompt_template: { format: "rendered_text", placeholder: "{INPUT_PLACEHOLDER}" },
      program_assets: { adapter_filename: "adapter.gguf", prefix_cache_required: false },
      local_sdk: { supported: true },
    });
    const { url, sha256, size_bytes } = runtime.local_sdk.base_model;
    expect(url.startsWith(`${ORIGIN}/api/v1/`)).toBe(true);
    const bytes = new Uint8Array(await (await app.request(url)).arrayBuffer());
    expect(bytes.byteLength).toBe(size_bytes);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);

    // What llama.cpp does: base and adapter from the files, the template's text with special tokens parsed, greedy.
    const { model, tokenizer } = await readGgufModel(Gguf.decode(bytes));
    const lora = await readGgufLora(model.config, Gguf.decode(files["adapter.gguf"]!));
    const engine = await LanguageModel.open(model, { context: runtime.local_sdk.n_ctx });
    const prompt = template.replace("{INPUT_PLACEHOLDER}", "hello");
    const [written] = await engine.generate([
      { tokens: tokenizer.encode(prompt), adapter: await engine.prepare(lora), maxTokens: 12 },
    ]);
    await engine.release();
    const infer = { program_id, input: "hello", max_tokens: 12, temperature: 0 };
    const answer = await json(await ask("POST", "/infer", infer));
    expect(answer).toMatchObject({
      output: tokenizer.decode([...written!.tokens]),
      tokens_generated: written!.tokens.length,
      latency_ms: expect.any(Number),
    });
  }, 60_000);

  test("a program that is not there is not found for good", async () => {
    const gone = await ask("GET", `/programs/${"0".repeat(20)}/download`);
    expect(gone.status).toBe(404);
    expect(errorSchema.parse(await gone.json()).detail.toLowerCase()).toContain("not found");
    expect((await ask("GET", "/models/runtimes/qwen3-0.6b-q6_k")).status).toBe(422);
  });
});

describe("what people say", () => {
  test("a vote counts once, and the same again takes it back", async () => {
    const { program_id } = await compile("To be voted on.");
    const vote = async (value: number) =>
      json(await ask("POST", `/programs/${program_id}/vote`, { vote: value }));
    expect(await vote(1)).toMatchObject({ upvotes: 1, downvotes: 0, vote: 1 });
    expect(await vote(-1)).toMatchObject({ upvotes: 0, downvotes: 1, vote: -1 });
    expect(await vote(-1)).toMatchObject({ upvotes: 0, downvotes: 0, vote: 0 });
    expect((await ask("POST", `/programs/${program_id}/vote`, { vote: 5 })).status).toBe(422);
  });

  test("cases are added and listed", async () => {
    const { program_id } = await compile("To be tested.");
    const added = await ask("POST", `/programs/${program_id}/cases`, { input: "a", expected_output: "b" });
    expect(added.status).toBe(201);
    expect(await json(await client(undefined)("GET", `/programs/${program_id}/cases`))).toMatchObject({
      cases: [{ input: "a", expected_output: "b" }],
      total: 1,
    });
  });
});

test("an adapter made elsewhere is described, uploaded, validated, registered, and runs", async () => {
  const { program_id, runtime_id } = await compile("To be exported.");
  const archive = await (await ask("GET", `/programs/${program_id}/download`)).arrayBuffer();
  const files = unzipSync(new Uint8Array(archive));
  const body = {
    spec: "Came back.",
    runtime_id,
    prompt_template: new TextDecoder().decode(files["prompt_template.txt"]),
  };
  const created = await ask("POST", "/program-imports", body);
  expect(created.status).toBe(201);
  const { import_id } = await json(created);
  const upload = (bytes: Uint8Array<ArrayBuffer>) =>
    app.request(`${ORIGIN}/api/v1/program-imports/${import_id}/weights`, {
      method: "PUT",
      headers: { "x-api-key": world.ann.secret, "content-type": "application/octet-stream" },
      body: bytes,
    });
  expect((await upload(new Uint8Array(2000))).status).toBe(422);
  expect((await ask("POST", `/program-imports/${import_id}/register`)).status).toBe(409);
  const broken = Uint8Array.from(files["adapter.gguf"]!).fill(0, 30, 300);
  expect((await upload(broken)).status).toBe(200);
  const refused = await ask("POST", `/program-imports/${import_id}/validate`);
  expect(refused.status).toBe(422);
  expect(await json(refused)).toMatchObject({ status: "rejected", error: expect.any(String) });
  expect((await upload(Uint8Array.from(files["adapter.gguf"]!))).status).toBe(200);
  expect(await json(await ask("POST", `/program-imports/${import_id}/validate`))).toMatchObject({
    status: "validated",
  });
  const registered = await json(await ask("POST", `/program-imports/${import_id}/register`));
  expect(registered).toMatchObject({ status: "registered", program_id: expect.stringMatching(PROGRAM_ID) });
  const infer = (id: unknown) => ask("POST", "/infer", { program_id: id, input: "q", max_tokens: 6 });
  expect((await json(await infer(registered.program_id))).output).toBe(
    (await json(await infer(program_id))).output,
  );
});

test("who asks, which compilers there are, and how the service is doing", async () => {
  expect(await json(await ask("GET", "/auth/me"))).toMatchObject({ username: expect.any(String) });
  expect((await client(undefined)("GET", "/auth/me")).status).toBe(401);
  const { compilers } = (await json(await ask("GET", "/models/compilers"))) as {
    compilers: { name: string }[];
  };
  expect(compilers.map(({ name }) => name)).toContain("weightsmith-auto");
  expect(await json(await ask("GET", "/health"))).toMatchObject({ status: "ok" });
});

test("errors have PAW's form, and answers say what is left of the rate limit", async () => {
  const empty = await ask("POST", "/compile", { spec: "" });
  expect(empty.status).toBe(422);
  expect(errorSchema.parse(await empty.json()).error).toBe("spec.empty");
  expect(Number(empty.headers.get("x-ratelimit-limit"))).toBeGreaterThan(0);
  expect(empty.headers.get("x-ratelimit-remaining")).toMatch(/^\d+$/);
  const none = await ask("GET", "/nothing/here");
  expect(none.status).toBe(404);
  errorSchema.parse(await none.json());
  expect((await ask("POST", "/compile", { spec: "x", compiler: "gpt-9" })).status).toBe(422);

  const limits = world.services.limits;
  const tight = { ...limits, key: { ...limits.key, read: { limit: 1, periodSeconds: 3600 } } };
  const strict = createApp({ ...world.services, limits: tight });
  const who = await tenant(world.services);
  const me = () => strict.request(`${ORIGIN}/api/v1/auth/me`, { headers: { "x-api-key": who.secret } });
  expect((await me()).status).toBe(200);
  const limited = await me();
  expect(limited.status).toBe(429);
  expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
  errorSchema.parse(await limited.json());
});
