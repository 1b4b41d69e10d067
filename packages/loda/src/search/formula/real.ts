// Real numbers in fixed point: x is the integer floor(x·10^D). Roots are integer roots; π, exp, log and the circular
// functions are series by Horner's rule, summed from the last term that counts to the first.
import { constant, direct, type Operand } from "../../language/program.ts";
import { type Expression, isNumber, partsOf, UnreadableFormula } from "./expression.ts";
import { fraction, integerForm } from "./integer-form.ts";
import { isReal, rationalExponent } from "./real-value.ts";
import { bind, copy, type Scope, type ValueEmitter } from "./scope.ts";

/** Cells with D and 10^D. */
export interface Precision {
  readonly digits: number;
  readonly scale: number;
}

const one = constant(1);
/** Arguments of exp and log are brought near 0 and 1 by so many halvings and roots. */
const halvings = 8;

/** Writes real values as operations. */
export class RealEmitter {
  private readonly emitter: ValueEmitter;
  private readonly scope: Scope;
  private readonly precision: Precision;

  constructor(emitter: ValueEmitter, scope: Scope, precision: Precision) {
    this.emitter = emitter;
    this.scope = scope;
    this.precision = precision;
  }

  /** The cell of a new fixed-point value. @throws UnreadableFormula */
  value(expression: Expression): number {
    if (!isReal(expression)) return this.rational(expression);
    switch (expression.kind) {
      case "variable":
        return expression.name === "Pi" ? this.pi() : this.exponential(this.copyOfScale());
      case "binary":
        return this.binary(expression);
      case "call":
        return this.call(expression.name, expression.parts);
      case "fold":
        return this.fold(expression);
      default:
        throw new UnreadableFormula(`a real ${expression.kind}`);
    }
  }

  private rational(expression: Expression): number {
    const { numerator, denominator } = fraction(expression);
    const cell = this.emitter.value(numerator, this.scope);
    this.emitter.add("mul", cell, this.scale);
    if (!isNumber(denominator, 1n))
      this.emitter.add("div", cell, this.emitter.operand(denominator, this.scope));
    return cell;
  }

  private binary({ operator, left, right }: Expression & { kind: "binary" }): number {
    if (operator === "^") return this.power(left, right);
    const cell = this.value(left);
    const by = this.value(right);
    switch (operator) {
      case "+":
      case "-":
        this.emitter.add(operator === "+" ? "add" : "sub", cell, direct(by));
        return cell;
      case "*":
        return this.multiplied(cell, by);
      case "/":
        return this.divided(cell, by);
      case "mod":
        this.emitter.add("mod", cell, direct(by));
        return cell;
    }
  }

  /** A sum or product over a range, or as far as its terms count: each of them is at most 0.6 of the last. */
  private fold({ by, variable, over, from, to, body }: Expression & { kind: "fold" }): number {
    if (over !== "range") throw new UnreadableFormula("a real sum over divisors");
    const { emitter, scope } = this;
    const first = emitter.value(integerForm(from), scope);
    let rounds: number;
    if (to.kind === "variable" && to.name === "#infinity") {
      rounds = copy(emitter, direct(this.precision.digits));
      emitter.add("mul", rounds, constant(5));
    } else {
      rounds = emitter.value(integerForm(to), scope);
      emitter.add("sub", rounds, direct(first));
      emitter.add("add", rounds, one);
    }
    const result = by === "sum" ? copy(emitter, constant(0)) : this.copyOfScale();
    const at = copy(emitter, direct(first));
    emitter.add("lpb", rounds);
    const inner = new RealEmitter(emitter, bind(scope, { [variable]: at }), this.precision);
    const term = inner.value(body);
    if (by === "sum") emitter.add("add", result, direct(term));
    else this.multiplied(result, term);
    emitter.add("add", at, one);
    emitter.add("sub", rounds, one);
    emitter.endLoop();
    return result;
  }

  private power(base: Expression, exponent: Expression): number {
    if (base.kind === "variable" && base.name === "e" && !this.scope.cells.has("e"))
      return this.exponential(this.value(exponent));
    const rational = rationalExponent(exponent);
    if (rational) {
      const root = this.root(this.value(base), rational.denominator);
      return this.integerPower(root, this.emitter.operand(exponentOf(rational), this.scope), rational);
    }
    if (!isReal(exponent))
      return this.integerPower(this.value(base), this.emitter.operand(integerForm(exponent), this.scope));
    const logarithm = this.logarithm(this.value(base));
    return this.exponential(this.multiplied(logarithm, this.value(exponent)));
  }

  /** Repeated multiplication; the reciprocal for a negative exponent. */
  private integerPower(base: number, exponent: Operand, rational?: { readonly numerator: bigint }): number {
    const rounds = copy(this.emitter, constant(0));
    this.emitter.add("sub", rounds, exponent);
    this.emitter.add("max", rounds, exponent);
    const result = this.copyOfScale();
    this.emitter.add("lpb", rounds);
    this.multiplied(result, base);
    this.emitter.add("sub", rounds, one);
    this.emitter.endLoop();
    if (rational && rational.numerator >= 0n) return result;
    if (rational) return this.divided(this.copyOfScale(), result);
    // exponent ≥ 0 ? result : 1/result
    const positive = copy(this.emitter, exponent);
    this.emitter.add("geq", positive, constant(0));
    const divisor = copy(this.emitter, direct(result));
    this.emitter.add("max", divisor, one);
    const reciprocal = this.divided(this.copyOfScale(), divisor);
    this.emitter.add("sub", result, direct(reciprocal));
    this.emitter.add("mul", result, direct(positive));
    this.emitter.add("add", result, direct(reciprocal));
    return result;
  }

  private call(name: string, parts: readonly Expression[]): number {
    const [first, second] = parts;
    if (!first) throw new UnreadableFormula(`${name} without an argument`);
    const at = () => this.value(first);
    switch (name) {
      case "sqrt":
        return this.root(at(), 2n);
      case "cbrt":
        return this.root(at(), 3n);
      case "exp":
        return this.exponential(at());
      case "log":
      case "ln":
        return second
          ? this.divided(this.logarithm(at()), this.logarithm(this.value(second)))
          : this.logarithm(at());
      case "log_2":
      case "log2":
        return this.divided(this.logarithm(at()), this.logarithm(this.whole(2)));
      case "log_10":
        return this.divided(this.logarithm(at()), this.logarithm(this.whole(10)));
      case "sinh":
      case "cosh":
      case "tanh":
        return this.hyperbolic(name, at());
      case "sin":
        return this.circular(at(), 1);
      case "cos":
        return this.circular(at(), 0);
      case "tan": {
        const x = at();
        return this.divided(this.circular(x, 1), this.circular(x, 0));
      }
      case "cot": {
        const x = at();
        return this.divided(this.circular(x, 0), this.circular(x, 1));
      }
      case "sec":
        return this.divided(this.copyOfScale(), this.circular(at(), 0));
      case "csc":
        return this.divided(this.copyOfScale(), this.circular(at(), 1));
      case "arctan":
        return this.arctangent(at());
      case "arcsin":
        return this.arcsine(at());
      case "arccos": {
        const quarter = this.pi();
        this.emitter.add("div", quarter, constant(2));
        this.emitter.add("sub", quarter, direct(this.arcsine(at())));
        return quarter;
      }
      case "abs": {
        const x = at();
        const negative = copy(this.emitter, constant(0));
        this.emitter.add("sub", negative, direct(x));
        this.emitter.add("max", x, direct(negative));
        return x;
      }
      default:
        throw new UnreadableFormula(`${name} of a real number`);
    }
  }

  /** floor(x^(1/k)·S) = nrt(x·S·S^(k−1), k), exact where the root is an integer. */
  private root(x: number, degree: bigint): number {
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
  private pi(): number {
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
  private exponential(x: number): number {
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
  private logarithm(x: number): number {
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
  private circular(x: number, sine: 0 | 1): number {
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

  private hyperbolic(name: "sinh" | "cosh" | "tanh", x: number): number {
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
  private arctangent(x: number): number {
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
  private arcsine(x: number): number {
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

  private multiplied(cell: number, by: number): number {
    this.emitter.add("mul", cell, direct(by));
    this.emitter.add("div", cell, this.scale);
    return cell;
  }

  private divided(cell: number, by: number): number {
    this.emitter.add("mul", cell, this.scale);
    this.emitter.add("div", cell, direct(by));
    return cell;
  }

  private whole(value: number): number {
    const cell = this.copyOfScale();
    this.emitter.add("mul", cell, constant(value));
    return cell;
  }

  private get scale(): Operand {
    return direct(this.precision.scale);
  }

  private copyOfScale(): number {
    return copy(this.emitter, this.scale);
  }
}

function exponentOf({ numerator }: { readonly numerator: bigint }): Expression {
  return { kind: "number", value: numerator };
}

/** Digits for a value that is only rounded, and how many of them may be wrong. */
const roundingDigits = 40;
const wrongDigits = 12;

/** floor(x), where x counts as the integer that it comes within 10^−28 of. */
export function emitFloorOfReal(emitter: ValueEmitter, of: Expression, scope: Scope): number {
  if ([...partsOf(of)].some(({ kind }) => kind === "self")) throw new UnreadableFormula("a real recurrence");
  const digits = copy(emitter, constant(roundingDigits));
  const scale = copy(emitter, constant(10));
  emitter.add("pow", scale, direct(digits));
  const value = new RealEmitter(emitter, scope, { digits, scale }).value(of);
  const little = copy(emitter, constant(10));
  emitter.add("pow", little, constant(wrongDigits));
  emitter.add("add", value, direct(little));
  const rest = copy(emitter, direct(value));
  emitter.add("mod", rest, direct(scale));
  emitter.add("add", rest, direct(scale));
  emitter.add("mod", rest, direct(scale));
  emitter.add("sub", value, direct(rest));
  emitter.add("div", value, direct(scale));
  return value;
}
