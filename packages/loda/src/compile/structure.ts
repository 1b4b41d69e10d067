// A program as a tree of loops, with what each part reads and writes: what the code generator works on.

import { region } from "../evaluate/memory.ts";
import type { Operation, Program } from "../language/program.ts";
import { usesFragments } from "../language/program.ts";
import { maxNesting } from "../language/validate.ts";
import { union } from "./cell-set.ts";

export interface Step {
  readonly kind: "step";
  readonly operation: Operation;
  /** Its place in the program, for error messages. */
  readonly index: number;
}

export interface Loop {
  readonly kind: "loop";
  readonly operation: Operation;
  readonly index: number;
  /** The place of its lpe. */
  readonly endIndex: number;
  readonly body: readonly Node[];
}

export type Node = Step | Loop;

/** More cells than this are kept in an array rather than in local variables. */
const maxLocalCells = 160;

export interface Structure {
  readonly body: readonly Node[];
  /** Loops compare memory regions. */
  readonly fragments: boolean;
  /** Every address is known before the run, so that each cell can be a local variable. */
  readonly local: boolean;
  /** All cells that are named directly, in order. */
  readonly cells: readonly number[];
  /** The highest address that can be written. */
  readonly maxCell: number;
}

/**
 * The tree of a program, or `undefined` if only the interpreter can run it: when a loop is not closed, a constant
 * stands where a cell is needed, or a called program is not known before the run.
 */
export function structure(program: Program, maxCell: number): Structure | undefined {
  const body = nest(program.operations);
  if (!body || program.operations.some(isOutOfReach)) return undefined;
  const fragments = usesFragments(program);
  const named = new Set([0]);
  let local = !fragments;
  for (const operation of program.operations) {
    const { mnemonic, target, source } = operation;
    if (target.kind === "indirect" || source.kind === "indirect") local = false;
    for (const operand of [target, source]) if (operand.kind !== "constant") named.add(operand.cell);
    const range = regionOf(operation);
    if (range === "dynamic") local = false;
    else if (range) {
      // Errors of regions are left to the array code, which meets them at run time.
      if (
        range.to - range.from > maxLocalCells ||
        (mnemonic !== "clr" && (range.from < 0 || range.to > maxCell + 1))
      )
        local = false;
      else for (let cell = Math.max(0, range.from); cell < range.to; cell++) named.add(cell);
    }
  }
  const cells = [...named].sort((a, b) => a - b);
  if (cells.length > maxLocalCells || cells.at(-1)! > maxCell) local = false;
  return { body, fragments, local, cells, maxCell };
}

function nest(operations: readonly Operation[]): Node[] | undefined {
  const root: Node[] = [];
  const open: { operation: Operation; index: number; outer: Node[] }[] = [];
  let current = root;
  for (const [index, operation] of operations.entries()) {
    if (operation.mnemonic === "lpb") {
      if (open.length >= maxNesting) return undefined;
      open.push({ operation, index, outer: current });
      current = [];
    } else if (operation.mnemonic === "lpe") {
      const begin = open.pop();
      if (!begin) return undefined;
      begin.outer.push({
        kind: "loop",
        operation: begin.operation,
        index: begin.index,
        endIndex: index,
        body: current,
      });
      current = begin.outer;
    } else current.push({ kind: "step", operation, index });
  }
  return open.length === 0 ? root : undefined;
}

function isOutOfReach({ mnemonic, target, source }: Operation): boolean {
  if (mnemonic === "lpe") return false;
  if (target.kind === "constant" || mnemonic === "prg") return true;
  return mnemonic === "seq" && source.kind !== "constant";
}

/** The cells of a memory operation: known, not known before the run, or none. */
export function regionOf({
  mnemonic,
  target,
  source,
}: Operation): { from: number; to: number } | "dynamic" | undefined {
  if (mnemonic !== "clr" && mnemonic !== "fil" && mnemonic !== "rol" && mnemonic !== "ror") return undefined;
  if (target.kind !== "direct" || source.kind !== "constant" || typeof source.value === "bigint")
    return "dynamic";
  return region(target.cell, source.value);
}

export interface Effects {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}

/** The cells that one operation reads and writes, in a program whose addresses are all known. */
export function effects(operation: Operation): Effects {
  const { mnemonic, source } = operation;
  const range = regionOf(operation);
  if (range && range !== "dynamic") {
    const cells: number[] = [];
    for (let cell = Math.max(0, range.from); cell < range.to; cell++) cells.push(cell);
    if (mnemonic === "clr") return { reads: [], writes: cells };
    if (mnemonic === "fil") return { reads: [targetCell(operation)], writes: cells };
    return { reads: cells, writes: cells };
  }
  const cell = targetCell(operation);
  const reads = mnemonic === "mov" ? [] : [cell];
  if (source.kind === "direct") reads.push(source.cell);
  return { reads, writes: [cell] };
}

/** The cell of a direct target. */
export function targetCell({ target }: Operation): number {
  if (target.kind !== "direct") throw new Error("the target is not a direct cell");
  return target.cell;
}

/** Every cell that a block writes, inner loops included. */
export function written(body: readonly Node[]): Set<number> {
  const cells = new Set<number>();
  for (const node of body) {
    if (node.kind === "loop") for (const cell of written(node.body)) cells.add(cell);
    else for (const cell of effects(node.operation).writes) cells.add(cell);
  }
  return cells;
}

/** Every cell that a block may read, the counters of inner loops included. */
export function reads(body: readonly Node[]): Set<number> {
  const cells = new Set<number>();
  for (const node of body) {
    if (node.kind === "loop") {
      cells.add(targetCell(node.operation));
      for (const cell of reads(node.body)) cells.add(cell);
    } else for (const cell of effects(node.operation).reads) cells.add(cell);
  }
  return cells;
}

/**
 * Which cells still matter after each loop, for a program whose addresses are all known. A cell that does not need
 * not be restored when the last round of the loop is undone.
 */
export class Liveness {
  private readonly afterLoops = new Map<Loop, ReadonlySet<number>>();
  private readonly starts = new Map<Loop, ReadonlySet<number>>();

  constructor(body: readonly Node[], outputs: Iterable<number>) {
    this.before(body, new Set(outputs));
  }

  after(loop: Loop): ReadonlySet<number> {
    return this.afterLoops.get(loop)!;
  }

  /** The cells that matter at the start of a round. */
  start(loop: Loop): ReadonlySet<number> {
    return this.starts.get(loop)!;
  }

  /** The cells that matter before a block, given those that matter after it. */
  private before(body: readonly Node[], after: ReadonlySet<number>): Set<number> {
    let live = new Set(after);
    for (const node of body.toReversed()) {
      if (node.kind === "loop") live = this.beforeLoop(node, live);
      else {
        const { reads, writes } = effects(node.operation);
        for (const cell of writes) live.delete(cell);
        for (const cell of reads) live.add(cell);
      }
    }
    return live;
  }

  /**
   * At the start of a round matter: what the round reads, the counter, and (since the round may be undone) all that
   * matters after the loop. The end of a round leads to the start of the next: a least fixed point.
   */
  private beforeLoop(loop: Loop, after: ReadonlySet<number>): Set<number> {
    const known = this.afterLoops.get(loop);
    this.afterLoops.set(loop, union(known ?? new Set(), after));
    let start = new Set(after).add(targetCell(loop.operation));
    for (;;) {
      const next = union(this.before(loop.body, start), start);
      if (next.size === start.size) {
        this.starts.set(loop, new Set(next));
        return next;
      }
      start = next;
    }
  }
}
