/**
 * The built page on the real API, with a real worker behind it, on real servers. Only what is made is the test's own: a
 * program that names the extension of a file, so that nothing has to be trained.
 */
import { gzipSync } from "node:zlib";
import {
  AppError,
  newId,
  type Prediction,
  type Report,
  storedCompileRequestSchema,
  type WorkspaceId,
} from "@weightsmith/contract";
import { Account, Artifact, Job, noLog, Outbox, Specialist } from "@weightsmith/core";
import { createApp, LOCAL_LIMITS, type Runs, type Services, serveApp } from "@weightsmith/functions";
import { type Handler, startWorker } from "@weightsmith/gpu-worker";
import { FolderStore } from "@weightsmith/specialists";
import { freshBucket, freshDatabase, freshQueues, freshWorkspace } from "@weightsmith/testing/services";
import { pino } from "pino";
import { afterAll, inject } from "vitest";
import { specialistRunner } from "../../../functions/src/run/specialist-runner.ts";
import { byKind } from "../../../gpu-worker/src/handlers/by-kind.ts";
import { generateLodaHandler } from "../../../gpu-worker/src/handlers/generate-loda.ts";
import { leaderboardHandler, seedLeaderboard } from "../../../gpu-worker/src/handlers/leaderboard/index.ts";
import { seeded } from "../../../gpu-worker/src/handlers/leaderboard/tasks/index.ts";
import { specialistHandler } from "../../../gpu-worker/src/handlers/specialist.ts";

export interface Site {
  readonly url: string;
  readonly apiKey: string;
  /** A key of a workspace in which nothing has ever happened. */
  readonly freshKey: () => Promise<string>;
  /** Jobs stop in the middle of their training until they are let go on. */
  readonly hold: () => void;
  readonly letGo: () => void;
}

const interpreter = { id: "tiny", sha256: "ab".repeat(32) };
const steps = 120;

/** @param mixtureFolder holds the mixture of the key's workspace; without one nobody has a mixture */
export async function startSite({ mixtureFolder }: { mixtureFolder?: string } = {}): Promise<Site> {
  const [{ db }, storage, queues] = await Promise.all([
    freshDatabase(),
    freshBucket(),
    freshQueues({ visibilitySeconds: 30 }),
  ]);
  await seedLeaderboard(db, storage, seeded(5));
  const dispatcher = Outbox.dispatcher(db, queues, { log: noLog });
  const feed = Job.feed(db, { log: noLog });
  const gate = turnstile();
  const services: Services = {
    db,
    storage,
    queues,
    dispatcher,
    freezes: false,
    feed,
    log: noLog,
    limits: LOCAL_LIMITS,
    interpreters: [interpreter],
    compilerRevision: "test-1",
    kinds: { compile: ["weights", "specialist"], generate: ["loda"], experiment: ["playbook"] },
    runs: {
      program: async ({ inputs, scores }) => ({
        answers: inputs.map((input) => answerTo(input, scores)),
        milliseconds: 1,
      }),
      specialists: specialistRunner({ storage, threads: 1 }),
    } satisfies Partial<Runs> as unknown as Runs,
    localMode: true,
    runSeconds: 5,
    streamSeconds: 60,
    version: "0.0.0-test",
  };
  const served = await serveApp(createApp(services), { port: 0, pageFolder: inject("page") });
  const worker = startWorker(
    { db, storage, queues, dispatcher },
    {
      compile: byKind({
        weights: compileHandler(gate.pass),
        specialist: specialistHandler({ device: "cpu", threads: 1, modelsFolder: "/nowhere" }),
      }),
      generate: byKind({ loda: generateLodaHandler({ threads: 1, modelsFolder: "/nowhere" }) }),
      experiment: byKind({
        playbook: playbookHandler,
        leaderboard: leaderboardHandler(noModels, openAnswer),
      }),
    },
    {
      workerId: "worker-1",
      device: "cpu",
      leaseSeconds: 30,
      heartbeatSeconds: 0.2,
      attemptSeconds: 900,
      progressMs: 10,
      visibilitySeconds: 30,
      waitSeconds: 1,
      concurrency: 4,
      drainSeconds: 0,
    },
    pino({ level: "silent" }),
  );
  afterAll(async () => {
    gate.open();
    await Promise.all([worker.stop(), feed.close(), served.close(0)]);
    await dispatcher.drained();
  });
  const keyOf = async (workspaceId: WorkspaceId) =>
    (await Account.issueKey(db, { workspaceId, name: "test" })).secret;
  const freshKey = async () => keyOf(await freshWorkspace(db));
  const workspaceId = await freshWorkspace(db);
  if (mixtureFolder !== undefined) {
    const store = new FolderStore(mixtureFolder);
    for (const { name, report } of (await store.index()).parts) {
      const bytes = (await store.load(name))!;
      const { sha256 } = await Artifact.put(db, storage, bytes, { mediaType: "application/octet-stream" });
      await Specialist.save(db, { workspaceId, name, artifactSha256: sha256, report, jobId: newId("job") });
    }
  }
  return { url: served.url, apiKey: await keyOf(workspaceId), freshKey, hold: gate.shut, letGo: gate.open };
}

/** What the program knows: it takes what follows the first dot, which is wrong for a name with two. */
function answer(input: string): string {
  const name = input.split(/[/\\]/).at(-1)!;
  return name.split(".").slice(1)[0]?.toLowerCase() ?? "";
}

const noModels = { modelsFolder: "/nowhere", device: "cpu", threads: 1 };

/** As sure as the program can be of what it knows. */
const answerTo = (input: string, scores: boolean | undefined) => ({
  output: answer(input),
  tokens: 3,
  complete: true,
  ...(scores ? { logProbability: -0.1, confidence: 0.9 } : {}),
});

/** On the leaderboard, too, the program is the test's own; what is measured, and on what, is the service's. */
const openAnswer = async () => ({
  answer: async (inputs: readonly string[]) => ({ outputs: inputs.map(answer), milliseconds: [1.5] }),
  close: async () => {},
});

/** An experiment that has just ended, in the form in which every experiment ends. */
const playbookHandler: Handler = async ({ job }) => {
  const ace = job.request.mode === "ace";
  const mean = ace ? 0.62 : 0.41;
  const latency = { p50: 38, p95: 71, p99: 90, mean: 42 };
  const entry =
    "[strategy-00001] helpful=5 harmful=0 :: Divide the difference by the earlier year, not the later one.";
  const output = {
    report: {
      model: { id: "anvil-reader", identity: "anvil-reader", device: "cpu" },
      task: { name: "finance_generated", domain: "finance" },
      settings: { mode: job.request.mode },
      scores: {
        n: 50,
        exactMatch: { mean, low: mean - 0.13, high: mean + 0.13 },
        numericMatch: mean,
        tokenF1: mean + 0.05,
        tatQa: { exactMatch: mean, f1: mean },
        optionAccuracy: null,
        similarity: mean,
      },
      epochs: [0, 1, 2].map((epoch) => ({
        epoch,
        part: "test",
        accuracy: 0.41 + (ace ? epoch * 0.1 : 0),
        n: 50,
      })),
      bestEpoch: 2,
      latency: { answer: latency, generation: latency, reflection: null },
      resources: { peakMemoryBytes: 1e8, energyJoules: null, energySource: "not measured" },
      playbook: { entries: ace ? 1 : 0, characters: ace ? entry.length : 0 },
      growth: [[1, 1]],
    },
    playbook: "",
    lessons: ace ? `## Strategies & Insights\n${entry}` : "",
    resultsGzip: gzipSync("model_id\n").toString("base64"),
    pictures: { accuracy: "", latency: "", growth: "" },
  };
  return { result: { programId: null, report: null, output } };
};

/** A quarter of the examples is held out; the loss falls as one does. */
function compileHandler(pass: (signal: AbortSignal) => Promise<void>): Handler {
  return async ({ job, signal, progress, artifacts }) => {
    const {
      spec,
      examples,
      name,
      tags,
      seed,
      public: isPublic,
      parents,
    } = storedCompileRequestSchema.parse(job.request);
    if (spec.includes("diverge")) {
      throw new AppError("training.diverged", { message: "The loss became infinite at step 12." });
    }
    progress({ phase: "prepare", done: 0, total: null, metrics: {} });
    for (let step = 1; step <= steps; step++) {
      progress({ phase: "train", done: step, total: steps, metrics: { loss: lossAt(step), step } });
      // Long enough for each report to be written.
      if (step % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 15));
      if (step === steps / 2) await pass(signal);
      signal.throwIfAborted();
    }
    const heldOut = examples.filter((_, index) => index % 4 === 3);
    const predictions = heldOut.map(({ input, output: expected }): Prediction => {
      const output = answer(input);
      return { input, expected, output, correct: output === expected };
    });
    const right = predictions.filter(({ correct }) => correct).length;
    const report: Report = {
      heldOut: { exactMatch: right / heldOut.length, n: heldOut.length },
      baseline: { exactMatch: 0.25, n: heldOut.length },
      training: {
        exactMatch: 1,
        n: examples.length - heldOut.length,
        steps,
        seconds: 0.2,
        finalLoss: lossAt(steps),
        losses: Array.from({ length: steps / 4 }, (_, index) => [(index + 1) * 4, lossAt((index + 1) * 4)]),
      },
      candidates: [
        { method: "context", validation: { exactMatch: 0.5, n: 4 }, seconds: 0.1 },
        { method: "lora", validation: { exactMatch: 1, n: 4 }, seconds: 0.2 },
      ],
      predictions,
    };
    const archive = gzipSync(`the archive of ${job.programId}`);
    const { sha256 } = await artifacts.put(archive, { mediaType: "application/gzip" });
    return {
      result: { programId: job.programId, report },
      program: {
        id: job.programId!,
        kind: "weights",
        spec,
        seed,
        artifactSha256: sha256,
        method: "lora",
        interpreter,
        report,
        name,
        tags,
        public: isPublic,
        parents,
      },
    };
  };
}

/** With the small waves that a loss has. */
const lossAt = (step: number): number =>
  2.6 * Math.exp(-step / 30) + 0.06 + 0.12 * Math.exp(-step / 60) * Math.sin(step * 1.7);

function turnstile() {
  let opened = Promise.withResolvers<void>();
  opened.resolve();
  return {
    shut: () => {
      opened = Promise.withResolvers<void>();
    },
    open: () => opened.resolve(),
    /** @throws the signal's reason */
    pass: async (signal: AbortSignal) => {
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
      await Promise.race([opened.promise, aborted]);
    },
  };
}
