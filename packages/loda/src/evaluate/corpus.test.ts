// The evaluators on real programs: the few dozen in test/programs always, and a sample of some hundreds when a clone of
// loda-programs is at hand (WEIGHTSMITH_LODA_PROGRAMS).
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { checkFile } from "../check/verdict.ts";
import { programFiles } from "../corpus/folder.ts";
import { readProgramFile } from "../corpus/program-file.ts";
import { parse } from "../language/parse.ts";
import { print } from "../language/print.ts";
import { exactArithmetic } from "../number/arithmetic.ts";
import { EvaluationError } from "./error.ts";
import { FastEvaluator } from "./fast.ts";
import type { Limits } from "./limits.ts";
import { ReferenceEvaluator } from "./reference.ts";
import { folderStore, type ProgramStore } from "./store.ts";

const samples = fileURLToPath(new URL("../../test/programs", import.meta.url));
const corpus = process.env.WEIGHTSMITH_LODA_PROGRAMS;
const corpusPrograms = 300;

/** Small enough for the plain interpreter on bigints; the same for all, so that even the error is the same. */
const limits: Partial<Limits> = { steps: 30_000 };
const terms = 12;

type Evaluator = Pick<FastEvaluator, "term">;

function outcome(evaluator: Evaluator, file: string, index: number): string {
  const { program, id } = readProgramFile(readFileSync(file, "utf8"));
  try {
    const { value, steps } = evaluator.term(program, program.offset + index, id);
    return `${value} in ${steps} steps`;
  } catch (error) {
    if (error instanceof EvaluationError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

function agree(file: string, store: ProgramStore): void {
  const reference = new ReferenceEvaluator({ store, limits, arithmetic: exactArithmetic });
  const evaluators = [0, 500, 1e9].map(
    (interpretedOperations) => new FastEvaluator({ store, limits, interpretedOperations }),
  );
  for (let index = 0; index < terms; index++) {
    const wanted = outcome(reference, file, index);
    for (const evaluator of evaluators)
      expect(outcome(evaluator, file, index), `${file}, term ${index}`).toBe(wanted);
  }
}

function roundTrips(file: string): void {
  const shape = (text: string) => print(parse(text));
  const text = readFileSync(file, "utf8");
  expect(shape(shape(text))).toBe(shape(text));
}

describe("the sample programs", () => {
  const files = programFiles(samples);
  const store = folderStore(samples);

  test("reproduce their published terms, unless they call what is not there", () => {
    const evaluator = new FastEvaluator({
      store,
      limits: { milliseconds: 60_000, steps: Number.MAX_SAFE_INTEGER },
    });
    const verdicts = files.map((file) => checkFile(file, evaluator));
    expect(verdicts.filter(({ status }) => status !== "ok" && status !== "notCheckable")).toEqual([]);
    expect(verdicts.filter(({ status }) => status === "ok")).toHaveLength(36);
  });

  test.each(files.map((file) => [path.basename(file, ".asm"), file]))(
    "%s: all evaluators agree, and printing is undone by parsing",
    (_, file) => {
      agree(file, store);
      roundTrips(file);
    },
  );
});

const reason =
  corpus === undefined
    ? "WEIGHTSMITH_LODA_PROGRAMS is not set"
    : existsSync(corpus)
      ? undefined
      : `${corpus} does not exist`;

describe(`a sample of ${corpusPrograms} corpus programs${reason === undefined ? "" : `, skipped: ${reason}`}`, () => {
  const all = reason === undefined ? programFiles(corpus!) : [];
  const files = Array.from(
    { length: Math.min(corpusPrograms, all.length) },
    (_, i) => all[Math.floor((i * all.length) / corpusPrograms)]!,
  );

  test.skipIf(reason !== undefined)(
    "all evaluators agree, and printing is undone by parsing",
    { timeout: 600_000 },
    () => {
      const store = folderStore(corpus!);
      for (const file of files) {
        agree(file, store);
        roundTrips(file);
      }
      expect(files.length).toBeGreaterThanOrEqual(200);
    },
  );

  test.skipIf(reason !== undefined)(
    "almost all reproduce their published terms",
    { timeout: 600_000 },
    () => {
      const evaluator = new FastEvaluator({
        store: folderStore(corpus!),
        limits: { milliseconds: 10_000, steps: Number.MAX_SAFE_INTEGER },
      });
      const verdicts = files.map((file) => checkFile(file, evaluator));
      const checkable = verdicts.filter(({ status }) => status !== "notCheckable");
      const wrong = checkable.filter(({ status }) => status === "mismatch" || status === "error");
      // Some files of the corpus are stale: in a sample of 6,000 about one in a thousand.
      expect(wrong.length, JSON.stringify(wrong)).toBeLessThanOrEqual(2);
    },
  );
});
