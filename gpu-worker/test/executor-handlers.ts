/** Handlers that misbehave on demand, for the tests of the executor. */
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@weightsmith/contract";
import type { Finished, Handler, Handlers } from "../src/handler.ts";

const done = (output: unknown): Finished => ({ result: { programId: null, report: null, output } });

const behaviours: Record<string, Handler> = {
  echo: async ({ job, progress }) => {
    progress({ phase: "work", done: 1, total: 1, metrics: {} });
    return done({ process: process.pid, createdAt: job.createdAt });
  },
  stores: async ({ checkpoint, artifacts }) => {
    const before = await checkpoint.load();
    await checkpoint.save(Buffer.from("step 3"), 3);
    const artifact = await artifacts.put(Buffer.from("weights"), { mediaType: "text/plain" });
    return done({ before: before && Buffer.from(before).toString(), artifact });
  },
  refuse: async () => {
    throw new AppError("training.diverged", { message: "The loss is not a number.", context: { step: 7 } });
  },
  fail: async () => {
    throw new TypeError("no such tensor");
  },
  obey: async ({ signal }) => {
    await sleep(60_000, undefined, { signal }).catch(() => {});
    throw signal.reason;
  },
  crash: async () => {
    process.kill(process.pid, "SIGSEGV");
    return sleep(60_000, done(""));
  },
  // Never looks up, as a computation of an hour would not.
  deaf: async () => {
    for (;;);
  },
};

export const makeHandlers = (): Handlers => ({
  compile: (context) => behaviours[String(context.job.request.do)]!(context),
});
