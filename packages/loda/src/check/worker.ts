// The thread that checks program files.
import { FastEvaluator } from "../evaluate/fast.ts";
import { folderStore } from "../evaluate/store.ts";
import { serve } from "../threads/pool.ts";
import type { CheckWorkerData } from "./check.ts";
import { checkFile, type Verdict } from "./verdict.ts";

serve(({ root, limits }: CheckWorkerData): ((file: string) => Verdict) => {
  const evaluator = new FastEvaluator({ store: folderStore(root), limits });
  return (file) => checkFile(file, evaluator);
});
