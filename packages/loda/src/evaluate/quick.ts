// The interpreter of the first runs of a program, before compiling it would pay: decoded operations, one array of
// cells, snapshots of the cells that a loop writes. Whatever is not the common case (an error, a region loop, a
// procedure) it gives up, and the plain interpreter runs the term again.
import { effects, type Node, regionOf, structure, targetCell, written } from "../compile/structure.ts";
import { isArithmetic } from "../language/operation.ts";
import type { Operation, Program } from "../language/program.ts";
import { type ArithmeticOperation, arithmetic } from "../number/arithmetic.ts";
import type { Value } from "../number/value.ts";
import { EvaluationError } from "./error.ts";

/** How many operations a program may execute here before it is given up for a compiled one. */
export interface Budget {
  operations: number;
}

/** The budget is used up: no error of the program. */
export const outOfBudget = Symbol("out of budget");
/** Something that is left to the plain interpreter. */
export const givenUp = Symbol("given up");

const MAX = Number.MAX_SAFE_INTEGER;

type Code = "mov" | "add" | "sub" | "mul" | "arithmetic" | "lpb" | "lpe" | "seq" | "region" | "indirect";

interface Decoded {
  readonly code: Code;
  readonly operation: Operation;
  /** The cell of the target. */
  readonly target: number;
  /** The cell of the source, −1 for a constant. */
  readonly source: number;
  readonly constant: Value;
  readonly compute: ArithmeticOperation;
  /** Of lpe: the place after its lpb. */
  readonly begin: number;
  /** Of lpb and lpe: the cells that the loop writes; of a region: its cells in order. */
  readonly cells: readonly number[];
}

interface OpenLoop {
  counter: Value;
  readonly saved: Value[];
}

/** Calls a sequence; leaves its steps in `clock`. */
export type CallSequence = (id: number, argument: Value) => Value;

export class QuickInterpreter {
  private readonly operations: readonly Decoded[];
  private readonly cells: Value[];
  private readonly loops: OpenLoop[] = [];
  private readonly call: CallSequence;
  private readonly clock: { steps: number };
  private readonly maxSteps: number;

  private constructor(
    operations: readonly Decoded[],
    cells: number,
    call: CallSequence,
    clock: { steps: number },
    maxSteps: number,
  ) {
    this.operations = operations;
    this.cells = new Array<Value>(cells).fill(0);
    this.call = call;
    this.clock = clock;
    this.maxSteps = maxSteps;
  }

  /** `undefined` if the program needs the plain interpreter. */
  static from(
    program: Program,
    limits: { readonly cells: number; readonly steps: number },
    call: CallSequence,
    clock: { steps: number },
  ): QuickInterpreter | undefined {
    const tree = structure(program, limits.cells);
    if (!tree?.local) return undefined;
    const operations = decode(tree.body);
    return new QuickInterpreter(operations, tree.cells.at(-1)! + 1, call, clock, limits.steps);
  }

  /**
   * Runs the program with `$0 = argument`; leaves the steps in the clock.
   * @throws EvaluationError of a called program
   */
  run(argument: Value, budget: Budget): Value | typeof outOfBudget | typeof givenUp {
    const { operations, cells } = this;
    const end = operations.length;
    cells.fill(0);
    cells[0] = argument;
    let depth = 0;
    let executed = 0;
    let calleeSteps = 0;
    for (let place = 0; place < end; ) {
      const operation = operations[place++]!;
      const { target } = operation;
      executed++;
      const b = operation.source < 0 ? operation.constant : cells[operation.source]!;
      let result: Value | undefined;
      switch (operation.code) {
        case "mov":
          cells[target] = b;
          continue;
        case "add": {
          const a = cells[target]!;
          if (typeof a === "number" && typeof b === "number") {
            const sum = a + b;
            if (sum <= MAX && sum >= -MAX) {
              cells[target] = sum;
              continue;
            }
          }
          result = arithmetic.add(a, b);
          break;
        }
        case "sub": {
          const a = cells[target]!;
          if (typeof a === "number" && typeof b === "number") {
            const difference = a - b;
            if (difference <= MAX && difference >= -MAX) {
              cells[target] = difference;
              continue;
            }
          }
          result = arithmetic.sub(a, b);
          break;
        }
        case "mul": {
          const a = cells[target]!;
          if (typeof a === "number" && typeof b === "number") {
            const product = a * b;
            if (product <= MAX && product >= -MAX) {
              cells[target] = product;
              continue;
            }
          }
          result = arithmetic.mul(a, b);
          break;
        }
        case "arithmetic":
          result = operation.compute(cells[target]!, b);
          break;
        case "lpb":
          this.enter(depth++, operation);
          continue;
        case "lpe": {
          const loop = this.loops[depth - 1]!;
          const counter = cells[target]!;
          if (counter >= 0 && counter < loop.counter) {
            loop.counter = counter;
            save(cells, operation.cells, loop.saved);
            place = operation.begin;
            if (executed > budget.operations) {
              budget.operations = 0;
              return outOfBudget;
            }
          } else {
            restore(cells, operation.cells, loop.saved);
            depth--;
          }
          continue;
        }
        case "seq":
          // Past the limit, an error of the callee would hide the one that came first.
          if (executed - 1 + calleeSteps > this.maxSteps) return givenUp;
          try {
            result = this.call(Number(operation.constant), plain(cells[target]!));
          } catch (error) {
            throw error instanceof EvaluationError ? error.locatedAt(operation.operation) : error;
          }
          calleeSteps += this.clock.steps;
          break;
        case "region":
          shift(operation, cells);
          continue;
        default:
          return givenUp;
      }
      if (result === undefined) return givenUp;
      cells[target] = result;
    }
    budget.operations -= executed;
    this.clock.steps = executed + calleeSteps;
    return this.clock.steps > this.maxSteps ? givenUp : plain(cells[0]!);
  }

  private enter(depth: number, { target, cells }: Decoded): void {
    const loop = this.loops[depth] ?? { counter: 0, saved: [] };
    this.loops[depth] = loop;
    loop.counter = this.cells[target]!;
    save(this.cells, cells, loop.saved);
  }
}

/** Without a negative zero, which doubles have and the language has not. */
function plain(value: Value): Value {
  return value === 0 ? 0 : value;
}

function save(from: readonly Value[], cells: readonly number[], into: Value[]): void {
  for (let i = 0; i < cells.length; i++) into[i] = from[cells[i]!]!;
}

function restore(into: Value[], cells: readonly number[], from: readonly Value[]): void {
  for (let i = 0; i < cells.length; i++) into[cells[i]!] = from[i]!;
}

function shift({ operation, target, cells: region }: Decoded, cells: Value[]): void {
  if (region.length === 0) return;
  const { mnemonic } = operation;
  const first = region[0]!;
  const last = region.at(-1)!;
  if (mnemonic === "clr") cells.fill(0, first, last + 1);
  else if (mnemonic === "fil") cells.fill(cells[target]!, first, last + 1);
  else if (mnemonic === "rol") {
    const moved = cells[first]!;
    cells.copyWithin(first, first + 1, last + 1);
    cells[last] = moved;
  } else {
    const moved = cells[last]!;
    cells.copyWithin(first + 1, first, last);
    cells[first] = moved;
  }
}

function decode(nodes: readonly Node[]): Decoded[] {
  const decoded: Decoded[] = [];
  const add = (block: readonly Node[]) => {
    for (const node of block) {
      if (node.kind === "step") {
        decoded.push(decodeStep(node.operation));
        continue;
      }
      const cells = [...written(node.body)];
      const loop = { ...common(node.operation), source: -1, constant: 0, cells };
      decoded.push({ ...loop, code: "lpb" });
      const begin = decoded.length;
      add(node.body);
      decoded.push({ ...loop, code: "lpe", begin });
    }
  };
  add(nodes);
  return decoded;
}

function decodeStep(operation: Operation): Decoded {
  const { mnemonic } = operation;
  const step = common(operation);
  if (mnemonic === "mov" || mnemonic === "add" || mnemonic === "sub" || mnemonic === "mul")
    return { ...step, code: mnemonic };
  if (mnemonic === "seq") return { ...step, code: "seq" };
  if (isArithmetic(mnemonic)) return { ...step, code: "arithmetic", compute: arithmetic[mnemonic] };
  if (regionOf(operation)) {
    const cells = effects(operation).writes;
    return { ...step, code: "region", cells: cells.toSorted((a, b) => a - b) };
  }
  return { ...step, code: "indirect" };
}

function common(operation: Operation): Omit<Decoded, "code"> {
  const { source } = operation;
  return {
    operation,
    target: targetCell(operation),
    source: source.kind === "direct" ? source.cell : -1,
    constant: source.kind === "constant" ? source.value : 0,
    compute: arithmetic.mov,
    begin: 0,
    cells: [],
  };
}
