// Polynomials in x that formulas are.
import type { Expression } from "../expression.ts";

const maxDegree = 40;

/** The coefficients of a polynomial in x with integer coefficients, lowest first. */
export function polynomialOf(expression: Expression): bigint[] | undefined {
  switch (expression.kind) {
    case "number":
      return [expression.value];
    case "variable":
      return expression.name === "x" ? [0n, 1n] : undefined;
    case "binary": {
      const left = polynomialOf(expression.left);
      if (!left) return undefined;
      if (expression.operator === "^") {
        const { right } = expression;
        if (right.kind !== "number" || right.value * BigInt(left.length - 1) > BigInt(maxDegree))
          return undefined;
        if (right.value > 64n) return undefined;
        let result: bigint[] = [1n];
        for (let i = 0n; i < right.value; i++) result = times(result, left);
        return result;
      }
      const right = polynomialOf(expression.right);
      if (!right) return undefined;
      switch (expression.operator) {
        case "+":
          return plus(left, right, 1n);
        case "-":
          return plus(left, right, -1n);
        case "*":
          return left.length + right.length > maxDegree + 2 ? undefined : times(left, right);
        case "/": {
          const [by] = right;
          if (right.length > 1 || !by || left.some((c) => c % by !== 0n)) return undefined;
          return left.map((c) => c / by);
        }
        default:
          return undefined;
      }
    }
    default:
      return undefined;
  }
}

function plus(a: readonly bigint[], b: readonly bigint[], sign: bigint): bigint[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0n) + sign * (b[i] ?? 0n));
}

function times(a: readonly bigint[], b: readonly bigint[]): bigint[] {
  const product = new Array<bigint>(a.length + b.length - 1).fill(0n);
  for (const [i, x] of a.entries())
    for (const [j, y] of b.entries()) product[i + j] = product[i + j]! + x * y;
  return product;
}
