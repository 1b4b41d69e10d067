// The fast evaluator. A program starts in the interpreter; once it has shown to be work, it is compiled: first with
// all cells as doubles, and once numbers grow beyond, with bigints. Terms of called sequences are remembered.
// Terms, steps and errors are those of the plain interpreter, whatever path they came by.
import { calleesOf } from "../compile/generate.ts";
import { type Call, type Clock, CompiledProgram } from "../compile/link.ts";
import type { RecordBudget } from "../compile/replay.ts";
import { formatId, type Program } from "../language/program.ts";
import type { Value } from "../number/value.ts";
import { CallGraph } from "./call-graph.ts";
import { EvaluationError } from "./error.ts";
import { type Environment, Interpreter, type Result, withDefaults } from "./interpret.ts";
import type { Limits } from "./limits.ts";
import { Memo } from "./memo.ts";
import { Memory } from "./memory.ts";
import { type Budget, givenUp, outOfBudget, QuickInterpreter } from "./quick.ts";
import { belowOffset, type EvaluatorOptions, missing, recursive, timeUp } from "./reference.ts";
import { emptyStore, type ProgramStore } from "./store.ts";

const defaultInterpretedOperations = 10_000;
/** Steps between two looks at the clock in compiled code. */
const stepsPerTick = 1 << 14;
/** Remembered terms, over all sequences. Beyond, and when the records are full, everything is forgotten. */
const maxRemembered = 4_000_000;
/** Values on record for incremental evaluation, over all programs. */
const maxRecorded = 8_000_000;

export interface FastEvaluatorOptions extends EvaluatorOptions {
  /** Operations that a program may execute in the interpreter before it is compiled. */
  readonly interpretedOperations?: number;
}

/** Thrown by compiled code that counted past the step limit, before it is known where. */
class StepsPassed extends Error {}

/** A program with everything that was made of it. */
interface Unit {
  readonly program: Program;
  /** 0 once it is used up. */
  readonly budget: Budget;
  /** `null` if it needs the plain interpreter. */
  quick: QuickInterpreter | null | undefined;
  /** `null` if it cannot be compiled. */
  compiled: CompiledProgram | null | undefined;
  /** Runs of the numbers dialect, and how many of them had to be run again. */
  runs: number;
  exits: number;
  running: boolean;
  /** Only of sequences that other programs call. */
  memo: Memo | undefined;
}

export class FastEvaluator {
  private readonly store: ProgramStore;
  private readonly limits: Limits;
  private readonly interpretedOperations: number;
  private readonly graph: CallGraph;
  private readonly interpreter: Interpreter;
  private units = new WeakMap<Program, Unit>();
  private readonly sequences = new Map<number, Unit>();
  private remembered = 0;
  /** The sequence whose program runs at the outermost level. */
  private outermost: number | undefined;
  private readonly records: RecordBudget = { values: maxRecorded };
  private readonly clock: Clock;
  private deadline = Number.POSITIVE_INFINITY;
  private clockStart = 0;

  constructor({
    store = emptyStore,
    limits,
    interpretedOperations = defaultInterpretedOperations,
  }: FastEvaluatorOptions = {}) {
    this.store = store;
    this.interpretedOperations = interpretedOperations;
    this.limits = withDefaults(limits);
    this.graph = new CallGraph(store);
    const maxSteps = this.limits.steps;
    const environment: Environment = {
      limits: this.limits,
      call: (id, argument) => ({ value: this.call(id, argument), steps: this.clock.steps }),
      callProcedure: (id, start, memory) => this.callProcedure(id, start, memory),
      checkTime: () => this.checkTime(),
    };
    this.interpreter = new Interpreter(environment);
    this.clock = {
      steps: 0,
      first: Math.min(stepsPerTick, maxSteps),
      tick: (steps) => {
        this.checkTime();
        if (steps > maxSteps) throw new StepsPassed();
        return Math.min(steps + stepsPerTick, maxSteps);
      },
      next: (steps) => {
        this.checkTime();
        return Math.min(steps + stepsPerTick, maxSteps);
      },
    };
  }

  /** Starts the clock of the time limit. */
  start(): void {
    this.clockStart = this.computingTime();
    this.deadline = Date.now() + this.limits.milliseconds;
  }

  /**
   * The term with a given index.
   * @param id the sequence the program belongs to, so that a call of itself is seen
   * @throws EvaluationError
   */
  term(program: Program, index: Value, id?: number): Result {
    if (this.remembered > maxRemembered || this.records.values <= 0) this.forget();
    this.checkTime();
    this.outermost = id;
    return { value: this.run(this.unit(program), index), steps: this.clock.steps };
  }

  /** Drops every compiled program and every remembered term. */
  private forget(): void {
    this.units = new WeakMap();
    this.sequences.clear();
    this.remembered = 0;
    this.records.values = maxRecorded;
  }

  /** Milliseconds that this thread has computed. */
  private computingTime(): number {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  }

  private checkTime(): void {
    if (Date.now() <= this.deadline) return;
    // On a busy machine the thread may have waited: only computing counts.
    const left = this.limits.milliseconds - (this.computingTime() - this.clockStart);
    if (left <= 1) throw timeUp(this.limits);
    this.deadline = Date.now() + left;
  }

  private unit(program: Program): Unit {
    let unit = this.units.get(program);
    if (!unit) {
      unit = {
        program,
        budget: { operations: this.interpretedOperations },
        quick: undefined,
        compiled: undefined,
        runs: 0,
        exits: 0,
        running: false,
        memo: undefined,
      };
      this.units.set(program, unit);
    }
    return unit;
  }

  /** The unit behind a sequence id, with a memo if its terms may be remembered. */
  private sequenceUnit(id: number): Unit | undefined {
    let unit = this.sequences.get(id);
    if (unit) return unit;
    const program = this.store.sequence(id);
    if (!program) return undefined;
    unit = this.unit(program);
    if (!this.graph.isRecursive(id)) unit.memo = new Memo(program.offset);
    this.sequences.set(id, unit);
    return unit;
  }

  /** Runs a program on an argument; leaves the steps in the clock. */
  private run(unit: Unit, argument: Value): Value {
    if (unit.budget.operations > 0) {
      const value = this.runQuick(unit, argument);
      if (value !== outOfBudget) return value;
    }
    unit.compiled ??=
      CompiledProgram.from(
        unit.program,
        this.limits.cells,
        () => this.callsOf(unit.program),
        this.clock,
        this.records,
      ) ?? null;
    return unit.compiled ? this.runCompiled(unit, unit.compiled, argument) : this.runPlain(unit, argument);
  }

  private runQuick(unit: Unit, argument: Value): Value | typeof outOfBudget {
    unit.quick ??=
      QuickInterpreter.from(unit.program, this.limits, (id, value) => this.call(id, value), this.clock) ??
      null;
    if (!unit.quick) {
      unit.budget.operations = 0;
      return outOfBudget;
    }
    const value = unit.quick.run(argument, unit.budget);
    return value === givenUp ? this.runPlain(unit, argument) : value;
  }

  private runPlain(unit: Unit, argument: Value): Value {
    const { value, steps } = this.interpreter.term(unit.program, argument);
    this.clock.steps = steps;
    return value;
  }

  private runCompiled(unit: Unit, compiled: CompiledProgram, argument: Value): Value {
    try {
      if (typeof argument === "number" && (unit.exits < 3 || unit.exits * 4 < unit.runs)) {
        unit.runs++;
        const value = compiled.get("numbers")(argument);
        if (!Number.isNaN(value)) return value;
        unit.exits++;
      }
      return compiled.get("values")(argument);
    } catch (error) {
      if (!(error instanceof StepsPassed)) throw error;
      return compiled.get("values", true)(argument);
    }
  }

  private callsOf(program: Program): Call[] {
    const { operations } = program;
    return calleesOf(program).map((id): Call => {
      let memo = this.sequenceUnit(id)?.memo;
      return (argument, index) => {
        const known = memo?.get(argument);
        if (known !== undefined) {
          this.clock.steps = memo!.lastSteps;
          return known;
        }
        try {
          const value = this.call(id, argument);
          memo ??= this.sequences.get(id)?.memo;
          return value;
        } catch (error) {
          throw error instanceof EvaluationError ? error.locatedAt(operations[index]!) : error;
        }
      };
    });
  }

  /** Term `argument` of a sequence; leaves its steps in the clock. */
  private call(id: number, argument: Value): Value {
    const unit = this.sequenceUnit(id);
    if (!unit) throw missing(formatId(id));
    if (unit.running || id === this.outermost) throw recursive(formatId(id));
    const { memo } = unit;
    const known = memo?.get(argument);
    if (known !== undefined) {
      this.clock.steps = memo!.lastSteps;
      return known;
    }
    if (argument < unit.program.offset) throw belowOffset(id, argument, unit.program.offset);
    unit.running = true;
    try {
      const value = this.run(unit, argument);
      if (memo) {
        this.remembered++;
        memo.set(argument, value, this.clock.steps);
      }
      return value;
    } finally {
      unit.running = false;
    }
  }

  private callProcedure(id: number, start: number, memory: Memory): number {
    const program = this.store.procedure(id);
    const name = formatId(id).replace("A", "P");
    if (!program) throw missing(name);
    const unit = this.unit(program);
    if (unit.running) throw recursive(name);
    const inner = new Memory(this.limits.cells);
    for (let i = 0; i < (program.inputs ?? 0); i++) inner.set(i, memory.get(start + i));
    unit.running = true;
    try {
      const steps = this.interpreter.run(program, inner);
      for (let i = 0; i < (program.outputs ?? 0); i++) memory.set(start + i, inner.get(i));
      return steps;
    } finally {
      unit.running = false;
    }
  }
}
