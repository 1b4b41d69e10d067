// The code generator: a program becomes the source of a JavaScript function that the engine can optimise.
//
// There are two dialects of the same code. `numbers` keeps every cell a double and returns NaN as soon as a value
// leaves the safe range or anything fails; the caller then runs the term again in the other dialect. `values` mixes
// doubles and bigints and throws the same errors as the interpreter. Terms depend on nothing but their argument, so
// that running one again is always right.
//
// Steps are added up a block at a time, ahead of the block. Whoever passes the limit is not told here after which
// operation: the caller runs the term again with `stepwise`, which counts one by one.
import type { ArithmeticMnemonic, MemoryMnemonic } from "../language/operation.ts";
import { isArithmetic, isMemory } from "../language/operation.ts";
import type { Operand, Operation, Program } from "../language/program.ts";
import { cannotFail, lastRound } from "./predict.ts";
import { RecordCode } from "./record-code.ts";
import { type Capture, planReplay, type ReplayPlan } from "./replay.ts";
import {
  Liveness,
  type Loop,
  type Node,
  regionOf,
  type Step,
  type Structure,
  targetCell,
  written,
} from "./structure.ts";

export type Dialect = "numbers" | "values";

export interface GenerateOptions {
  readonly dialect: Dialect;
  readonly stepwise: boolean;
}

/** The parameters of the generated factory, in order; see link.ts for what they are. */
export const factoryParameters = [
  "lib",
  "memory",
  "calls",
  "clock",
  "fail",
  "fragmentLess",
  "makeRecord",
] as const;

const MAX = Number.MAX_SAFE_INTEGER;

/** The body of a factory function that returns the compiled function `(argument) => value`. */
export function generate(program: Program, tree: Structure, options: GenerateOptions): string {
  return new Generator(program, tree, options).source();
}

class Generator {
  private readonly lines: string[] = [];
  private readonly tree: Structure;
  private readonly numbers: boolean;
  private readonly stepwise: boolean;
  private readonly liveness: Liveness | undefined;
  private readonly callees: readonly number[];
  private readonly plans = new Map<Loop, ReplayPlan>();
  private readonly captures = new Map<number, { record: RecordCode; captures: readonly Capture[] }>();
  private names = 0;
  private records = 0;
  private snapshots = 0;

  constructor(program: Program, tree: Structure, { dialect, stepwise }: GenerateOptions) {
    this.tree = tree;
    this.numbers = dialect === "numbers";
    this.stepwise = stepwise;
    this.liveness = tree.local ? new Liveness(tree.body, [0]) : undefined;
    this.callees = calleesOf(program);
    if (tree.local && !stepwise) this.plan();
  }

  /** Loops of the outermost level are worth a record; inner ones start from too many states. */
  private plan(): void {
    for (const [i, node] of this.tree.body.entries()) {
      if (node.kind !== "loop") continue;
      const plan = planReplay(node, this.tree.body.slice(0, i), this.liveness!.after(node));
      if (plan) this.plans.set(node, plan);
    }
  }

  source(): string {
    const { tree } = this;
    this.block(tree.body);
    const head = [
      '"use strict";',
      ...this.callees.map((_, i) => `const k${i} = calls[${i}];`),
      ...Object.keys(this.usedLibrary()).map((name) => `const ${name}_ = lib.${name};`),
    ];
    if (!tree.local) {
      head.push("const M = memory.cells;");
      for (let i = 0; i < this.snapshots; i++) head.push(`const Z${i} = {cells: [], high: 0};`);
    }
    for (const plan of this.plans.values())
      head.push(...RecordCode.declare([...this.plans.values()].indexOf(plan), plan));
    const start = tree.local
      ? tree.cells.map((cell) => `let c${cell} = ${cell === 0 ? "n" : "0"};`).join(" ")
      : "memory.reset(); M[0] = n; memory.high = 1;";
    return [
      ...head,
      "return (function(n) {",
      start,
      "let s = 0, lim = clock.first;",
      ...this.lines,
      "clock.steps = s;",
      `return ${tree.local ? "c0" : "M[0]"}${this.numbers ? " + 0" : ""};`,
      // In parentheses, so that the engine compiles the function at once instead of looking over it first.
      "});",
    ].join("\n");
  }

  private usedLibrary(): Record<string, true> {
    const used: Record<string, true> = {};
    for (const line of this.lines)
      for (const [, name] of line.matchAll(/\b([a-z]{3})_\(/g)) used[name!] = true;
    return used;
  }

  private emit(...lines: string[]): void {
    this.lines.push(...lines);
  }

  private name(prefix: string): string {
    return `${prefix}${this.names++}`;
  }

  /** Leaves the numbers dialect, or throws. */
  private leave(failure: string): string {
    return this.numbers ? "return NaN;" : failure;
  }

  /** @param end the place of the lpe that closes the block */
  private block(nodes: readonly Node[], end?: number): void {
    if (!this.stepwise) this.count(nodes.length + (end === undefined ? 0 : 1));
    for (const node of nodes) {
      this.capture(node.index, "before");
      if (node.kind === "loop") this.loop(node);
      else {
        this.step(node);
        this.countOne(node.index);
      }
      this.capture(node.index, "after");
    }
    if (end !== undefined) this.capture(end, "before");
  }

  private capture(index: number, when: Capture["when"]): void {
    const point = this.captures.get(index);
    for (const capture of point?.captures ?? [])
      if (capture.when === when) this.emit(point!.record.capture(capture));
  }

  private count(steps: number): void {
    if (steps > 0) this.emit(`s += ${steps}; if (s > lim) lim = clock.tick(s);`);
  }

  private countOne(index: number): void {
    if (this.stepwise)
      this.emit(`if (++s > lim) { lim = clock.next(s); if (s > lim) fail.steps(${index}, lim); }`);
  }

  // Loops

  private loop(loop: Loop): void {
    if (this.tree.fragments) this.fragmentLoop(loop);
    else if (this.tree.local) this.localLoop(loop);
    else this.arrayLoop(loop);
  }

  private localLoop(loop: Loop): void {
    const counter = `c${targetCell(loop.operation)}`;
    const plan = this.plans.get(loop);
    // A checkpoint is taken after the loop: then all that matters at the start of a round has to be restored.
    const needed = plan ? plan.live : this.liveness!.after(loop);
    const restored = [...written(loop.body)].filter((cell) => needed.has(cell));
    const saved = restored.map((cell) => ({ cell: `c${cell}`, copy: this.name("z") }));
    const save = saved.map(({ cell, copy }) => `${copy} = ${cell};`).join(" ");
    const restore = saved.map(({ cell, copy }) => `${cell} = ${copy};`).join(" ");
    const declare = saved.length > 0 ? [`let ${saved.map(({ copy }) => `${copy} = 0`).join(", ")};`] : [];
    this.emit("{", ...declare);
    const record = plan && new RecordCode(plan, loop, this.records++, this.numbers);
    if (record) {
      for (const [index, captures] of plan.captures) this.captures.set(index, { record, captures });
      this.emit(...record.enter());
      this.replay(record);
    }
    this.rounds(loop, counter, save, restore, lastRound(loop), record);
    if (record) this.emit(...record.leave());
    this.emit("}");
  }

  /** The varying operations alone, up to the last checkpoint before the round that is not accepted. */
  private replay(record: RecordCode): void {
    this.emit(...record.beginReplay());
    for (const step of record.isClosed ? [] : record.plan.steps) {
      if (this.numbers && isBigConstant(step.operation.source)) {
        this.emit("break;");
        continue;
      }
      const { mnemonic } = step;
      const { source } = step.operation;
      const into = step.outcome === undefined ? `v${targetCell(step.operation)}` : "o";
      this.emit(`{ let o = ${record.operand(step.target, source)};`);
      this.compute(mnemonic, "o", record.operand(step.source, source), source, "o", "break replay;");
      if (!this.numbers && mnemonic !== "mov") this.emit("if (o === undefined) break replay;");
      this.emit(
        step.outcome === undefined
          ? `${into} = o; }`
          : `if (o !== ${record.value(step.outcome)}) break replay; }`,
      );
    }
    this.emit(...record.finishReplay());
  }

  private arrayLoop(loop: Loop): void {
    const snapshot = `Z${this.snapshots++}`;
    this.emit("{");
    const counter = this.readCode(loop.operation.target, loop.index);
    this.rounds(loop, counter, `memory.snapshot(${snapshot});`, `memory.restore(${snapshot});`, undefined);
    this.emit("}");
  }

  /** The rounds of a loop that compares one counter. */
  private rounds(
    loop: Loop,
    counter: string,
    save: string,
    restore: string,
    last: ReturnType<typeof lastRound>,
    record?: RecordCode,
  ): void {
    const begin = record ? record.beginRound() : [];
    const accept = record ? record.acceptRound() : [];
    this.countOne(loop.index);
    if (last) {
      const condition = last.kind === "always" ? "true" : `${counter} < ${last.bound}`;
      if (this.numbers && !this.stepwise && last.kind === "below" && cannotFail(loop)) {
        this.emit(`while (${counter} >= ${last.bound}) {`, ...begin);
        this.block(loop.body, loop.endIndex);
        this.emit(...accept, "}");
        this.count(loop.body.length + 1);
        return;
      }
      const flag = this.name("d");
      this.emit("for (;;) {", ...begin, `const ${flag} = ${condition}; if (${flag}) { ${save} }`);
      this.block(loop.body, loop.endIndex);
      this.countOne(loop.endIndex);
      this.emit(`if (${flag}) { ${restore} break; }`, ...accept, "}");
      return;
    }
    const before = this.name("p");
    const now = this.name("q");
    this.emit(`let ${before} = ${counter};`, "for (;;) {", ...begin, save);
    this.block(loop.body, loop.endIndex);
    const reread = this.tree.local ? counter : this.readCode(loop.operation.target, loop.endIndex);
    this.emit(`const ${now} = ${reread};`);
    this.emit(`const again = ${now} >= 0 && ${now} < ${before};`, `if (!again) { ${restore} }`);
    this.countOne(loop.endIndex);
    this.emit("if (!again) break;", `${before} = ${now};`, ...accept, "}");
  }

  /** A loop of a program whose loops compare regions: the lengths and starts are evaluated again at lpe. */
  private fragmentLoop(loop: Loop): void {
    const { target, source } = loop.operation;
    if (this.numbers && isBigConstant(source)) {
      this.emit("return NaN;");
      return;
    }
    const snapshot = `Z${this.snapshots++}`;
    const [length, before, now] = [this.name("l"), this.name("f"), this.name("f")];
    this.emit("{");
    this.emit(`let ${length} = ${this.int64Code(this.readCode(source, loop.index), loop.index)};`);
    this.emit(`let ${before} = memory.fragment(${this.addressCode(target, loop.index)}, ${length});`);
    this.emit(`if (!Array.isArray(${before})) ${this.leave(`fail.raise(${loop.index}, ${before});`)}`);
    this.countOne(loop.index);
    this.emit("for (;;) {", `memory.snapshot(${snapshot});`);
    this.block(loop.body, loop.endIndex);
    const start = this.name("a");
    this.emit(`const ${start} = ${this.addressCode(target, loop.endIndex)};`);
    const again = this.int64Code(this.readCode(source, loop.endIndex), loop.endIndex);
    this.emit(`const least = Math.min(${length}, ${again});`);
    this.emit(`const ${now} = memory.fragment(${start}, least);`);
    this.emit(`if (!Array.isArray(${now})) ${this.leave(`fail.raise(${loop.endIndex}, ${now});`)}`);
    this.emit(`const again = fragmentLess(${now}, ${before}, least);`);
    this.emit(`if (!again) memory.restore(${snapshot});`);
    this.countOne(loop.endIndex);
    this.emit("if (!again) break;", `${before} = ${now}; ${length} = least;`, "}", "}");
  }

  // Steps

  private step({ operation, index }: Step): void {
    const { mnemonic } = operation;
    if (this.numbers && isBigConstant(operation.source)) this.emit("return NaN;");
    else if (isMemory(mnemonic)) this.memoryStep(operation, mnemonic, index);
    else if (mnemonic === "seq") this.callStep(operation, index);
    else if (isArithmetic(mnemonic)) this.arithmeticStep(operation, mnemonic, index);
    else throw new Error(`${mnemonic} cannot be compiled`);
  }

  /** Statements that read the target and the source and write the result. */
  private arithmeticStep(operation: Operation, mnemonic: ArithmeticMnemonic, index: number): void {
    const { target, source } = operation;
    if (this.tree.local) {
      const cell = targetCell(operation);
      const name = `c${cell}`;
      const orFail = ` ?? fail.overflow(${index}, ${cell})`;
      this.compute(mnemonic, name, this.readCode(source, index), source, name, "return NaN;", orFail);
      return;
    }
    this.emit("{");
    const a = this.hold("a", this.readCode(target, index));
    const b =
      source.kind === "constant"
        ? this.readCode(source, index)
        : this.hold("b", this.readCode(source, index));
    const result = mnemonic === "mov" ? b : this.name("r");
    if (mnemonic !== "mov") {
      this.emit(`let ${result} = ${a};`);
      this.compute(mnemonic, a, b, source, result);
    }
    this.writeCode(target, result, index);
    this.emit("}");
  }

  private hold(prefix: string, code: string): string {
    const name = this.name(prefix);
    this.emit(`const ${name} = ${code};`);
    return name;
  }

  /** Emits `into = mnemonic(a, b)`. In the values dialect an overflow is `undefined` unless `orFail` throws it. */
  private compute(
    mnemonic: ArithmeticMnemonic,
    a: string,
    b: string,
    source: Operand,
    into: string,
    leave = "return NaN;",
    orFail = "",
  ): void {
    const known = source.kind === "constant" && typeof source.value === "number" ? source.value : undefined;
    if (this.numbers) this.emit(numberCode(mnemonic, a, b, known, into, leave));
    else this.emit(valueCode(mnemonic, a, b, known, into, `${mnemonic}_(${a}, ${b})${orFail}`));
  }

  private callStep({ target, source }: Operation, index: number): void {
    const callee = this.callees.indexOf(source.kind === "constant" ? Number(source.value) : -1);
    this.emit("{");
    const argument = this.hold("a", this.readCode(target, index));
    const result = this.hold("r", `k${callee}(${argument}${this.numbers ? " + 0" : ""}, ${index})`);
    this.emit("s += clock.steps;");
    if (this.numbers) this.emit(`if (typeof ${result} !== "number") return NaN;`);
    if (this.tree.local && target.kind === "direct") this.emit(`c${target.cell} = ${result};`);
    else this.writeCode(target, result, index);
    this.emit(this.stepwise ? "}" : "if (s > lim) lim = clock.tick(s); }");
  }

  private memoryStep(operation: Operation, mnemonic: MemoryMnemonic, index: number): void {
    const range = regionOf(operation);
    if (this.tree.local && range && range !== "dynamic") {
      this.localRegion(mnemonic, Math.max(0, range.from), range.to, targetCell(operation));
      return;
    }
    this.emit("{");
    const start = this.hold("a", this.addressCode(operation.target, index));
    const length = this.hold("b", this.int64Code(this.readCode(operation.source, index), index));
    const error = this.hold("e", `memory.region("${mnemonic}", ${start}, ${length})`);
    this.emit(`if (${error} !== undefined) ${this.leave(`fail.raise(${index}, ${error});`)}`, "}");
  }

  private localRegion(mnemonic: MemoryMnemonic, from: number, to: number, start: number): void {
    if (from >= to) return;
    const cells = Array.from({ length: to - from }, (_, i) => `c${from + i}`);
    switch (mnemonic) {
      case "clr":
        this.emit(`${cells.join(" = ")} = 0;`);
        break;
      case "fil":
        this.emit(cells.map((cell) => `${cell} = c${start};`).join(" "));
        break;
      case "rol": {
        const moved = cells.slice(1).map((cell, i) => `${cells[i]} = ${cell};`);
        this.emit(`{ const t = ${cells[0]}; ${moved.join(" ")} ${cells.at(-1)} = t; }`);
        break;
      }
      case "ror": {
        const moved = cells
          .slice(0, -1)
          .map((cell, i) => `${cells[i + 1]} = ${cell};`)
          .toReversed();
        this.emit(`{ const t = ${cells.at(-1)}; ${moved.join(" ")} ${cells[0]} = t; }`);
        break;
      }
    }
  }

  // Operands

  /** An expression for the value of an operand. */
  private readCode(operand: Operand, index: number): string {
    switch (operand.kind) {
      case "constant":
        return literal(operand.value);
      case "direct":
        return this.cellCode(operand.cell);
      case "indirect": {
        const address = this.hold("i", this.cellCode(operand.cell));
        const value = this.hold("v", `memory.read(${address})`);
        this.emit(`if (${value} === undefined) ${this.leave(`fail.notHeld(${index}, ${address});`)}`);
        return value;
      }
    }
  }

  private cellCode(cell: number): string {
    if (this.tree.local) return `c${cell}`;
    return this.inMemory(cell) ? `M[${cell}]` : "0";
  }

  private inMemory(cell: number): boolean {
    return cell <= this.tree.maxCell;
  }

  /** An expression for the address that an operand names. */
  private addressCode(operand: Operand, index: number): string {
    if (operand.kind === "direct") return String(operand.cell);
    if (operand.kind === "constant") throw new Error("a constant has no address");
    return this.int64Code(this.cellCode(operand.cell), index);
  }

  private int64Code(value: string, index: number): string {
    return this.numbers ? value : `fail.int64(${index}, ${value})`;
  }

  private writeCode(target: Operand, value: string, index: number): void {
    if (target.kind === "direct" && this.inMemory(target.cell)) {
      if (!this.numbers) this.emit(`if (${value} === undefined) fail.overflow(${index}, ${target.cell});`);
      this.emit(
        `M[${target.cell}] = ${value}; if (memory.high <= ${target.cell}) memory.high = ${target.cell + 1};`,
      );
      return;
    }
    const address = this.hold(
      "w",
      target.kind === "indirect" ? this.cellCode(target.cell) : String(targetOf(target)),
    );
    this.emit(`if (!memory.holds(${address})) ${this.leave(`fail.notHeld(${index}, ${address});`)}`);
    if (!this.numbers) this.emit(`if (${value} === undefined) fail.overflow(${index}, ${address});`);
    this.emit(`memory.write(${address}, ${value});`);
  }
}

function isBigConstant(operand: Operand): boolean {
  return operand.kind === "constant" && typeof operand.value === "bigint";
}

function targetOf(target: Operand): number {
  if (target.kind === "constant") throw new Error("a constant has no address");
  return target.cell;
}

export function calleesOf({ operations }: Program): number[] {
  const ids = new Set<number>();
  for (const { mnemonic, source } of operations)
    if (mnemonic === "seq" && source.kind === "constant") ids.add(Number(source.value));
  return [...ids];
}

function literal(value: number | bigint): string {
  const text = typeof value === "bigint" ? `${value}n` : String(value);
  return value < 0 ? `(${text})` : text;
}

const high = `> ${MAX}`;
const low = `< -${MAX}`;

/** `into = a ∘ b` on safe integers; leaves when the result is none. `known` is the value of a constant b. */
function numberCode(
  mnemonic: ArithmeticMnemonic,
  a: string,
  b: string,
  known: number | undefined,
  into: string,
  leave: string,
): string {
  switch (mnemonic) {
    case "mov":
      return `${into} = ${b};`;
    case "add":
    case "sub": {
      const sign = known === undefined ? 0 : mnemonic === "add" ? Math.sign(known) : -Math.sign(known);
      const checks =
        known === undefined
          ? `${into} ${high} || ${into} ${low}`
          : sign > 0
            ? `${into} ${high}`
            : `${into} ${low}`;
      return `${into} = ${a} ${mnemonic === "add" ? "+" : "-"} ${b}; if (${checks}) ${leave}`;
    }
    case "trn":
      return `${into} = ${a} > ${b} ? ${a} - ${b} : 0;${known !== undefined && known >= 0 ? "" : ` if (${into} ${high}) ${leave}`}`;
    case "mul":
      return `${into} = ${a} * ${b};${known !== undefined && Math.abs(known) <= 1 ? "" : ` if (${into} ${high} || ${into} ${low}) ${leave}`}`;
    case "div":
      if (known === 0) return leave;
      return `${known === undefined ? `if (${b} === 0) ${leave} ` : ""}${into} = Math.trunc(${a} / ${b});`;
    case "mod":
      if (known === 0) return leave;
      return `${known === undefined ? `if (${b} === 0) ${leave} ` : ""}${into} = ${a} - Math.trunc(${a} / ${b}) * ${b};`;
    case "dif":
      if (known === 0) return `${into} = ${a};`;
      return `{ const q = Math.trunc(${a} / ${b}); ${into} = q * ${b} === ${a} ? q : ${a}; }`;
    case "pow":
      if (known === 2) return `${into} = ${a} * ${a}; if (${into} ${high}) ${leave}`;
      return `${into} = pow_(${a}, ${b}); if (${into} !== ${into}) ${leave}`;
    case "equ":
      return `${into} = ${a} === ${b} ? 1 : 0;`;
    case "neq":
      return `${into} = ${a} === ${b} ? 0 : 1;`;
    case "leq":
      return `${into} = ${a} <= ${b} ? 1 : 0;`;
    case "geq":
      return `${into} = ${a} >= ${b} ? 1 : 0;`;
    case "min":
      return `${into} = ${a} < ${b} ? ${a} : ${b};`;
    case "max":
      return `${into} = ${a} < ${b} ? ${b} : ${a};`;
    case "bor":
    case "bxo":
      return `${into} = ${mnemonic}_(${a}, ${b}); if (${into} ${low}) ${leave}`;
    case "dir":
    case "gcd":
    case "lex":
    case "ban":
      return `${into} = ${mnemonic}_(${a}, ${b});`;
    case "bin":
    case "fac":
    case "log":
    case "nrt":
    case "dgs":
    case "dgr":
      return `${into} = ${mnemonic}_(${a}, ${b}); if (${into} !== ${into}) ${leave}`;
  }
}

/** `into = a ∘ b` on values: the common operations on two numbers inline, all else by `slow`. */
function valueCode(
  mnemonic: ArithmeticMnemonic,
  a: string,
  b: string,
  known: number | undefined,
  into: string,
  slow: string,
): string {
  const bothNumbers = `typeof ${a} === "number"${known === undefined ? ` && typeof ${b} === "number"` : ""}`;
  switch (mnemonic) {
    case "mov":
      return `${into} = ${b};`;
    case "add":
    case "sub":
    case "mul": {
      const sign = mnemonic === "add" ? "+" : mnemonic === "sub" ? "-" : "*";
      return `{ let t; if (${bothNumbers} && (t = ${a} ${sign} ${b}) <= ${MAX} && t >= -${MAX}) ${into} = t; else ${into} = ${slow}; }`;
    }
    case "trn":
      return `{ let t; if (${bothNumbers} && (t = ${a} - ${b}) <= ${MAX}) ${into} = t > 0 ? t : 0; else ${into} = ${slow}; }`;
    case "div":
    case "mod": {
      const divisor = known === undefined ? `${b} !== 0` : known === 0 ? "false" : "true";
      const result = mnemonic === "div" ? `Math.trunc(${a} / ${b})` : `${a} - Math.trunc(${a} / ${b}) * ${b}`;
      return `if (${bothNumbers} && ${divisor}) ${into} = ${result}; else ${into} = ${slow};`;
    }
    case "equ":
      return `${into} = ${a} === ${b} ? 1 : 0;`;
    case "neq":
      return `${into} = ${a} === ${b} ? 0 : 1;`;
    case "leq":
      return `${into} = ${a} <= ${b} ? 1 : 0;`;
    case "geq":
      return `${into} = ${a} >= ${b} ? 1 : 0;`;
    case "min":
      return `${into} = ${a} < ${b} ? ${a} : ${b};`;
    case "max":
      return `${into} = ${a} < ${b} ? ${b} : ${a};`;
    default:
      return `${into} = ${slow};`;
  }
}
