// The data set: every usable program of a folder as JSON lines.
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { defaultLimits, type Limits } from "../evaluate/limits.ts";
import { forEachFile } from "../threads/pool.ts";
import { augmentDescription } from "./description.ts";
import type { DatasetExample, Rejection } from "./example.ts";
import type { Split } from "./normal-form.ts";

export interface DatasetOptions {
  /** The folder above `oeis/`, for the programs that are called. */
  readonly root: string;
  readonly outputFile: string;
  /** At most so many examples, variants not counted; they are spread evenly over the files. */
  readonly maxExamples?: number;
  /** Writes variants of each description, too; never for the test part, which asks as the catalogue does. */
  readonly augment?: boolean;
  readonly terms?: number;
  readonly threads?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface DatasetWorkerData {
  readonly root: string;
  readonly terms: number;
  readonly limits: Limits;
}

export interface DatasetReport {
  readonly files: number;
  readonly examples: number;
  /** Lines written: examples and variants. */
  readonly lines: number;
  readonly splits: Readonly<Record<Split, number>>;
  readonly rejected: Readonly<Record<Rejection, number>>;
  readonly seconds: number;
}

/** What a program may use to show that it runs. */
const limits: Limits = { ...defaultLimits, milliseconds: 1000 };
const patienceMilliseconds = 60_000;
const defaultTerms = 16;
/** Files per wanted example, since some are rejected. */
const reserve = 1.4;

/** Reads, checks and writes. The file is the same for any number of threads. */
export async function buildDataset(
  files: readonly string[],
  options: DatasetOptions,
): Promise<DatasetReport> {
  const began = performance.now();
  const { maxExamples = Number.POSITIVE_INFINITY, terms = defaultTerms, root, augment = false } = options;
  const chosen = spread(files, Math.ceil(maxExamples * reserve));
  const outcomes = await forEachFile<DatasetExample | Rejection, DatasetWorkerData>(chosen, {
    worker: new URL("./worker.ts", import.meta.url),
    data: { root, terms, limits },
    patienceMilliseconds,
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const splits = { train: 0, validation: 0, test: 0 };
  const rejected = { syntax: 0, invalid: 0, noDescription: 0, noTerms: 0, failed: 0, wrongTerms: 0 };
  let examples = 0;
  let lines = 0;
  function* jsonLines(): Generator<string> {
    for (const outcome of outcomes) {
      const answer = outcome.kind === "answer" ? outcome.answer : "failed";
      if (typeof answer === "string") {
        rejected[answer]++;
        continue;
      }
      if (examples >= maxExamples) return;
      examples++;
      splits[answer.split]++;
      for (const example of withVariants(answer, augment)) {
        lines++;
        yield `${JSON.stringify(example)}\n`;
      }
    }
  }
  await pipeline(Readable.from(jsonLines()), createWriteStream(options.outputFile));
  return {
    files: chosen.length,
    examples,
    lines,
    splits,
    rejected,
    seconds: (performance.now() - began) / 1000,
  };
}

function withVariants(example: DatasetExample, augment: boolean): DatasetExample[] {
  if (!augment || example.split === "test") return [example];
  const variants = augmentDescription(example.description);
  return [example, ...variants.map((description) => ({ ...example, description, variant: true }))];
}

/** So many files, evenly over the list. */
function spread(files: readonly string[], count: number): readonly string[] {
  if (count >= files.length) return files;
  return Array.from({ length: count }, (_, i) => files[Math.floor((i * files.length) / count)]!);
}
