// Running candidates against the terms that are given.
import { EvaluationError } from "../evaluate/error.ts";
import { FastEvaluator } from "../evaluate/fast.ts";
import type { ProgramStore } from "../evaluate/store.ts";
import type { Program } from "../language/program.ts";
import type { Value } from "../number/value.ts";

export interface Verification {
  /** Terms that came out right, from the first on. */
  readonly verified: number;
  /** Steps of these terms, all together. */
  readonly steps: number;
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
    let verified = 0;
    let steps = 0;
    this.evaluator.start();
    try {
      for (const wanted of terms) {
        const term = this.evaluator.term(program, program.offset + verified);
        if (term.value !== wanted) break;
        verified++;
        steps += term.steps;
      }
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
    }
    return { verified, steps };
  }

  /** The first terms of a program, as many as it has. */
  terms(program: Program, count: number): Value[] {
    const terms: Value[] = [];
    this.evaluator.start();
    try {
      for (let i = 0; i < count; i++) terms.push(this.evaluator.term(program, program.offset + i).value);
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
    }
    return terms;
  }
}
