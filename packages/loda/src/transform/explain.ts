// A program in plain words, line by line, with what a run does to the memory.
import { EvaluationError } from "../evaluate/error.ts";
import { defaultLimits, type Limits } from "../evaluate/limits.ts";
import { ReferenceEvaluator } from "../evaluate/reference.ts";
import { emptyStore, type ProgramStore } from "../evaluate/store.ts";
import { meanings } from "../language/operation.ts";
import { printOperand, printOperation } from "../language/print.ts";
import { formatId, type Operation, type Program } from "../language/program.ts";
import type { Value } from "../number/value.ts";

export interface ExplainedLine {
  readonly code: string;
  readonly meaning: string;
  readonly depth: number;
}

export interface TraceEntry {
  /** The place of the operation in the program. */
  readonly index: number;
  readonly code: string;
  readonly steps: number;
  /** The cells that are not 0 after the operation. */
  readonly memory: readonly (readonly [cell: number, value: Value])[];
}

export interface Trace {
  readonly argument: number;
  readonly entries: readonly TraceEntry[];
  /** Operations executed beyond the entries that were kept. */
  readonly omitted: number;
  readonly value: Value | undefined;
  readonly error: EvaluationError | undefined;
}

/** What each line does. `describe` gives the name of a called sequence. */
export function explain(
  program: Program,
  describe: (id: number) => string | undefined = () => undefined,
): ExplainedLine[] {
  const lines: ExplainedLine[] = [];
  let depth = 0;
  for (const operation of program.operations) {
    if (operation.mnemonic === "lpe") depth = Math.max(0, depth - 1);
    lines.push({ code: printOperation(operation), meaning: meaningOf(operation, describe), depth });
    if (operation.mnemonic === "lpb") depth++;
  }
  return lines;
}

function meaningOf(
  { mnemonic, target, source }: Operation,
  describe: (id: number) => string | undefined,
): string {
  if (mnemonic === "lpb" && !(source.kind === "constant" && source.value === 1))
    return `repeat to lpe while the ${printOperand(source)} cells from ${printOperand(target)} on fall, lexicographically`;
  const sequence = mnemonic === "seq" && source.kind === "constant" ? Number(source.value) : undefined;
  const name = sequence === undefined ? undefined : describe(sequence);
  const b = sequence === undefined ? printOperand(source) : formatId(sequence);
  const text = meanings[mnemonic].replace(/\b[ab]\b/g, (letter) =>
    letter === "a" ? printOperand(target) : b,
  );
  return name ? `${text} (${name})` : text;
}

export interface TraceOptions {
  readonly store?: ProgramStore;
  readonly limits?: Limits;
  readonly maxEntries?: number;
}

/** Runs the program for one index in the plain interpreter and notes the memory after each operation. */
export function trace(program: Program, argument: number, options: TraceOptions = {}): Trace {
  const { store = emptyStore, limits = defaultLimits, maxEntries = 100 } = options;
  const evaluator = new ReferenceEvaluator({ store, limits });
  const entries: TraceEntry[] = [];
  let executed = 0;
  const finish = (value: Value | undefined, error: EvaluationError | undefined): Trace => ({
    argument,
    entries,
    omitted: executed - entries.length,
    value,
    error,
  });
  evaluator.start();
  try {
    const { value } = evaluator.term(program, argument, undefined, (operation, index, memory, steps) => {
      executed++;
      if (entries.length < maxEntries)
        entries.push({ index, code: printOperation(operation), steps, memory: memory.nonZero() });
    });
    return finish(value, undefined);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return finish(undefined, error);
  }
}
