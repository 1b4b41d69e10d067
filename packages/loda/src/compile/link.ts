// From a program to functions that run it: generates, compiles and binds the code of compile/generate.ts.
import type { Program } from "../language/program.ts";
import type { Value } from "../number/value.ts";
import { type Dialect, factoryParameters, generate } from "./generate.ts";
import {
  CellArray,
  type CellStorage,
  Failures,
  fragmentLess,
  numberLibrary,
  valueLibrary,
} from "./library.ts";
import { LoopRecord, type RecordBudget } from "./replay.ts";
import { type Structure, structure } from "./structure.ts";

/** The clock of compiled code: `steps` is how a run hands back its steps. */
export interface Clock {
  steps: number;
  /** The number of steps after which code first looks at the clock. */
  first: number;
  /** Throws when the time or the steps are up; otherwise the number of steps at which to look again. */
  tick(steps: number): number;
  /** As `tick`, but does not throw for the steps: it answers the limit itself. */
  next(steps: number): number;
}

/** Calls a sequence from the operation with the given index; leaves its steps in the clock. */
export type Call = (argument: Value, index: number) => Value;

/** NaN, in the numbers dialect, means: run the term in the values dialect. */
export type Compiled = (argument: Value) => Value;

export class CompiledProgram {
  private readonly program: Program;
  private readonly tree: Structure;
  private readonly calls: readonly Call[];
  private readonly clock: Clock;
  private readonly records: RecordBudget;
  private readonly functions = new Map<string, Compiled>();

  private constructor(
    program: Program,
    tree: Structure,
    calls: readonly Call[],
    clock: Clock,
    records: RecordBudget,
  ) {
    this.program = program;
    this.tree = tree;
    this.calls = calls;
    this.clock = clock;
    this.records = records;
  }

  /** `undefined` if only the interpreter can run the program. */
  static from(
    program: Program,
    maxCell: number,
    calls: () => readonly Call[],
    clock: Clock,
    records: RecordBudget,
  ): CompiledProgram | undefined {
    const tree = structure(program, maxCell);
    return tree && new CompiledProgram(program, tree, calls(), clock, records);
  }

  get(dialect: Dialect, stepwise = false): Compiled {
    const key = `${dialect}${stepwise}`;
    let compiled = this.functions.get(key);
    if (!compiled) {
      compiled = this.compile(dialect, stepwise);
      this.functions.set(key, compiled);
    }
    return compiled;
  }

  private compile(dialect: Dialect, stepwise: boolean): Compiled {
    const { maxCell, local } = this.tree;
    const body = generate(this.program, this.tree, { dialect, stepwise });
    const cells: CellStorage<number> | Value[] =
      dialect === "numbers" ? new Float64Array(maxCell + 1) : new Array<Value>(maxCell + 1).fill(0);
    const factory = new Function(...factoryParameters, body);
    return factory(
      dialect === "numbers" ? numberLibrary : valueLibrary,
      local ? undefined : new CellArray(cells as CellStorage<Value>, maxCell),
      this.calls,
      this.clock,
      new Failures(this.program.operations, maxCell),
      fragmentLess,
      (columns: number, endless: boolean) => new LoopRecord<Value>(columns, endless, this.records),
    );
  }
}
