// Running candidates against the terms that are given.
import { EvaluationError } from "../evaluate/error.ts";
import { FastEvaluator } from "../evaluate/fast.ts";
import type { ProgramStore } from "../evaluate/store.ts";
import type { Program } from "../language/program.ts";
import type { Value } from "../number/value.ts";

export interface Run {
  /** The first terms, up to the first that has no value. */
  readonly terms: readonly Value[];
  /** Steps of these terms, all together. */
  readonly steps: number;
}

export interface Verification extends Run {
  /** Terms that came out right, from the first on. */
  readonly verified: number;
}

/** What a candidate may use: enough for a program that somebody would want. */
const candidateLimits = { steps: 2_000_000, cells: 2000, milliseconds: 1000 };
/** A mutant is one of hundreds of thousands. */
const mutantLimits = { steps: 5000, cells: 200, milliseconds: 100 };

export class Verifier {
  private readonly evaluator: FastEvaluator;

  constructor(store: ProgramStore, kind: "candidate" | "mutant" = "candidate") {
    this.evaluator = new FastEvaluator(
      kind === "candidate"
        ? { store, limits: candidateLimits }
        : { store, limits: mutantLimits, interpretedOperations: Number.POSITIVE_INFINITY },
    );
  }

  /** How many terms a program reproduces before the first that it does not. */
  verify(program: Program, terms: readonly Value[]): Verification {
    const run = this.run(program, terms.length, (value, i) => value === terms[i]);
    return { ...run, verified: run.terms.length };
  }

  /** The first terms of a program, as many as it has, or until one is not wanted. */
  run(program: Program, count: number, wanted?: (value: Value, i: number) => boolean): Run {
    const terms: Value[] = [];
    let steps = 0;
    this.evaluator.start();
    try {
      while (terms.length < count) {
        const term = this.evaluator.term(program, program.offset + terms.length);
        if (wanted && !wanted(term.value, terms.length)) break;
        terms.push(term.value);
        steps += term.steps;
      }
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
    }
    return { terms, steps };
  }
}
