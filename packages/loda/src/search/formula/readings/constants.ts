// Constants: decimal expansions, continued fractions, their convergents, Beatty sequences.
import { digitProgram, fractionProgram } from "../constant-programs.ts";
import { binary, call, type Expression, UnreadableFormula, variable } from "../expression.ts";
import { parseFormula } from "../parse-formula.ts";
import { approximate } from "../real-value.ts";
import { direct, type FormulaOptions, type FormulaProgram, knownOf, offsetsOf } from "./reading.ts";

export function readConstant(text: string, options: FormulaOptions): FormulaProgram[] {
  const match =
    /^(decimal expansion|continued fraction(?: expansion)?|simple continued fraction(?: expansion)?|(numerators|denominators) of (?:the )?continued fraction convergents|beatty sequence|numerators of convergents|denominators of convergents)\s+(?:of|for|to)\s+(.*)$/i.exec(
      text,
    );
  if (!match) return [];
  const kind = match[1]!.toLowerCase();
  const value = constantOf(match[3]!);
  const size = approximate(value);
  if (!Number.isFinite(size) || size === 0) return [];
  if (kind.startsWith("decimal")) return decimals(value, size, text, options);
  if (size < 0) return [];
  if (kind.startsWith("beatty"))
    return direct(call("floor", binary("*", variable("n"), value)), options, [1, 0], text);
  const part = kind.startsWith("numerators")
    ? "numerator"
    : kind.startsWith("denominators")
      ? "denominator"
      : "quotient";
  return offsetsOf(options, [0, 1]).map((offset) => ({
    program: fractionProgram(value, part, { offset, known: knownOf(options) }),
    reading: text,
  }));
}

/** The constant that a text begins with. @throws UnreadableFormula */
function constantOf(text: string): Expression {
  const named = text
    .replace(/^(?:the )?(?:constant|number|value of|positive root of)\s+(?=[(\dsePl])/i, "")
    .replace(/^[A-Za-z]{1,2}\s*=\s*/, "");
  const { expression, rest } = parseFormula(named, "");
  if (!/^\s*(?:$|[.,;:([=]|where\b|with\b|and its\b|\bor\b|in base 10)/i.test(rest))
    throw new UnreadableFormula(rest);
  // "8th root of unity": what follows "=" may be another form of the same.
  return expression;
}

/** The digits from the first that is not 0 on; a second program has the zeros after the point, too. */
function decimals(value: Expression, size: number, text: string, options: FormulaOptions): FormulaProgram[] {
  const whole = Math.floor(Math.log10(Math.abs(size)) + 1e-12) + 1;
  const leads = whole < 0 ? [whole, 0] : [whole];
  if (Math.abs(whole) > 40) return [];
  return [
    ...leads.map((lead) => ({ lead, offset: options.offset ?? lead })),
    // Many lists of a value below 1 begin with the 0 before the point.
    ...(whole <= 0 ? [{ lead: 1, offset: options.offset ?? 1 }] : []),
  ].map(({ lead, offset }) => ({
    program: digitProgram(value, lead, { offset: Math.max(offset, -40), known: knownOf(options) }),
    reading: text,
  }));
}
