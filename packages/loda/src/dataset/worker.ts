// The thread that turns program files into examples.
import { FastEvaluator } from "../evaluate/fast.ts";
import { folderStore } from "../evaluate/store.ts";
import { serve } from "../threads/pool.ts";
import type { DatasetWorkerData } from "./build.ts";
import { type DatasetExample, type Rejection, readExample } from "./example.ts";

serve(({ root, terms, limits }: DatasetWorkerData): ((file: string) => DatasetExample | Rejection) => {
  const evaluator = new FastEvaluator({ store: folderStore(root), limits });
  return (file) => readExample(file, evaluator, { terms });
});
