// Generating functions: rational ones as linear recurrences, others as power series.
import { binary, type Expression, partsOf, UnreadableFormula } from "../expression.ts";
import { seriesProgram } from "../generating-function.ts";
import { parseFormula } from "../parse-formula.ts";
import { mentions } from "../programs.ts";
import { buildSeries, inX, reversion } from "../series/build.ts";
import { powerSeriesProgram } from "../series/emit.ts";
import type { SeriesKind, SeriesNode } from "../series/node.ts";
import { polynomialOf } from "../series/polynomial-of.ts";
import { type FormulaOptions, type FormulaProgram, knownOf, offsetsOf } from "./reading.ts";

const rest = /^\s*(?:$|[.,;:([]|in powers of|where\b|with\b|about\b|around\b|at x)/i;

export function readSeries(text: string, options: FormulaOptions): FormulaProgram[] {
  const satisfied = readEquation(text, options);
  if (satisfied.length > 0) return satisfied;
  const match =
    /^(?:(?:the )?(?:series |power series |coefficients in (?:the )?|coefficients of (?:the )?)?(?:expansion|series|expansion of)?(?: of)?(?: the)?\s+)?(expansion of|(?:o\.?)?g\.?f\.?|generating function)\s*(?::|is|=)?\s*(?:the\s+)?(?:exponential generating function:?|e\.?g\.?f\.?|g\.?f\.?)?\s*(?:is|:|=)?\s*(?:[A-Z]\([xqt]\)\s*=\s*)?(.*)$/i.exec(
      text,
    ) ?? /^(e\.g\.f\.)\s*:?\s*(?:is|=)?\s*(?:[A-Z]\(x\)\s*=\s*)?(.*)$/i.exec(text);
  if (!match) return [];
  const source = match[2]!;
  const kind: SeriesKind = /\be\.?g\.?f|exponential generating/i.test(
    text.slice(0, text.length - source.length),
  )
    ? "exponential"
    : "ordinary";
  const reversed = readReversion(source, kind, text, options);
  if (reversed.length > 0) return reversed;
  const { expression, rest: after } = parseFormula(source, "");
  const series = inX(expression);
  if (!rest.test(after) || !mentions(series, "x")) return [];
  if (kind === "ordinary")
    try {
      return offsetsOf(options, [0, 1]).map((offset) => ({
        program: seriesProgram(series, offset),
        reading: `the expansion of ${source.trim()}`,
      }));
    } catch (error) {
      if (!(error instanceof UnreadableFormula)) throw error;
    }
  const { root, shift, divisor } = withoutPower(series, kind);
  return answers(root, { kind, shift, divisor }, options, `the expansion of ${source.trim()}`);
}

function answers(
  root: SeriesNode,
  { kind, shift, divisor }: { kind: SeriesKind; shift: number; divisor: bigint },
  options: FormulaOptions,
  reading: string,
): FormulaProgram[] {
  const known = knownOf(options);
  return offsetsOf(options, [0, 1]).flatMap((offset) => {
    const programs = [
      { program: powerSeriesProgram(root, { kind, offset, known, shift, divisor }), reading },
    ];
    // With index 1 the first coefficient is mostly that of x.
    if (offset === 1)
      programs.unshift({
        program: powerSeriesProgram(root, { kind, offset, known, shift: shift + 1, divisor }),
        reading,
      });
    return programs;
  });
}

/** f/(c·x^m): the series f, of which m coefficients are skipped. */
function withoutPower(
  expression: Expression,
  kind: SeriesKind,
): { root: SeriesNode; shift: number; divisor: bigint } {
  let at = expression;
  // (1/x)·f is f/x.
  if (
    at.kind === "binary" &&
    at.operator === "*" &&
    at.left.kind === "binary" &&
    at.left.operator === "/" &&
    polynomialOf(at.left.left)
  )
    at = binary("/", binary("*", at.left.left, at.right), at.left.right);
  if (at.kind === "binary" && at.operator === "/") {
    const divisor = polynomialOf(at.right);
    const shift = divisor?.findIndex((c) => c !== 0n) ?? -1;
    if (divisor && shift >= 0) {
      const lowest = divisor[shift]!;
      if (divisor.every((c) => c % lowest === 0n) && (shift > 0 || (lowest !== 1n && lowest !== -1n))) {
        const others = divisor.slice(shift).map((c) => c / lowest);
        const left = buildSeries(at.left, { kind });
        const root: SeriesNode =
          others.length === 1
            ? left
            : { kind: "quotient", left, right: { kind: "polynomial", coefficients: others }, lead: 1 };
        return { root, shift, divisor: lowest };
      }
    }
  }
  return { root: buildSeries(at, { kind }), shift: 0, divisor: 1n };
}

/** "(1/x)*Series_Reversion(x*(1-x)^3/(1+x))", "Reversion of x - x^2" */
function readReversion(
  source: string,
  kind: SeriesKind,
  text: string,
  options: FormulaOptions,
): FormulaProgram[] {
  const match = /^(\(?1\/x\)?\s*\*\s*)?(?:series[_ ])?(?:reversion|reverse)\s*(?:of)?\s*(.*)$/i.exec(source);
  if (!match) return [];
  const { expression } = parseFormula(match[2]!, "");
  const root = reversion(expression, kind);
  return answers(root, { kind, shift: match[1] ? 1 : 0, divisor: 1n }, options, text);
}

/** "G.f. A(x) satisfies A(x) = 1 + x*A(x)^2" */
function readEquation(text: string, options: FormulaOptions): FormulaProgram[] {
  const match =
    /^(?:expansion of )?(?:the )?(e\.?g\.?f\.?|(?:o\.)?g\.?f\.?)\s*(?:([A-Z])\(x\)\s*)?(?:satisfies|satisfying)\s*:?\s*([A-Z])\(x\)\s*=\s*(.*)$/i.exec(
      text,
    );
  if (!match) return [];
  const name = match[3]!;
  const kind: SeriesKind = /^e/i.test(match[1]!) ? "exponential" : "ordinary";
  const { expression, rest: after } = parseFormula(match[4]!, name);
  if (!rest.test(after) || ![...partsOf(expression)].some(({ kind: part }) => part === "self")) return [];
  const self: SeriesNode & { kind: "unknown" } = { kind: "unknown" };
  self.is = buildSeries(expression, { kind, self });
  return answers(
    self,
    { kind, shift: 0, divisor: 1n },
    options,
    `the series that satisfies ${match[4]!.trim()}`,
  );
}
