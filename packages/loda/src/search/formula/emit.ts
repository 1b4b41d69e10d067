// From a formula in integer form to operations.
import type { ArithmeticMnemonic } from "../../language/operation.ts";
import { constant, direct, type Operand, type Operation, operation } from "../../language/program.ts";
import { literal, loopEnd } from "../fit/assemble.ts";
import { definitionOf, linearRecurrences, namedSequences } from "./definitions.ts";
import { type Expression, num, partsOf, UnreadableFormula } from "./expression.ts";
import { integerForm } from "./integer-form.ts";
import { emitDigits, emitFactors, emitIsPrime, emitLinear, emitNth, emitReverse } from "./number-loops.ts";
import { emitFloorOfReal } from "./real.ts";
import type { Scope, ValueEmitter } from "./scope.ts";

const operators = { "+": "add", "-": "sub", "*": "mul", "/": "div", "^": "pow" } as const;
const pairwise: Readonly<Record<string, ArithmeticMnemonic>> = {
  binomial: "bin",
  gcd: "gcd",
  min: "min",
  max: "max",
  equ: "equ",
  neq: "neq",
  leq: "leq",
  geq: "geq",
  and: "ban",
  or: "bor",
  xor: "bxo",
  dgs: "dgs",
  dgr: "dgr",
  lex: "lex",
};

/** Whether the program of a sequence can be called. */
export type Known = (id: number) => boolean;

/** Collects operations. Every value gets a cell of its own, so that nothing is overwritten before it is used. */
export class Emitter implements ValueEmitter {
  readonly operations: Operation[] = [];
  private readonly known: Known;
  private next: number;

  /** @param firstCell the first cell that is free */
  constructor(firstCell: number, known: Known = () => false) {
    this.next = firstCell;
    this.known = known;
  }

  cell(): number {
    return this.next++;
  }

  add(mnemonic: Operation["mnemonic"], target: number, source: Operand = constant(1)): void {
    this.operations.push(operation(mnemonic, direct(target), source));
  }

  endLoop(): void {
    this.operations.push(loopEnd);
  }

  /** The value as an operand, without a copy where it is at hand. @throws UnreadableFormula */
  operand(expression: Expression, scope: Scope): Operand {
    if (expression.kind === "number") return literal(expression.value);
    if (expression.kind === "variable") return direct(this.cellOf(expression.name, scope));
    if (expression.kind === "self" && scope.self) return scope.self(expression.index, scope);
    return direct(this.value(expression, scope));
  }

  /** The value in a new cell. @throws UnreadableFormula */
  value(expression: Expression, scope: Scope): number {
    switch (expression.kind) {
      case "number":
      case "variable":
      case "self": {
        if (expression.kind === "self" && !scope.self)
          throw new UnreadableFormula("a recurrence without first terms");
        const cell = this.cell();
        this.add("mov", cell, this.operand(expression, scope));
        return cell;
      }
      case "binary":
        return this.binary(expression, scope);
      case "call":
        return this.call(expression.name, expression.parts, scope);
      case "sequence":
        return this.sequence(expression.id, expression.index, scope);
      case "fold":
        return this.fold(expression, scope);
      case "factors":
        return emitFactors(this, expression, scope);
      case "digits":
        return emitDigits(this, expression, scope);
      case "nth":
        return emitNth(this, expression, scope);
    }
  }

  private binary({ operator, left, right }: Expression & { kind: "binary" }, scope: Scope): number {
    const cell = this.value(left, scope);
    const by = this.operand(right, scope);
    if (operator !== "mod") {
      this.add(operators[operator], cell, by);
      return cell;
    }
    this.add("mod", cell, by);
    if ([...partsOf(left)].some((part) => part.kind === "binary" && part.operator === "-")) {
      // The remainder takes the sign of the dividend; the formula means the one from 0 on.
      this.add("add", cell, by);
      this.add("mod", cell, by);
    }
    return cell;
  }

  private call(name: string, parts: readonly Expression[], scope: Scope): number {
    const [first, second] = parts;
    const id = namedSequences[name];
    if (id !== undefined && parts.length === 1 && this.known(id)) return this.sequence(id, first!, scope);
    const recurrence = linearRecurrences[name];
    if (recurrence && parts.length === 1) return emitLinear(this, first!, recurrence, scope);
    const definition = definitionOf(name, parts);
    if (definition) return this.value(integerForm(definition), scope);
    const pair = pairwise[name];
    if (pair && second) {
      const cell = this.value(first!, scope);
      for (const part of parts.slice(1)) this.add(pair, cell, this.operand(part, scope));
      return cell;
    }
    if (name === "floor" && second) return this.floorOf(first!, second, scope);
    if (name === "lcm" && second && parts.length === 2) {
      const cell = this.value(first!, scope);
      const by = this.operand(second, scope);
      const common = this.cell();
      this.add("mov", common, direct(cell));
      this.add("gcd", common, by);
      this.add("div", cell, direct(common));
      this.add("mul", cell, by);
      return cell;
    }
    if (name === "reverse") return emitReverse(this, first!, second ?? num(10), scope);
    if (parts.length !== 1) throw new UnreadableFormula(`${name} of ${parts.length} arguments`);
    switch (name) {
      case "factorial": {
        const cell = this.cell();
        const by = this.operand(first!, scope);
        this.add("mov", cell, constant(1));
        this.add("fac", cell, by);
        return cell;
      }
      case "abs": {
        const cell = this.value(first!, scope);
        const negative = this.cell();
        this.add("mov", negative, constant(0));
        this.add("sub", negative, direct(cell));
        this.add("max", cell, direct(negative));
        return cell;
      }
      case "isprime":
        return emitIsPrime(this, first!, scope);
      case "floorOfReal":
        return emitFloorOfReal(this, first!, scope);
      case "sqrt":
        return this.unary("nrt", 2, first!, scope);
      case "log_2":
      case "log2":
        return this.unary("log", 2, first!, scope);
      case "log_10":
        return this.unary("log", 10, first!, scope);
      default:
        throw new UnreadableFormula(`the function ${name} is not known`);
    }
  }

  private unary(mnemonic: ArithmeticMnemonic, by: number, of: Expression, scope: Scope): number {
    const cell = this.value(of, scope);
    this.add(mnemonic, cell, constant(by));
    return cell;
  }

  /** floor(a/b) for b > 0: (a − (a mod b))/b with the remainder from 0 on. */
  private floorOf(dividend: Expression, divisor: Expression, scope: Scope): number {
    const cell = this.value(dividend, scope);
    const by = this.operand(divisor, scope);
    const signed = [...partsOf(dividend)].some((part) => part.kind === "binary" && part.operator === "-");
    if (signed) {
      const rest = this.cell();
      this.add("mov", rest, direct(cell));
      this.add("mod", rest, by);
      this.add("add", rest, by);
      this.add("mod", rest, by);
      this.add("sub", cell, direct(rest));
    }
    this.add("div", cell, by);
    return cell;
  }

  private sequence(id: number, index: Expression, scope: Scope): number {
    const cell = this.value(index, scope);
    this.add("seq", cell, constant(id));
    return cell;
  }

  /** One round a value of the variable, from the last to the first. */
  private fold(expression: Expression & { kind: "fold" }, scope: Scope): number {
    const { by, variable, over, from, to, body, under, part } = expression;
    const result = this.cell();
    this.add("mov", result, constant(by === "sum" ? 0 : 1));
    const denominator = this.cell();
    if (under) this.add("mov", denominator, constant(1));
    const first = this.value(from, scope);
    const at = this.value(to, scope);
    const last = this.cell();
    this.add("mov", last, direct(at));
    const rounds = this.cell();
    this.add("mov", rounds, direct(at));
    this.add("sub", rounds, direct(first));
    this.add("add", rounds, constant(1));
    this.add("lpb", rounds);
    // The round that is undone runs, too: it must not ask for what has no value.
    const value = this.cell();
    this.add("mov", value, direct(at));
    this.add("max", value, direct(first));
    const inner = { ...scope, cells: new Map(scope.cells).set(variable, value) };
    const term = this.value(body, inner);
    if (over === "divisors") {
      const divides = this.cell();
      this.add("mov", divides, direct(last));
      this.add("mod", divides, direct(value));
      this.add("equ", divides, constant(0));
      this.add(by === "sum" ? "mul" : "pow", term, direct(divides));
    }
    if (under) this.overDenominator(by, { result, denominator, term }, this.operand(under, inner));
    else this.add(by === "sum" ? "add" : "mul", result, direct(term));
    this.add("sub", at, constant(1));
    this.add("sub", rounds, constant(1));
    this.endLoop();
    return part === "denominator" ? denominator : result;
  }

  /** result/denominator := result/denominator ∘ term/under, in lowest terms. */
  private overDenominator(
    by: "sum" | "product",
    { result, denominator, term }: { result: number; denominator: number; term: number },
    under: Operand,
  ): void {
    if (by === "sum") {
      this.add("mul", result, under);
      this.add("mul", term, direct(denominator));
      this.add("add", result, direct(term));
    } else this.add("mul", result, direct(term));
    this.add("mul", denominator, under);
    const common = this.cell();
    this.add("mov", common, direct(result));
    this.add("gcd", common, direct(denominator));
    this.add("max", common, constant(1));
    this.add("div", result, direct(common));
    this.add("div", denominator, direct(common));
  }

  private cellOf(name: string, { cells }: Scope): number {
    const cell = cells.get(name);
    if (cell === undefined) throw new UnreadableFormula(`the variable ${name} is not bound`);
    return cell;
  }
}
