// The plain evaluator: interpreter, program store, remembered inner terms. What the fast evaluator must equal.

import type { ArithmeticMnemonic } from "../language/operation.ts";
import { formatId, type Program } from "../language/program.ts";
import type { ArithmeticOperation } from "../number/arithmetic.ts";
import type { Value } from "../number/value.ts";
import { CallGraph } from "./call-graph.ts";
import { EvaluationError } from "./error.ts";
import { type Environment, Interpreter, type Observer, type Result, withDefaults } from "./interpret.ts";
import type { Limits } from "./limits.ts";
import { Memory } from "./memory.ts";
import { emptyStore, type ProgramStore } from "./store.ts";

export interface EvaluatorOptions {
  readonly store?: ProgramStore;
  readonly limits?: Partial<Limits>;
}

export interface ReferenceOptions extends EvaluatorOptions {
  /** Replaces the arithmetic, for example by the exact one. */
  readonly arithmetic?: Record<ArithmeticMnemonic, ArithmeticOperation>;
}

export class ReferenceEvaluator {
  private readonly store: ProgramStore;
  private readonly graph: CallGraph;
  private readonly interpreter: Interpreter;
  private readonly limits: Limits;
  private readonly remembered = new Map<number, Map<Value, Result>>();
  private readonly running = new Set<number>();
  private deadline = Number.POSITIVE_INFINITY;

  constructor({ store = emptyStore, limits, arithmetic }: ReferenceOptions = {}) {
    this.store = store;
    this.graph = new CallGraph(store);
    this.limits = withDefaults(limits);
    const environment: Environment = {
      limits: this.limits,
      call: (id, argument) => this.call(id, argument),
      callProcedure: (id, start, memory) => this.callProcedure(id, start, memory),
      checkTime: () => {
        if (Date.now() > this.deadline) throw timeUp(this.limits);
      },
    };
    this.interpreter = new Interpreter(environment, arithmetic);
  }

  /** Starts the clock of the time limit. */
  start(): void {
    this.deadline = Date.now() + this.limits.milliseconds;
  }

  /**
   * The term with a given index.
   * @param id the sequence the program belongs to, so that a call of itself is seen
   * @throws EvaluationError
   */
  term(program: Program, index: Value, id?: number, observe?: Observer): Result {
    this.running.clear();
    if (id !== undefined) this.running.add(id);
    return this.interpreter.term(program, index, observe);
  }

  private call(id: number, argument: Value): Result {
    const program = this.store.sequence(id);
    if (!program) throw missing(formatId(id));
    if (this.running.has(id)) throw recursive(formatId(id));
    if (argument < program.offset) throw belowOffset(id, argument, program.offset);
    const memo = this.graph.isRecursive(id) ? undefined : this.memo(id);
    const known = memo?.get(argument);
    if (known) return known;
    this.running.add(id);
    try {
      const result = this.interpreter.term(program, argument);
      memo?.set(argument, result);
      return result;
    } finally {
      this.running.delete(id);
    }
  }

  private callProcedure(id: number, start: number, memory: Memory): number {
    const program = this.store.procedure(id);
    const name = formatId(id).replace("A", "P");
    if (!program) throw missing(name);
    // Sequences and procedures are numbered apart; procedures are kept under negative keys.
    if (this.running.has(-1 - id)) throw recursive(name);
    const inner = new Memory(this.limits.cells);
    for (let i = 0; i < (program.inputs ?? 0); i++) inner.set(i, memory.get(start + i));
    this.running.add(-1 - id);
    try {
      const steps = this.interpreter.run(program, inner);
      for (let i = 0; i < (program.outputs ?? 0); i++) memory.set(start + i, inner.get(i));
      return steps;
    } finally {
      this.running.delete(-1 - id);
    }
  }

  private memo(id: number): Map<Value, Result> {
    let memo = this.remembered.get(id);
    if (!memo) {
      memo = new Map();
      this.remembered.set(id, memo);
    }
    return memo;
  }
}

export function missing(name: string): EvaluationError {
  return new EvaluationError("missing-program", `there is no program for ${name}`);
}

export function recursive(name: string): EvaluationError {
  return new EvaluationError("recursion", `${name} calls itself`);
}

export function belowOffset(id: number, argument: Value, offset: number): EvaluationError {
  return new EvaluationError(
    "argument",
    `${formatId(id)} starts at index ${offset}, called with ${argument}`,
  );
}

export function timeUp(limits: Limits): EvaluationError {
  return new EvaluationError("time", `the evaluation takes more than ${limits.milliseconds} ms`);
}
