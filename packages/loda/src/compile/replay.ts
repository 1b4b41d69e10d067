// Incremental evaluation: what of a loop is the same for every term.
//
// The body of a loop usually falls into two parts. The core computes one trajectory that does not depend on the index
// of the term: the divisors, primes or partial sums it runs through. A few varying cells, such as the counter and the
// number of hits still wanted, depend on the index and only decide when to stop:
//
//     lpb $2            ; $2 bounds the search, $0 counts the hits that are still wanted
//       mov $3,$1       ;   core
//       seq $3,10051    ;   core: is $1 a prime?
//       sub $0,$3       ;   varying, reads the core cell $3
//       add $1,1        ;   core
//       sub $2,$0       ;   varying
//     lpe
//
// Once a term has run through some rounds, what the varying operations read of the core is on record, and so is the
// core at a few checkpoints. The next term replays only the varying operations, round by round, up to the first round
// that would not be accepted, and starts the real loop at the last checkpoint before it.
//
// A comparison with a varying operand ends the dependence: its result is put on record too, and a replay stops at the
// first round in which it comes out differently. In a search loop that is the last round.
//
// Here is the analysis of which operations are which. It needs every address to be known before the run.
import { type ArithmeticMnemonic, isArithmetic } from "../language/operation.ts";
import type { Operation } from "../language/program.ts";
import { type CellSet, difference, intersection, overlap, union } from "./cell-set.ts";
import { effects, Liveness, type Loop, type Node, reads, targetCell, written } from "./structure.ts";

/** Where a varying operation takes an operand from. */
export type ReplayOperand =
  | { readonly kind: "varying"; readonly cell: number }
  | { readonly kind: "recorded"; readonly column: number }
  | { readonly kind: "constant" };

export interface ReplayStep {
  readonly operation: Operation;
  readonly mnemonic: ArithmeticMnemonic;
  readonly index: number;
  readonly target: ReplayOperand;
  readonly source: ReplayOperand;
  /** The column in which the result of a comparison is on record; such a step ends the dependence on the index. */
  readonly outcome: number | undefined;
}

/** A value that the real loop puts on record before or after an operation. */
export interface Capture {
  readonly column: number;
  readonly cell: number;
  readonly when: "before" | "after";
}

export interface ReplayPlan {
  readonly steps: readonly ReplayStep[];
  /** Varying cells that hold a core value at the end of a round. */
  readonly reloads: readonly { readonly cell: number; readonly column: number }[];
  readonly captures: ReadonlyMap<number, readonly Capture[]>;
  readonly columns: number;
  /** Columns that hold outcomes. */
  readonly outcomes: readonly number[];
  /** Cells that depend on the index at the start of a round; the counter is one. */
  readonly varying: readonly number[];
  /** Cells that matter at the start of a round. */
  readonly live: CellSet;
  /** Core cells that the first round reads: their values on entry tell whether the record applies. */
  readonly entry: readonly number[];
  /** Core cells that a checkpoint has to restore. */
  readonly core: readonly number[];
  /** The steps of a round, if they are always the same. */
  readonly roundSteps: number | undefined;
}

const comparisons = new Set(["equ", "neq", "leq", "geq"]);

/**
 * The plan for a loop of the outermost level, or `undefined` if its body cannot be parted.
 * @param before the operations ahead of the loop
 * @param after the cells that matter after the loop
 */
export function planReplay(
  loop: Loop,
  before: readonly Node[],
  after: ReadonlySet<number>,
): ReplayPlan | undefined {
  const counter = targetCell(loop.operation);
  const inner = new Liveness([loop], []);
  const readFirst = inner.start(loop);
  const live = union(readFirst, after);
  let varying = intersection(taintedBy(before), live).add(counter);
  for (;;) {
    const body = partBody(loop, varying);
    if (!body?.end.has(counter)) return undefined;
    const next = union(varying, intersection(body.end, live));
    if (next.size === varying.size) {
      const core = written(loop.body);
      return {
        steps: body.steps,
        reloads: body.reloads,
        captures: body.captures,
        columns: body.columns,
        outcomes: body.steps.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome])),
        varying: [...varying].sort((a, b) => a - b),
        live,
        entry: [...difference(readFirst, varying)],
        core: [...difference(intersection(core, live), varying)],
        roundSteps: loop.body.every((node) => node.kind === "step" && node.operation.mnemonic !== "seq")
          ? loop.body.length + 1
          : undefined,
      };
    }
    varying = next;
  }
}

/** The cells that may depend on `$0` after a block, by data or because a loop's rounds do. */
function taintedBy(nodes: readonly Node[], start: ReadonlySet<number> = new Set([0])): Set<number> {
  let tainted = new Set(start);
  for (const node of nodes) {
    if (node.kind === "loop") {
      // Whatever a loop writes depends on how often it ran.
      const touched = reads(node.body).add(targetCell(node.operation));
      if (overlap(touched, tainted)) tainted = union(tainted, written(node.body));
      continue;
    }
    const { reads: read, writes } = effects(node.operation);
    const depends = read.some((cell) => tainted.has(cell));
    for (const cell of writes) {
      if (depends) tainted.add(cell);
      else tainted.delete(cell);
    }
  }
  return tainted;
}

interface PartedBody {
  readonly steps: ReplayStep[];
  readonly reloads: { cell: number; column: number }[];
  readonly captures: Map<number, Capture[]>;
  readonly columns: number;
  /** The cells that depend on the index at the end of a round. */
  readonly end: Set<number>;
}

/** Parts a body given the cells that vary at its start; `undefined` if more than plain operations would vary. */
function partBody(loop: Loop, start: ReadonlySet<number>): PartedBody | undefined {
  const varying = new Set(start);
  const steps: ReplayStep[] = [];
  const captures = new Map<number, Capture[]>();
  let columns = 0;
  const capture = (index: number, cell: number, when: Capture["when"]): number => {
    const list = captures.get(index) ?? [];
    list.push({ column: columns, cell, when });
    captures.set(index, list);
    return columns++;
  };
  for (const node of loop.body) {
    if (node.kind === "loop") {
      const touched = union(reads(node.body), written(node.body)).add(targetCell(node.operation));
      if (overlap(touched, varying)) return undefined;
      continue;
    }
    const { operation, index } = node;
    const { reads: read, writes } = effects(operation);
    if (!read.some((cell) => varying.has(cell))) {
      for (const cell of writes) varying.delete(cell);
      continue;
    }
    const { mnemonic } = operation;
    if (!isArithmetic(mnemonic)) return undefined;
    const cell = targetCell(operation);
    const operand = (of: number): ReplayOperand =>
      varying.has(of)
        ? { kind: "varying", cell: of }
        : { kind: "recorded", column: capture(index, of, "before") };
    const { source } = operation;
    const target: ReplayOperand = mnemonic === "mov" ? { kind: "constant" } : operand(cell);
    const from: ReplayOperand = source.kind === "direct" ? operand(source.cell) : { kind: "constant" };
    if (comparisons.has(mnemonic)) {
      steps.push({
        operation,
        mnemonic,
        index,
        target,
        source: from,
        outcome: capture(index, cell, "after"),
      });
      varying.delete(cell);
    } else {
      steps.push({ operation, mnemonic, index, target, source: from, outcome: undefined });
      varying.add(cell);
    }
  }
  const reloads = [...start]
    .filter((cell) => !varying.has(cell))
    .map((cell) => ({ cell, column: capture(loop.endIndex, cell, "before") }));
  return { steps, reloads, captures, columns, end: varying };
}

/** The core at the start of a round. */
export interface Checkpoint<Cell> {
  readonly round: number;
  readonly cells: readonly Cell[];
}

const maxRounds = 1 << 20;
const maxCheckpoints = 512;

/** How many values all records together may hold; shared by the programs of an evaluator. */
export interface RecordBudget {
  values: number;
}

/** The record of one loop. */
export class LoopRecord<Cell> {
  begun = false;
  entry: readonly Cell[] = [];
  readonly columns: Cell[][];
  /** steps[k]: the steps of the first k rounds, if rounds differ. */
  readonly steps: number[] = [0];
  /** Rounds on record. */
  length: number;
  checkpoints: Checkpoint<Cell>[] = [];
  private readonly budget: RecordBudget;

  /** @param endless the rounds need no record, because nothing is read of the core and all take the same steps */
  constructor(columns: number, endless: boolean, budget: RecordBudget) {
    this.columns = Array.from({ length: columns }, () => []);
    this.length = endless ? Number.POSITIVE_INFINITY : 0;
    this.budget = budget;
  }

  begin(entry: readonly Cell[]): void {
    this.begun = true;
    this.entry = entry;
  }

  /** Whether the next round may go on record. */
  takes(): boolean {
    if (this.length >= maxRounds || this.budget.values <= 0) return false;
    this.budget.values -= this.columns.length + 1;
    return true;
  }

  /** Whether a checkpoint at the start of a round is of use. */
  wantsCheckpoint(round: number): boolean {
    if (round === 0 || round > this.length) return false;
    const last = this.checkpoints.at(-1);
    return !last || round > last.round;
  }

  addCheckpoint(round: number, cells: readonly Cell[]): void {
    if (this.checkpoints.length >= maxCheckpoints)
      this.checkpoints = this.checkpoints.filter((_, i) => i % 2 === 1);
    this.checkpoints.push({ round, cells });
  }
}
