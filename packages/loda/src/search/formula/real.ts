// Formulas of real numbers, in fixed point.
import { constant, direct, type Operand } from "../../language/program.ts";
import { type Expression, isNumber, partsOf, UnreadableFormula } from "./expression.ts";
import { FixedPoint, type Precision } from "./fixed-point.ts";
import { fraction, integerForm } from "./integer-form.ts";
import { isReal, rationalExponent } from "./real-value.ts";
import { bind, copy, type Scope, type ValueEmitter } from "./scope.ts";

const one = constant(1);

/** Writes real values as operations. */
export class RealEmitter extends FixedPoint {
  private readonly scope: Scope;

  constructor(emitter: ValueEmitter, scope: Scope, precision: Precision) {
    super(emitter, precision);
    this.scope = scope;
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
    this.emitter.add("mul", cell, direct(this.precision.scale));
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
