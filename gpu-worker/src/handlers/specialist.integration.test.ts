import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseGenerateRequest, type SpecialistJob } from "@weightsmith/contract";
import { Job, Specialist } from "@weightsmith/core";
import { type Recipe, writeProse } from "@weightsmith/specialists";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshServices, type Services } from "../../test/services.ts";
import { startWorker, type Worker } from "../worker.ts";
import { byKind } from "./by-kind.ts";
import { generateTextHandler } from "./generate-text.ts";
import { specialistHandler } from "./specialist.ts";

const recipe: Recipe = {
  seed: 1,
  vocabularySize: 300,
  model: { width: 16, layers: 2, heads: 2, ffnWidth: 32 },
  batch: { rows: 2, length: 32 },
  context: 64,
  generalist: { steps: 6, rate: 1e-2 },
  specialist: {
    steps: 6,
    rate: 1e-2,
    rank: 2,
    ffnRank: 0,
    headRank: 2,
    generalRows: 0.15,
    gateWindows: 12,
    gateDecay: 0.9,
  },
  validateEvery: 3,
  validationRows: 2,
};

/** Different sentences of the given words. */
const proseOf = (words: string[]): string => {
  const slots = new Map([["w", words]]);
  const sentences = ["the {w} sees {w*} and {w*}.", "{w*} is not {w*}.", "a {w*} for {w*}.", "{w*} again."];
  return [...writeProse({ slots, topics: [{ name: "t", sentences }] }, { characters: 20_000, seed: 1 })].join(
    "\n\n",
  );
};
const texts = {
  general: proseOf(["dog", "cat", "river", "bread", "road"]),
  metals: proseOf(["iron", "zinc", "tin", "copper", "slag"]),
  music: proseOf(["violin", "chord", "tempo", "octave", "fugue"]),
};
const folder = mkdtempSync(path.join(tmpdir(), "weightsmith-specialists-"));
let services: Services;
let worker: Worker;
beforeAll(async () => {
  for (const name of ["general", "metals"] as const) {
    mkdirSync(path.join(folder, "corpora", name), { recursive: true });
    writeFileSync(path.join(folder, "corpora", name, `${name}.txt`), texts[name]);
  }
  services = await freshServices();
  const settings = { device: "cpu", threads: 1, modelsFolder: folder, recipe };
  const handler = specialistHandler({ ...settings, corporaFolder: path.join(folder, "corpora") });
  worker = startWorker(
    services,
    {
      compile: byKind({ specialist: handler }),
      generate: byKind({ text: generateTextHandler(settings) }),
    },
    {
      workerId: "teacher",
      device: "cpu",
      leaseSeconds: 30,
      heartbeatSeconds: 0.2,
      attemptSeconds: 100,
      progressMs: 10,
      visibilitySeconds: 60,
      waitSeconds: 1,
      concurrency: 1,
      drainSeconds: 0,
    },
    pino({ level: "silent" }),
  );
});
afterAll(async () => {
  await worker.stop();
  rmSync(folder, { recursive: true, force: true });
});

const done = (request: Omit<SpecialistJob, "kind">): Promise<Job.Job> =>
  settled("compile", { kind: "specialist", ...request });

async function settled(type: "compile" | "generate", request: { kind: string }): Promise<Job.Job> {
  const job = await services.submit(type, { ...request }, request.kind);
  const read = () => Job.get(services.db, { workspaceId: services.workspaceId, jobId: job.id });
  await expect.poll(async () => (await read()).finishedAt, { timeout: 100_000, interval: 50 }).not.toBeNull();
  return read();
}
const parts = () => Specialist.list(services.db, services.workspaceId);
const put = (name: string, text: string) =>
  Specialist.Corpus.put(services.storage, services.workspaceId, {
    name,
    file: "notes.txt",
    bytes: new TextEncoder().encode(text),
  });

test("the first start trains what is missing, a second one nothing; adding and deleting leave the others as they are", async () => {
  const first = await done({ action: "initialize" });
  expect(first.error).toBeNull();
  expect(first.result?.output).toEqual({ trained: ["general", "metals"] });
  expect((await done({ action: "initialize" })).result?.output).toEqual({ trained: [] });
  const before = await parts();
  expect(before.map(({ name }) => name)).toEqual(["general", "metals"]);
  expect(before[1]!.report).toMatchObject({ steps: 6, corpus: { characters: expect.any(Number) } });

  await put("music", texts.music);
  expect((await done({ action: "add", name: "music" })).result?.output).toEqual({ trained: ["music"] });
  const grown = await parts();
  expect(grown.slice(0, 2)).toEqual(before);
  expect(grown[2]!.name).toBe("music");

  await Specialist.remove(services.db, services.workspaceId, "metals");
  const deletion = await done({ action: "delete", name: "metals" });
  expect(deletion.result?.output).toEqual({
    deleted: "metals",
    corpus: { files: 1, bytes: texts.metals.length },
  });
  expect(await parts()).toEqual([grown[0], grown[2]]);
  const corpora = await Specialist.Corpus.list(services.storage, services.workspaceId);
  expect(corpora.map(({ name }) => name)).toEqual(["general", "music"]);
});

test("a generate job writes text with the workspace's mixture", async () => {
  const request = parseGenerateRequest({ kind: "text", prompt: "the dog", maxTokens: 5 });
  const { result, error } = await settled("generate", request);
  expect(error).toBeNull();
  expect(result?.output).toMatchObject({ prompt: "the dog", tokens: 5, finish: "length" });
  const { full_text, completion } = (result?.output ?? {}) as Record<string, string>;
  expect(full_text).toBe(`the dog${completion}`);
});

test("a corpus with too little text ends the job with its code", async () => {
  await put("short", "one line");
  const job = await done({ action: "add", name: "short" });
  expect(job).toMatchObject({ state: "failed", error: { code: "corpus.empty" } });
});
