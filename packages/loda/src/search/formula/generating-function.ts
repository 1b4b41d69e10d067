// Rational generating functions: "Expansion of (1+x)/(1-2*x-x^2)" is a linear recurrence.
import type { Program } from "../../language/program.ts";
import { recurrenceProgram } from "../fit/recurrence.ts";
import { type Expression, UnreadableFormula } from "./expression.ts";

/** A polynomial in x, lowest coefficient first. */
type Polynomial = readonly bigint[];

const maxDegree = 200;

/**
 * The coefficients of N(x)/D(x): d_0·a(n) = n_n − d_1·a(n−1) − …
 * @throws UnreadableFormula if it is not rational, or its coefficients are not integers for certain
 */
export function seriesProgram(expression: Expression, offset: number): Program {
  const { numerator, denominator } = withoutCommonPower(rational(expression));
  const lead = denominator[0] ?? 0n;
  if (lead !== 1n && lead !== -1n) throw new UnreadableFormula("the denominator does not begin with 1");
  const numerators = numerator.map((x) => x * lead);
  const denominators = denominator.map((x) => x * lead);
  if (denominators.length === 1 && numerators.length === 1) throw new UnreadableFormula("a constant");
  const order = Math.max(denominators.length - 1, numerators.length, 1);
  const coefficients = Array.from({ length: order }, (_, i) => -(denominators[i + 1] ?? 0n));
  const terms: bigint[] = [];
  for (let n = 0; n < order; n++) {
    let term = numerators[n] ?? 0n;
    for (let i = 1; i <= n; i++) term -= (denominators[i] ?? 0n) * terms[n - i]!;
    terms.push(term);
  }
  return recurrenceProgram({ coefficients }, terms, offset);
}

interface Rational {
  readonly numerator: Polynomial;
  readonly denominator: Polynomial;
}

/** x²·N/(x²·D) is N/D. */
function withoutCommonPower({ numerator, denominator }: Rational): Rational {
  let shift = 0;
  while (shift < denominator.length - 1 && denominator[shift] === 0n && (numerator[shift] ?? 0n) === 0n)
    shift++;
  return { numerator: numerator.slice(shift), denominator: denominator.slice(shift) };
}

function rational(expression: Expression): Rational {
  if (expression.kind === "number") return { numerator: [expression.value], denominator: [1n] };
  if (expression.kind === "variable") {
    if (expression.name !== "x") throw new UnreadableFormula(`a generating function in ${expression.name}`);
    return { numerator: [0n, 1n], denominator: [1n] };
  }
  if (expression.kind !== "binary") throw new UnreadableFormula("not a rational function");
  const left = rational(expression.left);
  if (expression.operator === "^") {
    if (expression.right.kind !== "number" || expression.right.value > BigInt(maxDegree))
      throw new UnreadableFormula("a power that is no number");
    const exponent = Number(expression.right.value);
    return { numerator: power(left.numerator, exponent), denominator: power(left.denominator, exponent) };
  }
  const right = rational(expression.right);
  switch (expression.operator) {
    case "*":
      return {
        numerator: times(left.numerator, right.numerator),
        denominator: times(left.denominator, right.denominator),
      };
    case "/":
      return {
        numerator: times(left.numerator, right.denominator),
        denominator: times(left.denominator, right.numerator),
      };
    case "+":
    case "-": {
      const sign = expression.operator === "+" ? 1n : -1n;
      return {
        numerator: plus(
          times(left.numerator, right.denominator),
          times(right.numerator, left.denominator).map((x) => sign * x),
        ),
        denominator: times(left.denominator, right.denominator),
      };
    }
    case "mod":
      throw new UnreadableFormula("a remainder of functions");
  }
}

function trimmed(polynomial: Polynomial): Polynomial {
  const last = polynomial.findLastIndex((x) => x !== 0n);
  return polynomial.slice(0, Math.max(1, last + 1));
}

function plus(a: Polynomial, b: Polynomial): Polynomial {
  return trimmed(Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0n) + (b[i] ?? 0n)));
}

function times(a: Polynomial, b: Polynomial): Polynomial {
  if (a.length + b.length > maxDegree) throw new UnreadableFormula("the polynomial is too long");
  const product = new Array<bigint>(Math.max(1, a.length + b.length - 1)).fill(0n);
  for (const [i, x] of a.entries())
    for (const [j, y] of b.entries()) product[i + j] = product[i + j]! + x * y;
  return trimmed(product);
}

function power(base: Polynomial, exponent: number): Polynomial {
  let result: Polynomial = [1n];
  for (let i = 0; i < exponent; i++) result = times(result, base);
  return result;
}
