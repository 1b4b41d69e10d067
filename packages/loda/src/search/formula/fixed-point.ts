// Fixed-point numbers: x is the integer floor(x·10^D). Roots are integer roots; π, exp, log and the circular functions are
// series by Horner's rule, summed from the last term that counts to the first.
import { constant, direct, type Operand } from "../../language/program.ts";
import { UnreadableFormula } from "./expression.ts";
import { copy, type ValueEmitter } from "./scope.ts";

/** Cells with D and 10^D. */
export interface Precision {
  readonly digits: number;
  readonly scale: number;
}

const one = constant(1);
/** Arguments of exp and log are brought near 0 and 1 by so many halvings and roots. */
const halvings = 8;

/** Writes functions of fixed-point numbers as operations. A cell that a method takes may be overwritten by its result. */
export class FixedPoint {
  protected readonly emitter: ValueEmitter;
  protected readonly precision: Precision;

  constructor(emitter: ValueEmitter, precision: Precision) {
    this.emitter = emitter;
    this.precision = precision;
  }

  /** floor(x^(1/k)·S) = nrt(x·S·S^(k−1), k), exact where the root is an integer. */
  protected root(x: number, degree: bigint): number {
    if (degree === 1n) return x;
    if (degree > 24n) throw new UnreadableFormula(`a root of degree ${degree}`);
    const power = this.copyOfScale();
    this.emitter.add("pow", power, constant(Number(degree) - 1));
    const root = copy(this.emitter, direct(x));
    this.emitter.add("mul", root, direct(power));
    this.emitter.add("nrt", root, constant(Number(degree)));
    return root;
  }

  /** π = 2 + (1/3)(2 + (2/5)(2 + (3/7)(2 + …))) */
  protected pi(): number {
    const two = this.whole(2);
    return this.series({ perDigit: 4, first: copy(this.emitter, direct(two)) }, (sum, k) => {
      this.emitter.add("mul", sum, direct(k));
      const odd = copy(this.emitter, direct(k));
      this.emitter.add("mul", odd, constant(2));
      this.emitter.add("add", odd, one);
      this.emitter.add("div", sum, direct(odd));
      this.emitter.add("add", sum, direct(two));
    });
  }

  /** exp(x) = exp(x/2^8)^(2^8), 1 + x/1 (1 + x/2 (1 + x/3 (…))) */
  protected exponential(x: number): number {
    const reduced = copy(this.emitter, direct(x));
    this.emitter.add("div", reduced, constant(2 ** halvings));
    const result = this.series({ perDigit: 1, first: this.copyOfScale() }, (sum, k) => {
      this.multiplied(sum, reduced);
      this.emitter.add("div", sum, direct(k));
      this.emitter.add("add", sum, this.scale);
    });
    for (let i = 0; i < halvings; i++) this.multiplied(result, result);
    return result;
  }

  /** log x = 2^9 artanh(z) with z = (y − 1)/(y + 1), y = x^(1/2^8) */
  protected logarithm(x: number): number {
    let y = x;
    for (let i = 0; i < halvings; i++) y = this.root(y, 2n);
    const z = copy(this.emitter, direct(y));
    this.emitter.add("sub", z, this.scale);
    const sum = copy(this.emitter, direct(y));
    this.emitter.add("add", sum, this.scale);
    this.divided(z, sum);
    const square = copy(this.emitter, direct(z));
    this.multiplied(square, square);
    // Σ z^(2k)/(2k + 1)
    const result = this.series({ perDigit: 1, first: copy(this.emitter, constant(0)) }, (total, k) => {
      this.multiplied(total, square);
      const odd = copy(this.emitter, direct(k));
      this.emitter.add("mul", odd, constant(2));
      this.emitter.add("sub", odd, one);
      const term = this.copyOfScale();
      this.emitter.add("div", term, direct(odd));
      this.emitter.add("add", total, direct(term));
    });
    this.multiplied(result, z);
    this.emitter.add("mul", result, constant(2 ** (halvings + 1)));
    return result;
  }

  /** sin x = x(1 − x²/(2·3)(1 − x²/(4·5)(…))), cos x = 1 − x²/(1·2)(1 − x²/(3·4)(…)) */
  protected circular(x: number, sine: 0 | 1): number {
    const square = copy(this.emitter, direct(x));
    this.multiplied(square, square);
    const result = this.series({ perDigit: 1, first: this.copyOfScale() }, (sum, k) => {
      this.multiplied(sum, square);
      const last = copy(this.emitter, direct(k));
      this.emitter.add("mul", last, constant(2));
      this.emitter.add("sub", last, constant(1 - sine));
      const product = copy(this.emitter, direct(last));
      this.emitter.add("add", product, constant(1 - 2 * (1 - sine)));
      if (!sine) this.emitter.add("add", product, constant(2));
      this.emitter.add("mul", product, direct(last));
      this.emitter.add("div", sum, direct(product));
      this.emitter.add("sub", sum, this.scale);
      this.emitter.add("mul", sum, constant(-1));
    });
    return sine ? this.multiplied(result, x) : result;
  }

  protected hyperbolic(name: "sinh" | "cosh" | "tanh", x: number): number {
    const grown = this.exponential(x);
    const shrunk = this.divided(this.copyOfScale(), grown);
    const difference = copy(this.emitter, direct(grown));
    this.emitter.add("sub", difference, direct(shrunk));
    const sum = copy(this.emitter, direct(grown));
    this.emitter.add("add", sum, direct(shrunk));
    if (name === "tanh") return this.divided(difference, sum);
    const result = name === "sinh" ? difference : sum;
    this.emitter.add("div", result, constant(2));
    return result;
  }

  /** Euler: arctan x = x/(1 + x²)·(1 + (2/3)y(1 + (4/5)y(1 + …))) with y = x²/(1 + x²), for x not far above 1. */
  protected arctangent(x: number): number {
    const square = copy(this.emitter, direct(x));
    this.multiplied(square, square);
    const y = copy(this.emitter, direct(square));
    const more = copy(this.emitter, direct(square));
    this.emitter.add("add", more, this.scale);
    this.divided(y, more);
    const result = this.series({ perDigit: 8, first: this.copyOfScale() }, (sum, k) => {
      this.multiplied(sum, y);
      const even = copy(this.emitter, direct(k));
      this.emitter.add("mul", even, constant(2));
      this.emitter.add("mul", sum, direct(even));
      this.emitter.add("add", even, one);
      this.emitter.add("div", sum, direct(even));
      this.emitter.add("add", sum, this.scale);
    });
    this.multiplied(result, x);
    return this.divided(result, more);
  }

  /** arcsin x = arctan(x/sqrt(1 − x²)) */
  protected arcsine(x: number): number {
    const rest = copy(this.emitter, direct(x));
    this.multiplied(rest, rest);
    this.emitter.add("sub", rest, this.scale);
    this.emitter.add("mul", rest, constant(-1));
    return this.arctangent(this.divided(copy(this.emitter, direct(x)), this.root(rest, 2n)));
  }

  /** Runs `step` for k = K, K − 1, …, 1, where K is so many a digit. */
  private series(
    { perDigit, first }: { readonly perDigit: number; readonly first: number },
    step: (sum: number, k: number) => void,
  ): number {
    const k = copy(this.emitter, direct(this.precision.digits));
    this.emitter.add("mul", k, constant(perDigit));
    this.emitter.add("add", k, constant(10));
    const sum = copy(this.emitter, direct(first));
    this.emitter.add("lpb", k);
    // The round after the last is undone, but it runs: it must not divide by 0.
    const at = copy(this.emitter, direct(k));
    this.emitter.add("max", at, one);
    step(sum, at);
    this.emitter.add("sub", k, one);
    this.emitter.endLoop();
    return sum;
  }

  protected multiplied(cell: number, by: number): number {
    this.emitter.add("mul", cell, direct(by));
    this.emitter.add("div", cell, this.scale);
    return cell;
  }

  protected divided(cell: number, by: number): number {
    this.emitter.add("mul", cell, this.scale);
    this.emitter.add("div", cell, direct(by));
    return cell;
  }

  protected whole(value: number): number {
    const cell = this.copyOfScale();
    this.emitter.add("mul", cell, constant(value));
    return cell;
  }

  private get scale(): Operand {
    return direct(this.precision.scale);
  }

  protected copyOfScale(): number {
    return copy(this.emitter, this.scale);
  }
}
