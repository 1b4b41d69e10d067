/** Short, so that recovery is seen within seconds; the proportions are those of production. */
import type { Sweeper } from "@weightsmith/core";
import type { WorkerSettings } from "../../src/index.ts";

export const workerSettings: WorkerSettings = {
  workerId: "chaos",
  device: "cpu",
  leaseSeconds: 2,
  heartbeatSeconds: 0.3,
  attemptSeconds: 60,
  progressMs: 5,
  visibilitySeconds: 3,
  waitSeconds: 1,
  concurrency: 1,
  drainSeconds: 5,
};

/** Artifacts and checkpoints are kept while jobs run; the checks collect them afterwards. */
export const sweeperSettings: Sweeper.SweeperSettings = {
  artifactGraceSeconds: 3600,
  checkpointGraceSeconds: 3600,
  messages: { lostSeconds: 1, staleSeconds: 4, limit: 1000 },
};
