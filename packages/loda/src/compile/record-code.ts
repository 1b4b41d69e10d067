// The code around a loop that keeps a record for incremental evaluation; see replay.ts for what it does.
//
// Names in the generated code, for record i: H the record, h0… its columns, k the round, dev whether this run has left
// the trajectory on record, g0… the captured values of the round, v… the varying cells in a replay.
import type { Operand } from "../language/program.ts";
import type { Capture, ReplayOperand, ReplayPlan } from "./replay.ts";
import { type Loop, targetCell } from "./structure.ts";

export class RecordCode {
  readonly plan: ReplayPlan;
  private readonly counter: number;
  private readonly i: number;
  private readonly counting: boolean;
  private readonly closed: string | undefined;

  constructor(plan: ReplayPlan, loop: Loop, i: number, numbers: boolean) {
    this.plan = plan;
    this.i = i;
    this.counter = targetCell(loop.operation);
    this.counting = plan.columns > 0 || plan.roundSteps === undefined;
    this.closed = numbers ? this.closedForm() : undefined;
  }

  static declare(i: number, plan: ReplayPlan): string[] {
    const endless = plan.columns === 0 && plan.roundSteps !== undefined;
    return [
      `const H${i} = makeRecord(${plan.columns}, ${endless});`,
      ...Array.from({ length: plan.columns }, (_, j) => `const h${i}_${j} = H${i}.columns[${j}];`),
    ];
  }

  enter(): string[] {
    const { plan, i } = this;
    const same = plan.entry.map((cell, j) => `H${i}.entry[${j}] === c${cell}`);
    const captured = Array.from({ length: plan.columns }, (_, j) => `g${i}_${j} = 0`);
    return [
      `let k${i}r = 0, dev${i} = false;`,
      ...(captured.length > 0 ? [`let ${captured.join(", ")};`] : []),
      `if (!H${i}.begun) H${i}.begin([${plan.entry.map((cell) => `c${cell}`).join(", ")}]);`,
      ...(same.length > 0 ? [`else if (!(${same.join(" && ")})) dev${i} = true;`] : []),
    ];
  }

  value(column: number): string {
    return `h${this.i}_${column}[j]`;
  }

  operand(operand: ReplayOperand, source: Operand): string {
    switch (operand.kind) {
      case "varying":
        return `v${operand.cell}`;
      case "recorded":
        return this.value(operand.column);
      case "constant":
        // The target of a mov is not read.
        return source.kind === "constant" ? literal(source.value) : "0";
    }
  }

  beginReplay(): string[] {
    const { plan, i, counter } = this;
    const passing = plan.steps
      .map(({ operation }) => targetCell(operation))
      .filter((cell) => !plan.varying.includes(cell));
    const start = [
      ...plan.varying.map((cell) => `v${cell} = c${cell}, w${cell} = c${cell}`),
      ...new Set(passing.map((cell) => `v${cell} = 0`)),
    ].join(", ");
    const head = [`if (!dev${i} && H${i}.checkpoints.length > 0) {`, `const P = H${i}.checkpoints;`];
    if (this.closed) return head;
    return [
      ...head,
      `let ${start}, p = -1, i = 0, next = P[0].round;`,
      `replay: for (let j = 0; j < H${i}.length; ) {`,
      `const before = v${counter};`,
    ];
  }

  finishReplay(): string[] {
    const { plan, i, counter } = this;
    const jump = [
      `const q = P[p].cells; k${i}r = P[p].round;`,
      ...plan.core.map((cell, j) => `c${cell} = q[${j}];`),
      `s += ${plan.roundSteps === undefined ? `H${i}.steps[k${i}r]` : `k${i}r * ${plan.roundSteps}`};`,
      "if (s > lim) lim = clock.tick(s);",
    ];
    if (this.closed) {
      return [
        `const rounds = ${this.closed};`,
        "let p = P.length - 1; while (p >= 0 && P[p].round > rounds) p--;",
        `if (p >= 0) { ${jump.join(" ")} ${this.closedCounter()} }`,
        "}",
      ];
    }
    return [
      ...plan.reloads.map(({ cell, column }) => `v${cell} = ${this.value(column)};`),
      `if (!(v${counter} >= 0 && v${counter} < before)) break;`,
      "if (++j === next) {",
      `p = i; ${plan.varying.map((cell) => `w${cell} = v${cell};`).join(" ")}`,
      "if (++i === P.length) break;",
      "next = P[i].round;",
      "}",
      "}",
      `if (p >= 0) { ${jump.join(" ")} ${plan.varying.map((cell) => `c${cell} = w${cell};`).join(" ")} }`,
      "}",
    ];
  }

  get isClosed(): boolean {
    return this.closed !== undefined;
  }

  beginRound(): string[] {
    return this.plan.roundSteps === undefined ? [`const s${this.i}r = s;`] : [];
  }

  capture({ column, cell }: Capture): string {
    return `g${this.i}_${column} = c${cell};`;
  }

  /** At the end of an accepted round. */
  acceptRound(): string[] {
    const { plan, i } = this;
    if (!this.counting) return [`k${i}r++;`];
    const stores = Array.from({ length: plan.columns }, (_, j) => `h${i}_${j}[k${i}r] = g${i}_${j};`);
    if (plan.roundSteps === undefined)
      stores.push(`H${i}.steps[k${i}r + 1] = H${i}.steps[k${i}r] + (s - s${i}r);`);
    const differs = plan.outcomes.map((column) => `h${i}_${column}[k${i}r] !== g${i}_${column}`);
    return [
      `if (!dev${i}) {`,
      `if (k${i}r === H${i}.length) { if (H${i}.takes()) { ${stores.join(" ")} H${i}.length++; } }`,
      ...(differs.length > 0
        ? [`else if (k${i}r < H${i}.length && (${differs.join(" || ")})) dev${i} = true;`]
        : []),
      "}",
      `k${i}r++;`,
    ];
  }

  /** After the loop: the cells are those at the start of the round that was undone. */
  leave(): string[] {
    const { plan, i } = this;
    return [
      `if (!dev${i} && H${i}.wantsCheckpoint(k${i}r)) H${i}.addCheckpoint(k${i}r, [${plan.core.map((cell) => `c${cell}`).join(", ")}]);`,
    ];
  }

  /** The number of accepted rounds, when all that varies is a counter that falls by a constant. */
  private closedForm(): string | undefined {
    const fall = this.fall();
    if (!fall) return undefined;
    const c = `c${this.counter}`;
    return `${c} < ${fall.by} ? ${fall.truncated ? `${c} > 0 ? 1 : 0` : "0"} : Math.${fall.truncated ? "ceil" : "floor"}(${c} / ${fall.by})`;
  }

  private closedCounter(): string {
    const fall = this.fall()!;
    const c = `c${this.counter}`;
    const next = `${c} - k${this.i}r * ${fall.by}`;
    return fall.truncated ? `${c} = Math.max(${next}, 0);` : `${c} = ${next};`;
  }

  private fall(): { by: number; truncated: boolean } | undefined {
    const { steps, varying, columns } = this.plan;
    const only = steps[0];
    if (steps.length !== 1 || varying.length !== 1 || columns > 0 || !only) return undefined;
    const { mnemonic, source } = only.operation;
    if (source.kind !== "constant" || typeof source.value === "bigint") return undefined;
    const by = mnemonic === "add" ? -source.value : source.value;
    if (by <= 0 || !["sub", "add", "trn"].includes(mnemonic)) return undefined;
    return { by, truncated: mnemonic === "trn" };
  }
}

function literal(value: number | bigint): string {
  const text = typeof value === "bigint" ? `${value}n` : String(value);
  return value < 0 ? `(${text})` : text;
}
