// The thread of isolated.ts.
import { parentPort, workerData } from "node:worker_threads";
import { parse } from "../language/parse.ts";
import { EvaluationError } from "./error.ts";
import { FastEvaluator } from "./fast.ts";
import type { IsolatedMessage, IsolatedTerm, IsolatedWorkerData } from "./isolated.ts";
import { emptyStore, folderStore } from "./store.ts";

const { source, id, terms, limits, root } = workerData as IsolatedWorkerData;
/** Terms are posted in batches: the first ones at once, later ones every so many milliseconds. */
const postEveryMilliseconds = 20;

const post = (message: IsolatedMessage) => parentPort!.postMessage(message);
const program = parse(source);
const evaluator = new FastEvaluator({ store: root === undefined ? emptyStore : folderStore(root), limits });
evaluator.start();
let batch: IsolatedTerm[] = [];
let posted = 0;
const flush = () => {
  if (batch.length > 0) post({ kind: "terms", terms: batch });
  batch = [];
  posted = performance.now();
};
try {
  for (let i = 0; i < terms; i++) {
    const index = program.offset + i;
    batch.push({ index, ...evaluator.term(program, index, id) });
    if (performance.now() - posted > postEveryMilliseconds) flush();
  }
  flush();
  post({ kind: "end" });
} catch (error) {
  if (!(error instanceof EvaluationError)) throw error;
  flush();
  post({ kind: "end", error: { code: error.code, message: error.message } });
}
