// The thread that checks batches of files. It tells through shared memory which file it is at, so that the pool can
// end it when even the evaluator's own limits do not.
import { parentPort, workerData } from "node:worker_threads";
import { FastEvaluator } from "../evaluate/fast.ts";
import { folderStore } from "../evaluate/store.ts";
import type { Batch, CheckWorkerData } from "./pool.ts";
import { checkFile } from "./verdict.ts";

const { root, limits, progress } = workerData as CheckWorkerData;
const evaluator = new FastEvaluator({ store: folderStore(root), limits });
const port = parentPort!;

port.on("message", ({ files }: Batch) => {
  const verdicts = files.map((file) => {
    Atomics.add(progress, 0, 1);
    return checkFile(file, evaluator);
  });
  port.postMessage(verdicts);
});
