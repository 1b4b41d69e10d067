// Conditions in words: "k^2 + 1 is prime", "both 2k+1 and 4k+1 are primes", "k divides sigma(k)", "A000005(k) = 4",
// "phi(k) < phi(k+1)", "k is congruent to 1 mod 4", joined by "and". A condition is a formula that is 1 or 0.
import { all, binary, call, type Expression, not, num, partsOf, UnreadableFormula } from "./expression.ts";
import { fraction, integerForm } from "./integer-form.ts";
import { parseFormula } from "./parse-formula.ts";
import { isReal } from "./real-value.ts";

const relation =
  /^\s*(==|=|!=|<>|<=|>=|<|>|is equal to|equals|is less than|is greater than|does not equal)\s*/i;

/** The property that an adjective names. */
const properties: readonly (readonly [RegExp, (value: Expression) => Expression])[] = [
  [
    /^(?:(?:a |an |itself )?primes?|prime numbers?|a prime number)\b(?! power| factor)/i,
    (x) => call("isprime", x),
  ],
  [
    /^(?:a )?(?:composite|composites|composite numbers?)\b/i,
    (x) => all(call("isnonprime", x), call("geq", x, num(4))),
  ],
  [/^(?:a )?(?:nonprimes?|nonprime numbers?)\b/i, (x) => call("isnonprime", x)],
  [/^(?:a )?(?:squarefree|square-free)(?: numbers?)?\b/i, (x) => call("issquarefree", x)],
  [/^(?:a )?semiprimes?\b/i, (x) => call("issemiprime", x)],
  [/^(?:a )?(?:perfect )?squares?\b/i, (x) => call("issquare", x)],
  [/^(?:a )?triangular(?: numbers?)?\b/i, (x) => call("istriangular", x)],
  [/^even(?: numbers?)?\b/i, (x) => call("iseven", x)],
  [/^odd(?: numbers?)?\b/i, (x) => call("isodd", x)],
  [/^(?:a )?palindrom(?:e|es|ic)\b/i, (x) => call("ispalindrome", x)],
];

/**
 * Reads a condition; the whole text has to be one.
 * @throws UnreadableFormula
 */
export function parseCondition(text: string): Expression {
  const { condition, rest } = conditionAt(text.trim());
  if (!/^\s*(?:$|[.;:([]|,\s*(?:where|i\.e|see|with|or)\b)/.test(rest))
    throw new UnreadableFormula(`${JSON.stringify(rest)} is not understood`);
  return condition;
}

interface ReadCondition {
  readonly condition: Expression;
  readonly rest: string;
}

function conditionAt(text: string): ReadCondition {
  const first = oneCondition(text);
  const joined = /^\s*(?:,\s*)?(?:and|but)\s+(?:also\s+)?(.*)$/i.exec(first.rest);
  if (!joined) return first;
  const { condition, rest } = conditionAt(joined[1]!);
  return { condition: all(first.condition, condition), rest };
}

/** One subject or a list of them, then what is said of it. */
function oneCondition(text: string): ReadCondition {
  const subjects: Expression[] = [];
  let rest = text.replace(/^(?:both|each of|all of|the (?:three |four )?numbers)\s+/i, "");
  for (;;) {
    const read = parseFormula(rest, "");
    subjects.push(read.expression);
    rest = read.rest;
    const more = /^\s*(?:,\s*and|,|and|&)\s+(?!also\b)(.*)$/i.exec(rest);
    if (!more) break;
    rest = more[1]!;
  }
  const each = (make: (subject: Expression) => Expression, after: string): ReadCondition => ({
    condition: all(...subjects.map(make)),
    rest: after,
  });
  const said =
    /^\s*(?:is|are)\s+((?:(?:also|both|all|each|simultaneously)\s+)*)(not\s+)?((?:(?:also|both|all)\s+)*)(.*)$/i.exec(
      rest,
    );
  if (said) {
    const negated = said[2] !== undefined;
    const read = predicate(said[4]!);
    return each((subject) => (negated ? not(read.of(subject)) : read.of(subject)), read.rest);
  }
  const [subject] = subjects;
  if (subjects.length > 1 || !subject) throw new UnreadableFormula("a list without a predicate");
  const divides = /^\s*(divides|does not divide|\|)\s+(.*)$/i.exec(rest);
  if (divides) {
    const read = parseFormula(divides[2]!, "");
    const holds = divisible(read.expression, subject);
    return { condition: /not/.test(divides[1]!) ? not(holds) : holds, rest: read.rest };
  }
  const has =
    /^\s*has\s+(?:exactly\s+)?(\d+|two|three|four|five|six)\s+((?:distinct |different )?(?:prime factors|prime divisors)|divisors)(.*)$/i.exec(
      rest,
    );
  if (has) {
    const count = num(BigInt(numberWords[has[1]!.toLowerCase()] ?? has[1]!));
    const counted = /^divisors/i.test(has[2]!)
      ? "tau"
      : /distinct|different/i.test(has[2]!)
        ? "omega"
        : "bigomega";
    return { condition: call("equ", call(counted, subject), count), rest: has[3]! };
  }
  return compared(subject, rest);
}

const numberWords: Readonly<Record<string, number>> = { two: 2, three: 3, four: 4, five: 5, six: 6 };

/** "= b", "< b < c", "== r (mod m)" */
function compared(subject: Expression, text: string): ReadCondition {
  const sign = relation.exec(text);
  if (!sign) throw new UnreadableFormula(`${JSON.stringify(text)} is not understood`);
  const right = parseFormula(text.slice(sign[0].length), "");
  const modulus = /^\s*\(?\s*mod(?:ulo)?\s+/i.exec(right.rest);
  if (modulus) {
    const by = parseFormula(right.rest.slice(modulus[0].length), "");
    return {
      condition: call("equ", remainder(binary("-", subject, right.expression), by.expression), num(0)),
      rest: by.rest.replace(/^\s*\)/, ""),
    };
  }
  // "= 1 mod 4" was read as one formula.
  const { expression } = right;
  const condition =
    expression.kind === "binary" && expression.operator === "mod" && sign[1]!.startsWith("=")
      ? call("equ", remainder(binary("-", subject, expression.left), expression.right), num(0))
      : comparison(sign[1]!, subject, expression);
  if (relation.test(right.rest) && !/^\s*=/.test(right.rest)) {
    const next = compared(expression, right.rest);
    return { condition: all(condition, next.condition), rest: next.rest };
  }
  return { condition, rest: right.rest };
}

function comparison(sign: string, left: Expression, right: Expression): Expression {
  if (isReal(left) || isReal(right)) throw new UnreadableFormula("a comparison of real numbers");
  // a/b < c/d is ad < cb for positive denominators, as they are here.
  const [a, b] = [fraction(left), fraction(right)];
  const [x, y] = [binary("*", a.numerator, b.denominator), binary("*", b.numerator, a.denominator)];
  switch (sign.toLowerCase()) {
    case "<":
    case "is less than":
      return not(call("geq", x, y));
    case ">":
    case "is greater than":
      return not(call("leq", x, y));
    case "<=":
      return call("leq", x, y);
    case ">=":
      return call("geq", x, y);
    case "!=":
    case "<>":
    case "does not equal":
      return call("neq", x, y);
    default:
      return call("equ", x, y);
  }
}

function predicate(text: string): { of: (subject: Expression) => Expression; rest: string } {
  const divisor = /^(?:divisible by|a multiple of|(?:a )?multiples? of)\s+(.*)$/i.exec(text);
  if (divisor) {
    const { expression, rest } = parseFormula(divisor[1]!, "");
    return { of: (subject) => divisible(subject, expression), rest };
  }
  const dividing = /^(?:a divisor of)\s+(.*)$/i.exec(text);
  if (dividing) {
    const { expression, rest } = parseFormula(dividing[1]!, "");
    return { of: (subject) => divisible(expression, subject), rest };
  }
  const congruent =
    /^(?:congruent to|=|==)\s*\{?\s*(-?\d+(?:\s*(?:,|or|and|, or)\s*-?\d+)*)\s*\}?\s*\(?\s*mod(?:ulo)?\s*(\d+)\s*\)?(.*)$/i.exec(
      text,
    );
  if (congruent) {
    const residues = congruent[1]!.match(/-?\d+/g)!.map(BigInt);
    const modulus = BigInt(congruent[2]!);
    return { of: (subject) => congruentTo(subject, residues, modulus), rest: congruent[3]! };
  }
  const integer = /^(?:an )?integers?\b(.*)$/i.exec(text);
  if (integer) return { of: integral, rest: integer[1]! };
  const coprime = /^(?:coprime|relatively prime) to\s+(.*)$/i.exec(text);
  if (coprime) {
    const { expression, rest } = parseFormula(coprime[1]!, "");
    return { of: (subject) => call("equ", call("gcd", subject, expression), num(1)), rest };
  }
  for (const [pattern, property] of properties) {
    const match = pattern.exec(text);
    if (match) return { of: (subject) => property(cut(subject)), rest: text.slice(match[0].length) };
  }
  throw new UnreadableFormula(`the property ${JSON.stringify(text.slice(0, 30))}`);

  /** A fraction has the property only if it is an integer. */
  function cut(subject: Expression): Expression {
    const { denominator } = fraction(subject);
    // −1 is neither prime nor square, nor anything else here.
    if (denominator.kind === "number") return denominator.value === 1n ? subject : whole(subject);
    return whole(subject);
  }
}

/** The fraction if it is an integer, else −1. */
function whole(subject: Expression): Expression {
  const is = integral(subject);
  return binary("-", binary("*", binary("+", integerForm(subject), num(1)), is), num(1));
}

function integral(subject: Expression): Expression {
  const { numerator, denominator } = fraction(subject);
  return divisible(numerator, denominator);
}

function divisible(dividend: Expression, divisor: Expression): Expression {
  return call("equ", binary("mod", dividend, call("max", call("abs", divisor), num(1))), num(0));
}

/** The remainder from 0 on. */
function remainder(dividend: Expression, divisor: Expression): Expression {
  return binary("mod", dividend, divisor);
}

/** 1 if the value leaves one of the remainders. */
export function congruentTo(value: Expression, residues: readonly bigint[], modulus: bigint): Expression {
  const own = binary("mod", binary("+", value, num(0)), num(modulus));
  return [...new Set(residues.map((r) => ((r % modulus) + modulus) % modulus))]
    .map((r) => call("equ", own, num(r)))
    .reduce((a, b) => binary("+", a, b));
}

/** The only variable of a condition. @throws UnreadableFormula if there is none or more than one */
export function variableOf(condition: Expression): string {
  const names = new Set(
    [...partsOf(condition)].flatMap((part) =>
      part.kind === "variable" && !/^(?:#.*|Pi)$/.test(part.name) ? [part.name] : [],
    ),
  );
  if (names.size !== 1) throw new UnreadableFormula("a condition of one variable was expected");
  return [...names][0]!;
}
