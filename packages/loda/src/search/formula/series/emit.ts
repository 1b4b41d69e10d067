// The program of a graph of power series: one round a coefficient, in which every node gets its coefficient number i from
// those before it. The coefficients of the nodes lie side by side: number i of node j is in cell `base` + i·count + j.
import {
  constant,
  direct,
  indirect,
  type Operand,
  operation,
  type Program,
} from "../../../language/program.ts";
import { literal } from "../../fit/assemble.ts";
import { Emitter, type Known } from "../emit.ts";
import {
  all,
  binary,
  call,
  type Expression,
  num,
  sumOver,
  UnreadableFormula,
  variable,
} from "../expression.ts";
import { integerForm } from "../integer-form.ts";
import { copy } from "../scope.ts";
import { inOrder, resolved, type SeriesKind, type SeriesNode } from "./node.ts";

const base = 400;
const one = constant(1);
const zero = constant(0);

export interface SeriesAnswer {
  readonly kind: SeriesKind;
  readonly offset: number;
  readonly known: Known;
  /** The answer is the series over divisor·x^shift. */
  readonly shift: number;
  readonly divisor: bigint;
}

/** a(n) is the coefficient of x^(n − offset). @throws UnreadableFormula if a series needs itself at once */
export function powerSeriesProgram(root: SeriesNode, answer: SeriesAnswer): Program {
  return new SeriesEmitter(root, answer).program();
}

class SeriesEmitter {
  private readonly emitter: Emitter;
  private readonly order: readonly SeriesNode[];
  private readonly places = new Map<SeriesNode, number>();
  private readonly answer: SeriesAnswer;
  private readonly root: SeriesNode;
  private count = 0;
  /** The cell with the number of the coefficient at hand. */
  private i = 0;

  constructor(root: SeriesNode, answer: SeriesAnswer) {
    this.root = root;
    this.answer = answer;
    this.emitter = new Emitter(1, answer.known);
    this.order = inOrder(root);
    for (const node of this.order) {
      this.places.set(node, this.count++);
      // The divisor sums of a product have a place of their own.
      if (node.kind === "infiniteProduct") this.count++;
    }
  }

  private get exponential(): boolean {
    return this.answer.kind === "exponential";
  }

  program(): Program {
    const { emitter, answer } = this;
    const wanted = copy(emitter, direct(0));
    emitter.add("sub", wanted, constant(answer.offset - answer.shift));
    this.i = copy(emitter, zero);
    const rounds = copy(emitter, direct(wanted));
    emitter.add("add", rounds, one);
    emitter.add("lpb", rounds);
    for (const node of this.order) {
      if (node.kind === "unknown") continue;
      const value = this.coefficient(node);
      this.store(node, value);
    }
    emitter.add("add", this.i, one);
    emitter.add("sub", rounds, one);
    emitter.endLoop();
    const result = copy(emitter, this.at(this.root, direct(wanted)));
    if (answer.divisor !== 1n) emitter.add("div", result, literal(answer.divisor));
    if (this.exponential && answer.shift > 0) {
      // c(n + s)·n!/(n + s)!
      const falling = copy(emitter, one);
      emitter.add("mul", falling, direct(wanted));
      for (let s = 1; s < answer.shift; s++) {
        const next = copy(emitter, direct(wanted));
        emitter.add("sub", next, constant(s));
        emitter.add("mul", falling, direct(next));
      }
      emitter.add("div", result, direct(falling));
    }
    emitter.add("mov", 0, direct(result));
    if (emitter.cell() >= base - this.count) throw new UnreadableFormula("the series is too long");
    return { operations: emitter.operations, offset: answer.offset };
  }

  private coefficient(node: SeriesNode): number {
    const { emitter, i } = this;
    switch (node.kind) {
      case "polynomial":
        return this.polynomial(node);
      case "sum": {
        const sum = copy(emitter, this.at(node.left, direct(i)));
        emitter.add(node.sign === 1 ? "add" : "sub", sum, this.at(node.right, direct(i)));
        return sum;
      }
      case "product":
        return this.convolved(0, node.left, node.right, (term, k) => {
          if (this.exponential) emitter.add("mul", term, this.binomial(0, k, 0));
        });
      case "quotient": {
        const rest = this.convolved(1, node.right, node, (term, k) => {
          if (this.exponential) emitter.add("mul", term, this.binomial(0, k, 0));
        });
        const value = copy(emitter, this.at(node.left, direct(i)));
        emitter.add("sub", value, direct(rest));
        if (node.lead === -1) emitter.add("mul", value, constant(-1));
        return value;
      }
      case "power":
        return this.power(node);
      case "exp":
        return this.withFirst(this.derived(node.of, node), 1);
      case "log": {
        const value = copy(emitter, this.at(node.of, direct(i)));
        if (!this.exponential) emitter.add("mul", value, direct(i));
        emitter.add("sub", value, direct(this.weighted(node, node.of)));
        this.overIndex(value);
        const begun = copy(emitter, direct(i));
        emitter.add("min", begun, one);
        emitter.add("mul", value, direct(begun));
        return value;
      }
      case "even":
      case "odd": {
        const value = this.derived(node.of, node.partner!);
        if (node.kind === "even" && node.sign === -1) emitter.add("mul", value, constant(-1));
        return this.withFirst(value, node.kind === "even" ? 1 : 0);
      }
      case "infiniteProduct":
        return this.product(node);
      case "infiniteSum": {
        const here = call("equ", node.exponent, variable("#i"));
        const upTo = binary("+", variable("#i"), num(2));
        return this.formula(sumOver("sum", node.variable, num(node.from), upTo, all(here, node.coefficient)));
      }
      case "unknown":
        throw new UnreadableFormula("an equation without a right side");
    }
  }

  private polynomial({ coefficients, of }: SeriesNode & { kind: "polynomial" }): number {
    const { emitter, i } = this;
    const value = copy(emitter, zero);
    for (const [m, coefficient] of coefficients.entries()) {
      if (coefficient === 0n) continue;
      const term = copy(emitter, literal(coefficient));
      if (of) {
        const back = copy(emitter, direct(i));
        emitter.add("sub", back, constant(m));
        const there = copy(emitter, direct(back));
        emitter.add("geq", there, zero);
        emitter.add("max", back, zero);
        emitter.add("mul", term, direct(there));
        emitter.add("mul", term, this.at(of, direct(back)));
        if (this.exponential && m > 0) emitter.add("mul", term, direct(this.falling(m)));
      } else {
        const here = copy(emitter, direct(i));
        emitter.add("equ", here, constant(m));
        emitter.add("mul", term, direct(here));
        if (this.exponential && m > 1) emitter.add("mul", term, direct(this.falling(m)));
      }
      emitter.add("add", value, direct(term));
    }
    return value;
  }

  /** i(i − 1)…(i − m + 1) */
  private falling(m: number): number {
    const product = copy(this.emitter, direct(this.i));
    this.emitter.add("fac", product, constant(-m));
    return product;
  }

  /** Σ_{k≥first} left(k)·right(i − k), each term changed by `weight`. */
  private convolved(
    first: 0 | 1,
    left: SeriesNode,
    right: SeriesNode,
    weight: (term: number, k: number) => void,
  ): number {
    const { emitter, i } = this;
    const sum = copy(emitter, zero);
    const rounds = copy(emitter, direct(i));
    if (first === 0) emitter.add("add", rounds, one);
    emitter.add("lpb", rounds);
    const k = copy(emitter, direct(rounds));
    if (first === 0) emitter.add("sub", k, one);
    const other = copy(emitter, direct(i));
    emitter.add("sub", other, direct(k));
    const term = copy(emitter, this.at(left, direct(k)));
    emitter.add("mul", term, this.at(right, direct(other)));
    weight(term, k);
    emitter.add("add", sum, direct(term));
    emitter.add("sub", rounds, one);
    emitter.endLoop();
    return sum;
  }

  /** Σ k·left(k)·right(i − k) over i, or with binomials (i−1 over k−1): what g' = f'·g says of g. */
  private derived(left: SeriesNode, right: SeriesNode): number {
    const value = this.weighted(left, right);
    this.overIndex(value);
    return value;
  }

  private weighted(left: SeriesNode, right: SeriesNode): number {
    const { emitter } = this;
    return this.convolved(1, left, right, (term, k) => {
      emitter.add("mul", term, this.exponential ? this.binomial(-1, k, -1) : direct(k));
    });
  }

  /** i·q(i) to q(i): nothing to do for exponential series. */
  private overIndex(value: number): void {
    if (this.exponential) return;
    const by = copy(this.emitter, direct(this.i));
    this.emitter.add("max", by, one);
    this.emitter.add("div", value, direct(by));
  }

  private withFirst(value: number, first: number): number {
    if (first === 0) return value;
    const here = copy(this.emitter, direct(this.i));
    this.emitter.add("equ", here, zero);
    this.emitter.add("add", value, direct(here));
    return value;
  }

  /** g = f^(p/q): q·f·g' = p·f'·g */
  private power(node: SeriesNode & { kind: "power" }): number {
    const { emitter, i } = this;
    const { of, numerator, denominator } = node;
    const value = this.convolved(1, of, node, (term, k) => {
      const weight = this.exponential ? copy(emitter, this.binomial(-1, k, -1)) : copy(emitter, direct(k));
      emitter.add("mul", weight, literal(numerator));
      let other: number;
      if (this.exponential) other = copy(emitter, this.binomial(-1, k, 0));
      else {
        other = copy(emitter, direct(i));
        emitter.add("sub", other, direct(k));
      }
      emitter.add("mul", other, literal(denominator));
      emitter.add("sub", weight, direct(other));
      emitter.add("mul", term, direct(weight));
    });
    emitter.add("div", value, literal(denominator));
    this.overIndex(value);
    return this.withFirst(value, 1);
  }

  /** Euler: i·g(i) = Σ b(j)·g(i − j) with b(j) = Σ_{m|j} −m·p·(−s)^(j/m) for each factor (1 + s·x^m)^p. */
  private product(node: SeriesNode & { kind: "infiniteProduct" }): number {
    const at = variable("#i");
    const minus = (x: Expression) => binary("-", num(0), x);
    const sums = node.factors.map(({ factor, exponent, power }) => {
      const m = call("max", exponent, num(1));
      const divides = all(call("geq", exponent, num(1)), call("equ", binary("mod", at, m), num(0)));
      const value = binary(
        "*",
        binary("*", minus(exponent), power),
        binary("^", minus(factor), call("floor", binary("/", at, m))),
      );
      return sumOver("sum", node.variable, num(node.from), at, all(divides, value));
    });
    const b = this.formula(sums.reduce((left, right) => binary("+", left, right)));
    const divisorSums: SeriesNode = { kind: "unknown" };
    this.places.set(divisorSums, this.places.get(node)! + 1);
    this.store(divisorSums, b);
    const value = this.convolved(1, divisorSums, node, () => {});
    this.overIndex(value);
    return this.withFirst(value, 1);
  }

  /** A formula in #i. */
  private formula(expression: Expression): number {
    return this.emitter.value(integerForm(expression), { cells: new Map([["#i", this.i]]) });
  }

  /** C(i + top, k + bottom) */
  private binomial(top: number, k: number, bottom: number): Operand {
    const { emitter, i } = this;
    const value = copy(emitter, direct(i));
    if (top !== 0) emitter.add("sub", value, constant(-top));
    if (bottom === 0) emitter.add("bin", value, direct(k));
    else {
      const lower = copy(emitter, direct(k));
      emitter.add("sub", lower, constant(-bottom));
      emitter.add("bin", value, direct(lower));
    }
    return direct(value);
  }

  private address(node: SeriesNode, index: Operand): number {
    const cell = copy(this.emitter, index);
    if (this.count > 1) this.emitter.add("mul", cell, constant(this.count));
    this.emitter.add("add", cell, constant(base + this.placeOf(node)));
    return cell;
  }

  private placeOf(node: SeriesNode): number {
    return this.places.get(resolved(node))!;
  }

  private at(node: SeriesNode, index: Operand): Operand {
    return indirect(this.address(node, index));
  }

  private store(node: SeriesNode, value: number): void {
    const cell = this.address(node, direct(this.i));
    this.emitter.operations.push(operation("mov", indirect(cell), direct(value)));
  }
}
