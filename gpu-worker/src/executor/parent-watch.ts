/**
 * Ends this process when the one that started it is gone, even in the middle of a computation that does not look up: a
 * thread waits for the end of a pipe that the kernel closes with the parent.
 */

import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { isMainThread, Worker, workerData } from "node:worker_threads";

/** The pipe's number in the child; the parent's `stdio` has it in that place. */
export const parentPipe = 4;

export function endWithParent(): void {
  const watch = new Worker(fileURLToPath(import.meta.url), { workerData: { watched: parentPipe } });
  watch.unref();
}

if (!isMainThread && workerData?.watched === parentPipe) {
  const end = () => process.kill(process.pid, "SIGKILL");
  createReadStream("", { fd: parentPipe }).on("end", end).on("error", end).resume();
}
