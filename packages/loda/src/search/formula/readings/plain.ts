// The formula itself: "a(n) = …", by cases, with exceptions among the first terms, or as a recurrence.
import { parseCondition } from "../condition.ts";
import {
  binary,
  call,
  type Expression,
  not,
  num,
  substitute,
  UnreadableFormula,
  variable,
} from "../expression.ts";
import { parseFormula } from "../parse-formula.ts";
import { directProgram, mentions, recurrenceFormula, recurs } from "../programs.ts";
import { direct, type FormulaOptions, type FormulaProgram, knownOf } from "./reading.ts";

/** What may follow a formula without changing what it says. */
const harmless =
  /^\s*(?:$|[.,;:]|\(?\s*(?:for|with|where|if|and|starting|when|from|rounded|n\s*[>=])|=|\[|\()/i;

export function readFormula(text: string, options: FormulaOptions): FormulaProgram[] {
  const halves = readHalves(text, options);
  if (halves.length > 0) return halves;
  const shifted = /\ba\(n\s*\+\s*(\d+)\)\s*=\s*/.exec(text);
  if (shifted && !/\ba\(n\)\s*=/.test(text)) return readShifted(text, shifted, options);
  const named = definitionIn(text);
  const self = named?.self ?? "";
  const source = (named ? text.slice(named.end) : text).replace(
    /^binomial coefficients?:?\s+(?=C\(|binomial\()/i,
    "",
  );
  const { expression, rest } = cases(source, self) ?? parseFormula(source, self);
  const reading = `the formula ${source.slice(0, source.length - rest.length).trim()}`;
  const initial = initialTerms(text, self);
  if (recurs(expression)) {
    const program = recurrenceFormula(expression, initial, {
      offset: options.offset,
      known: knownOf(options),
    });
    return [{ program, reading: `the recurrence ${reading.slice("the formula ".length)}` }];
  }
  // Without "a(n) =" the whole text has to be the formula.
  if (!(named ? harmless.test(rest) : /^\s*(?:$|[.;,(])/.test(rest)) || !mentions(expression, "n")) return [];
  const stated = /\bn\s*(>=|>)\s*(-?\d+)/.exec(rest);
  const first = stated ? Number(stated[2]) + (stated[1] === ">" ? 1 : 0) : undefined;
  const likely = [...new Set(first === undefined ? [0, 1, 2, 3] : [first, 1 - first, 0, 1, 2])];
  return [
    ...withExceptions(expression, initial, options, reading),
    ...direct(expression, options, likely, reading),
  ];
}

/** "a(n+2) = 16*a(n+1) - a(n), with a(1) = 0, a(2) = 4" */
function readShifted(text: string, match: RegExpExecArray, options: FormulaOptions): FormulaProgram[] {
  const { expression } = parseFormula(text.slice(match.index + match[0].length), "a");
  if (!recurs(expression)) return [];
  const back = substitute(expression, "n", binary("-", variable("n"), num(BigInt(match[1]!))));
  const program = recurrenceFormula(back, initialTerms(text, "a"), {
    offset: options.offset,
    known: knownOf(options),
  });
  return [{ program, reading: "the recurrence for a later term" }];
}

/** Where "a(n) =" is said; other names count only at the beginning. */
function definitionIn(text: string): { readonly self: string; readonly end: number } | undefined {
  const own = /(?:^|[\s;,.:(])(a)\(n\)\s*=\s*/.exec(text) ?? /^([a-zA-Z])\(n\)\s*=\s*/.exec(text);
  const match = own ?? /(?:^|[\s;,.:(])(?<!let |where )([a-zA-Z])\(n\)\s*=\s*/i.exec(text);
  return match ? { self: match[1]!, end: match.index + match[0].length } : undefined;
}

/** The stated first terms in the place of what the formula would give. */
function withExceptions(
  formula: Expression,
  initial: ReadonlyMap<number, bigint>,
  options: FormulaOptions,
  reading: string,
): FormulaProgram[] {
  if (initial.size === 0) return [];
  const start = Math.min(...initial.keys());
  const contiguous = Array.from({ length: initial.size }, (_, i) => initial.has(start + i)).every(Boolean);
  if (!contiguous || initial.size > 12) return [];
  const offset = options.offset ?? start;
  return [{ program: directProgram(formula, { offset, known: knownOf(options) }, initial), reading }];
}

/** "n/2 if n is even, 3n+1 if n is odd", "0 if n = 1, otherwise 2^n": at least two cases. */
function cases(text: string, self: string): { expression: Expression; rest: string } | undefined {
  const parts: { readonly value: Expression; readonly condition: Expression | undefined }[] = [];
  let rest = text;
  for (;;) {
    let value: Expression;
    try {
      const read = parseFormula(rest, self);
      value = read.expression;
      rest = read.rest;
    } catch (error) {
      if (!(error instanceof UnreadableFormula) || parts.length < 2) return undefined;
      break;
    }
    const said =
      /^\s*,?\s*\(?(?:if|for|when)\s+((?:[^,;.]|\.\.)*?)\)?\s*(?=$|[,;.]|\b(?:and|otherwise|else)\b)/i.exec(
        rest,
      );
    if (said) {
      const condition = conditionOf(said[1]!);
      if (!condition) return undefined;
      parts.push({ value, condition });
      rest = rest.slice(said[0].length);
    } else {
      const otherwise = /^\s*,?\s*\(?(?:otherwise|else)\)?/i.exec(rest);
      if (parts.length === 0 || !(otherwise || parts.at(-1)!.condition)) return undefined;
      if (!otherwise && !/^\s*(?:$|[.;])/.test(rest)) return undefined;
      parts.push({ value, condition: undefined });
      rest = rest.slice(otherwise?.[0].length ?? 0);
    }
    const next =
      /^\s*[,;.]?\s*(?:and\s+|or\s+)?(?:(?:otherwise|else)\s*,?\s*)?(?:a\(n\)\s*=\s*)?(?=\S)/i.exec(rest);
    if (!next || parts.at(-1)!.condition === undefined) break;
    rest = rest.slice(next[0].length);
  }
  if (parts.length < 2) return undefined;
  // c1·v1 + (1 − c1)(c2·v2 + …)
  const expression = parts.reduceRight<Expression>(
    (others, { value, condition }) =>
      condition === undefined
        ? value
        : binary(
            "+",
            binary("*", condition, value),
            isZero(others) ? num(0) : binary("*", not(condition), others),
          ),
    num(0),
  );
  return { expression, rest };
}

const isZero = (expression: Expression) => expression.kind === "number" && expression.value === 0n;

function conditionOf(text: string): Expression | undefined {
  const parity = /^(?:n\s+(?:is\s+)?(even|odd)|(even|odd) n)$/i.exec(text.trim());
  if (parity) return call(/even/i.test(parity[1] ?? parity[2]!) ? "iseven" : "isodd", variable("n"));
  try {
    return parseCondition(text);
  } catch (error) {
    if (error instanceof UnreadableFormula) return undefined;
    throw error;
  }
}

/** "a(2n) = a(n), a(2n+1) = a(n) + 1", with first terms or without. */
function readHalves(text: string, options: FormulaOptions): FormulaProgram[] {
  const even = /\ba\(2\*?n\)\s*=\s*/.exec(text);
  const odd = /\ba\(2\*?n\s*\+\s*1\)\s*=\s*/.exec(text);
  if (!even || !odd) return [];
  const [left, right] = [even, odd].map(
    (at) => parseFormula(text.slice(at.index + at[0].length), "a").expression,
  );
  const n = variable("n");
  const half = call("floor", binary("/", n, num(2)));
  const formula = binary(
    "+",
    binary("*", call("iseven", n), substitute(left!, "n", half)),
    binary("*", call("isodd", n), substitute(right!, "n", half)),
  );
  const reading = "the recurrence for even and odd n";
  const initial = initialTerms(text, "a");
  if (!recurs(formula)) return direct(formula, options, [0, 1], reading);
  // Without first terms a(0) = 0 satisfies most of them, and a(1) follows.
  const first = initial.size > 0 ? initial : new Map([[0, 0n]]);
  return [
    {
      program: recurrenceFormula(formula, first, { offset: options.offset, known: knownOf(options) }),
      reading,
    },
  ];
}

/** "a(0) = 1, a(1) = 3" and "a(0) = a(1) = 1", and "a(0..2) = 1, 2, 4" */
export function initialTerms(text: string, self: string): Map<number, bigint> {
  const terms = new Map<number, bigint>();
  if (self === "") return terms;
  const one = new RegExp(
    `\\b${self}\\((-?\\d+)\\)\\s*=\\s*((?:${self}\\(-?\\d+\\)\\s*=\\s*)*)(-?\\d+)(?!\\s*[\\d(*^/!+-])`,
    "g",
  );
  for (const [, index, more, value] of text.matchAll(one)) {
    terms.set(Number(index), BigInt(value!));
    for (const [, other] of more!.matchAll(/\((-?\d+)\)/g)) terms.set(Number(other), BigInt(value!));
  }
  const several = new RegExp(
    `${self}\\((\\d+)(?:\\.\\.|,\\s*)(?:${self}\\()?(\\d+)\\)\\s*=\\s*[({[]?(-?\\d+(?:\\s*,\\s*-?\\d+)*)`,
    "g",
  );
  for (const [, from, , list] of text.matchAll(several))
    for (const [i, value] of list!.split(",").entries()) terms.set(Number(from) + i, BigInt(value.trim()));
  return terms;
}
