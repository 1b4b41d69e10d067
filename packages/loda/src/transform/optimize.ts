// The optimiser: fewer operations for the same terms.
//
// Every term that the program has stays the same. A run that fails may succeed afterwards, because an operation that
// fails without being needed is dropped, and steps become fewer. Programs with computed addresses only lose operations
// that do nothing.

import { lastRound } from "../compile/predict.ts";
import {
  effects,
  Liveness,
  type Loop,
  type Node,
  type Step,
  structure,
  targetCell,
  written,
} from "../compile/structure.ts";
import { EvaluationError } from "../evaluate/error.ts";
import { FastEvaluator } from "../evaluate/fast.ts";
import { defaultLimits } from "../evaluate/limits.ts";
import type { ProgramStore } from "../evaluate/store.ts";
import { isArithmetic } from "../language/operation.ts";
import {
  constant,
  inputCell,
  type Operation,
  outputCell,
  type Program,
  sameOperand,
} from "../language/program.ts";
import { arithmetic } from "../number/arithmetic.ts";
import type { Value } from "../number/value.ts";

/** Repeats the passes until none of them finds anything. */
export function optimize(program: Program): Program {
  let current = program;
  for (;;) {
    const tree = structure(current, defaultLimits.cells);
    const next = tree?.local
      ? simplify(current, tree.body)
      : { ...current, operations: current.operations.filter(hasEffect) };
    if (
      next.operations.length === current.operations.length &&
      next.operations.every((operation, i) => sameOperation(operation, current.operations[i]!))
    )
      return next;
    current = next;
  }
}

function sameOperation(a: Operation, b: Operation): boolean {
  return a.mnemonic === b.mnemonic && sameOperand(a.target, b.target) && sameOperand(a.source, b.source);
}

function simplify(program: Program, body: readonly Node[]): Program {
  const folded = fold(body, new KnownCells());
  const live = new Liveness(folded, [outputCell]);
  return { ...program, operations: flatten(removeDead(folded, new Set([outputCell]), live)) };
}

function flatten(nodes: readonly Node[]): Operation[] {
  return nodes.flatMap((node) =>
    node.kind === "step"
      ? [node.operation]
      : [
          node.operation,
          ...flatten(node.body),
          {
            mnemonic: "lpe",
            target: constant(0),
            source: constant(0),
            position: node.operation.position,
          } as const,
        ],
  );
}

/** Whether an operation can change anything at all. */
function hasEffect({ mnemonic, target, source }: Operation): boolean {
  if (sameOperand(target, source) && ["mov", "min", "max", "ban", "bor"].includes(mnemonic)) return false;
  if (source.kind !== "constant") return true;
  switch (mnemonic) {
    case "add":
    case "sub":
      return source.value !== 0;
    case "mul":
    case "div":
    case "pow":
    case "nrt":
      // nrt with 1 leaves a non-negative number and fails for a negative one.
      return source.value !== 1;
    case "dif":
    case "dir":
      return source.value !== 1 && source.value !== 0;
    case "ban":
      return source.value !== -1;
    case "bor":
    case "bxo":
      return source.value !== 0;
    case "clr":
    case "rol":
    case "ror":
      return source.value !== 0 && !(mnemonic !== "clr" && (source.value === 1 || source.value === -1));
    case "fil":
      return source.value !== 0 && source.value !== 1 && source.value !== -1;
    default:
      return true;
  }
}

/** Cells whose value is known at a point of the program. */
class KnownCells {
  private readonly values: Map<number, Value>;
  /** Cells that were never written are 0, all but the input. */
  private readonly touched: Set<number>;

  constructor(values: Iterable<readonly [number, Value]> = [], touched: Iterable<number> = [inputCell]) {
    this.values = new Map(values);
    this.touched = new Set(touched);
  }

  get(cell: number): Value | undefined {
    return this.values.get(cell) ?? (this.touched.has(cell) ? undefined : 0);
  }

  set(cell: number, value: Value | undefined): void {
    this.touched.add(cell);
    if (value === undefined) this.values.delete(cell);
    else this.values.set(cell, value);
  }

  copy(): KnownCells {
    return new KnownCells(this.values, this.touched);
  }
}

/** Replaces cells by the constants they hold, computes what can be computed, and merges neighbours. */
function fold(nodes: readonly Node[], known: KnownCells): Node[] {
  const result: Node[] = [];
  for (const node of nodes) {
    if (node.kind === "loop") {
      const changed = written(node.body);
      for (const cell of changed) known.set(cell, undefined);
      result.push({ ...node, body: fold(node.body, known.copy()) });
      continue;
    }
    const operation = foldStep(node.operation, known);
    if (!hasEffect(operation)) continue;
    const previous = result.at(-1);
    const merged = previous?.kind === "step" ? merge(previous.operation, operation) : undefined;
    if (merged) result.pop();
    result.push({ ...node, operation: merged ?? operation });
  }
  return result;
}

function foldStep(operation: Operation, known: KnownCells): Operation {
  const { mnemonic, source } = operation;
  if (!isArithmetic(mnemonic)) {
    for (const cell of effects(operation).writes) known.set(cell, mnemonic === "clr" ? 0 : undefined);
    return operation;
  }
  const cell = targetCell(operation);
  const b =
    source.kind === "direct" ? known.get(source.cell) : source.kind === "constant" ? source.value : undefined;
  const a = known.get(cell);
  let folded: Operation = b === undefined ? operation : { ...operation, source: constant(b) };
  if (b !== undefined && (a !== undefined || mnemonic === "mov")) {
    const value = arithmetic[mnemonic](a ?? 0, b);
    known.set(cell, value);
    // An operation that fails stays as it is.
    return value === undefined ? operation : { ...operation, mnemonic: "mov", source: constant(value) };
  }
  if (mnemonic === "mul" && b === 0) {
    known.set(cell, 0);
    return { ...operation, mnemonic: "mov", source: constant(0) };
  }
  // 0 + b and 1 · b are b.
  if ((mnemonic === "add" && a === 0) || (mnemonic === "mul" && a === 1))
    folded = { ...folded, mnemonic: "mov" };
  known.set(cell, undefined);
  return folded;
}

/** One operation for two neighbours on the same cell, if there is one. */
function merge(first: Operation, second: Operation): Operation | undefined {
  if (!sameOperand(first.target, second.target)) return undefined;
  const cell = targetCell(first);
  // What is overwritten at once need not be computed.
  if (
    second.mnemonic === "mov" &&
    isArithmetic(first.mnemonic) &&
    !(second.source.kind === "direct" && second.source.cell === cell)
  )
    return second;
  if (first.source.kind !== "constant" || second.source.kind !== "constant") return undefined;
  const sum = sumOf(first);
  const other = sumOf(second);
  if (sum !== undefined && other !== undefined) {
    const total = arithmetic.add(sum, other);
    if (total === undefined) return undefined;
    return total < 0
      ? { ...first, mnemonic: "sub", source: constant(arithmetic.sub(0, total)!) }
      : { ...first, mnemonic: "add", source: constant(total) };
  }
  if (first.mnemonic === "mul" && second.mnemonic === "mul") {
    const product = arithmetic.mul(first.source.value, second.source.value);
    return product === undefined ? undefined : { ...first, source: constant(product) };
  }
  return undefined;
}

/** The constant that an operation adds. */
function sumOf({ mnemonic, source }: Operation): Value | undefined {
  if (source.kind !== "constant") return undefined;
  return mnemonic === "add" ? source.value : mnemonic === "sub" ? arithmetic.sub(0, source.value) : undefined;
}

/** Drops operations whose results are not needed, and loops that change nothing that is. */
function removeDead(nodes: readonly Node[], after: ReadonlySet<number>, live: Liveness): Node[] {
  const kept: Node[] = [];
  let needed = new Set(after);
  for (const node of nodes.toReversed()) {
    if (node.kind === "loop") {
      if (!isNeeded(node, needed)) continue;
      kept.push({ ...node, body: removeDead(node.body, live.start(node), live) });
      needed = new Set(live.start(node));
    } else {
      const { reads, writes } = effects(node.operation);
      if (!writes.some((cell) => needed.has(cell))) continue;
      kept.push(node satisfies Step);
      for (const cell of writes) needed.delete(cell);
      for (const cell of reads) needed.add(cell);
    }
  }
  return kept.toReversed();
}

function isNeeded(loop: Loop, needed: ReadonlySet<number>): boolean {
  // A loop whose only round is always undone changes nothing.
  if (lastRound(loop)?.kind === "always") return false;
  for (const cell of written(loop.body)) if (needed.has(cell)) return true;
  return false;
}

export interface Comparison {
  /** Terms that were compared. */
  readonly terms: number;
  /** The first index at which the second program has another term or none; `undefined` if there is none. */
  readonly difference: number | undefined;
}

export interface CompareOptions {
  readonly terms?: number;
  readonly store?: ProgramStore;
  readonly milliseconds?: number;
}

/** Runs two programs side by side, as far as the first has terms. */
export function compare(original: Program, changed: Program, options: CompareOptions = {}): Comparison {
  const { terms = 50, store, milliseconds = 10_000 } = options;
  const create = () => new FastEvaluator({ ...(store ? { store } : {}), limits: { milliseconds } });
  const [a, b] = [create(), create()];
  a.start();
  b.start();
  for (let i = 0; i < terms; i++) {
    const index = original.offset + i;
    let wanted: Value;
    try {
      wanted = a.term(original, index).value;
    } catch (error) {
      if (error instanceof EvaluationError) return { terms: i, difference: undefined };
      throw error;
    }
    try {
      if (b.term(changed, index).value !== wanted) return { terms: i, difference: index };
    } catch (error) {
      if (error instanceof EvaluationError) return { terms: i, difference: index };
      throw error;
    }
  }
  return { terms, difference: undefined };
}
