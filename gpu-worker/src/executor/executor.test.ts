import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { AppError, newId, type Progress } from "@weightsmith/contract";
import type { Job } from "@weightsmith/core";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Finished, HandlerContext } from "../handler.ts";
import { Stopped } from "../stop.ts";
import { type Executor, startExecutor } from "./index.ts";

const log = pino({ level: "silent" });
const configuration = {
  type: "compile",
  device: "cpu",
  threads: 1,
  modelsFolder: "nowhere",
  logLevel: "silent",
  niceness: 0,
  handlersModule: new URL("../../test/executor-handlers.ts", import.meta.url).href,
} as const;
let executor: Executor;

beforeAll(async () => {
  executor = await startExecutor(configuration, { stopSeconds: 0.3, readySeconds: 100 }, log);
});
afterAll(() => executor.stop());

interface Seen {
  readonly progress: Progress[];
  readonly saved: [text: string, step: number][];
  readonly put: string[];
}

/** What a worker gives a handler; only what these tests look at. */
function work(behaviour: string, signal: AbortSignal = new AbortController().signal) {
  const seen: Seen = { progress: [], saved: [], put: [] };
  const createdAt = new Date("2026-01-02T03:04:05.678Z");
  const context: HandlerContext = {
    job: { id: newId("job"), request: { do: behaviour }, createdAt } as unknown as Job.Job,
    signal,
    progress: (progress) => seen.progress.push(progress),
    checkpoint: {
      load: async () => Buffer.from("step 2"),
      save: async (bytes, step) => {
        seen.saved.push([Buffer.from(bytes).toString(), step]);
      },
    },
    artifacts: {
      put: async (bytes, { mediaType }) => {
        if (signal.aborted) throw new AppError("job.lease_lost");
        seen.put.push(Buffer.from(bytes).toString());
        return { sha256: "ab".repeat(32), sizeBytes: bytes.length, mediaType };
      },
    },
    log,
  };
  return { seen, createdAt, outcome: executor.handler(context) };
}

const outputOf = async ({ outcome }: ReturnType<typeof work>) =>
  ((await outcome) as Finished).result.output as Record<string, unknown>;

test("a job reaches the process whole and its progress and result come back", async () => {
  const job = work("echo");
  expect((await outputOf(job)).createdAt).toEqual(job.createdAt);
  expect(job.seen.progress).toEqual([{ phase: "work", done: 1, total: 1, metrics: {} }]);
  expect(executor.device).toBe("cpu");
});

test("the next job finds the same process", async () => {
  const [first, second] = await Promise.all([outputOf(work("echo")), outputOf(work("echo"))]);
  expect(first.process).toBe(second.process);
  expect(first.process).not.toBe(process.pid);
});

test("checkpoints and artifacts go through the worker, bytes as they are", async () => {
  const job = work("stores");
  expect(await outputOf(job)).toEqual({
    before: "step 2",
    artifact: { sha256: "ab".repeat(32), sizeBytes: 7, mediaType: "text/plain" },
  });
  expect(job.seen).toMatchObject({ saved: [["step 3", 3]], put: ["weights"] });
});

test("an error of the catalogue arrives as such, any other with its message", async () => {
  const refused = await work("refuse").outcome.catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(AppError);
  expect((refused as AppError).toProblem()).toMatchObject({
    code: "training.diverged",
    message: "The loss is not a number.",
    details: { step: 7 },
  });
  await expect(work("fail").outcome).rejects.toThrow("no such tensor");
});

test("a handler hears that it should stop", async () => {
  const stopping = new AbortController();
  const job = work("obey", stopping.signal);
  stopping.abort(new Stopped("canceled"));
  await expect(job.outcome).rejects.toThrow("canceled");
  const late = work("obey", stopping.signal);
  await expect(late.outcome).rejects.toThrow("canceled");
});

test("a crash fails the jobs in the process, and the next job finds another process", async () => {
  const before = await outputOf(work("echo"));
  const waiting = work("obey");
  const crashed = work("crash");
  await expect(crashed.outcome).rejects.toThrow(/ended \(SIGSEGV\)/);
  await expect(waiting.outcome).rejects.toThrow(/ended \(SIGSEGV\)/);
  expect((await outputOf(work("echo"))).process).not.toBe(before.process);
});

test("a handler that does not stop is ended with its process", async () => {
  const stopping = new AbortController();
  const deaf = work("deaf", stopping.signal);
  stopping.abort(new Stopped("time_limit"));
  await expect(deaf.outcome).rejects.toThrow(/ended \(SIGKILL\)/);
  expect(await outputOf(work("echo"))).toBeDefined();
});

test("the process ends with a worker that was killed, even while it computes", async () => {
  const program = `
    import { startExecutor } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
    import { pino } from ${JSON.stringify(import.meta.resolve("pino"))};
    const log = pino({ level: "silent" });
    const executor = await startExecutor(${JSON.stringify(configuration)}, { stopSeconds: 60, readySeconds: 100 }, log);
    const context = { job: { request: {} }, signal: new AbortController().signal, log, progress() {} };
    const { result } = await executor.handler({ ...context, job: { request: { do: "echo" } } });
    executor.handler({ ...context, job: { request: { do: "deaf" } } });
    setTimeout(() => console.log(result.output.process), 200);
  `;
  const worker = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(worker.stdout), "line");
  const executing = Number(line);
  expect(isRunning(executing)).toBe(true);
  worker.kill("SIGKILL");
  await expect.poll(() => isRunning(executing), { timeout: 20_000 }).toBe(false);
});

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    // One that ended but was not collected yet does not run.
    const file = `/proc/${processId}/stat`;
    return !existsSync(file) || !/\) Z /.test(readFileSync(file, "utf8"));
  } catch {
    return false;
  }
}

test("a process that cannot start is reported, not waited for", async () => {
  const broken = startExecutor(
    { ...configuration, type: "generate" },
    { stopSeconds: 1, readySeconds: 100 },
    log,
  );
  await expect(broken).rejects.toThrow(/ended before it was ready \(exit status 1\)/);
});
