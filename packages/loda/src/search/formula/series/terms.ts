// The terms and factors of sums and products without end.
import { binary, type Expression, isNumber, num, partsOf, UnreadableFormula } from "../expression.ts";
import type { ProductFactor } from "./node.ts";

/** (1 + c·x^m)^p and their products and quotients. */
export function productFactors(body: Expression, exponent: Expression): ProductFactor[] {
  if (isNumber(body, 1n)) return [];
  if (body.kind !== "binary") throw new UnreadableFormula("an infinite product of this");
  const { operator, left, right } = body;
  switch (operator) {
    case "*":
      return [...productFactors(left, exponent), ...productFactors(right, exponent)];
    case "/":
      return [...productFactors(left, exponent), ...productFactors(right, binary("-", num(0), exponent))];
    case "^":
      if (mentionsX(right)) throw new UnreadableFormula("an exponent in x");
      return productFactors(left, binary("*", right, exponent));
    case "+":
    case "-": {
      if (!isNumber(left, 1n)) throw new UnreadableFormula("a factor that does not begin with 1");
      const { coefficient, exponent: of } = monomial(right);
      return [
        {
          factor: operator === "+" ? coefficient : binary("-", num(0), coefficient),
          exponent: of,
          power: exponent,
        },
      ];
    }
    case "mod":
      throw new UnreadableFormula("a remainder of series");
  }
}

/** c·x^m, where c and m are formulas without x. */
export function monomial(body: Expression): { coefficient: Expression; exponent: Expression } {
  if (!mentionsX(body)) return { coefficient: body, exponent: num(0) };
  if (body.kind === "variable") return { coefficient: num(1), exponent: num(1) };
  if (body.kind === "binary") {
    const { operator, left, right } = body;
    if (operator === "*") {
      const [a, b] = [monomial(left), monomial(right)];
      return {
        coefficient: isNumber(a.coefficient, 1n)
          ? b.coefficient
          : isNumber(b.coefficient, 1n)
            ? a.coefficient
            : binary("*", a.coefficient, b.coefficient),
        exponent: isNumber(a.exponent, 0n)
          ? b.exponent
          : isNumber(b.exponent, 0n)
            ? a.exponent
            : binary("+", a.exponent, b.exponent),
      };
    }
    if (operator === "^" && !mentionsX(right)) {
      const base = monomial(left);
      return {
        coefficient: isNumber(base.coefficient, 1n) ? num(1) : binary("^", base.coefficient, right),
        exponent: isNumber(base.exponent, 1n) ? right : binary("*", base.exponent, right),
      };
    }
    if (operator === "-" && isNumber(left, 0n)) {
      const { coefficient, exponent } = monomial(right);
      return { coefficient: binary("-", num(0), coefficient), exponent };
    }
  }
  throw new UnreadableFormula("a term that is no power of x");
}

function mentionsX(expression: Expression): boolean {
  return [...partsOf(expression)].some((part) => part.kind === "variable" && part.name === "x");
}
