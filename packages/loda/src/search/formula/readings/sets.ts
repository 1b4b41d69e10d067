// Numbers with a property, in order: the n-th one is searched for.
import { congruentTo, parseCondition, variableOf } from "../condition.ts";
import {
  all,
  binary,
  call,
  digitCount,
  type Expression,
  nth,
  num,
  substitute,
  UnreadableFormula,
  variable,
} from "../expression.ts";
import { parseFormula } from "../parse-formula.ts";
import { mentions } from "../programs.ts";
import { countOf, direct, type FormulaOptions, type FormulaProgram } from "./reading.ts";

const k = variable("k");
const n = variable("n");
const isPrime = (x: Expression) => call("isprime", x);

/** The n-th number from `from` on that meets a condition on k, counted from index 1. */
function set(
  condition: Expression,
  from: number,
  options: FormulaOptions,
  reading: string,
  answer?: Expression,
): FormulaProgram[] {
  return direct(
    (offset) => {
      const index = binary("-", n, num(offset - 1));
      const found = nth("k", num(from), index, condition);
      return answer ? substitute(answer, "k", found) : found;
    },
    options,
    [1, 0],
    reading,
  ).slice(0, 2);
}

/** "Numbers k such that …", "Primes p such that …", "Positive integers m for which …" */
export function readSuchThat(text: string, options: FormulaOptions): FormulaProgram[] {
  const match =
    /^(?:the\s+)?((?:(?:positive|nonnegative|natural|odd|even|composite|nonprime|squarefree)\s+)*)(numbers?|integers?|primes?|values of|squares|semiprimes|composites)\s+([a-zA-Z])?\s*(?:>\s*(\d+)\s*)?(?:such that|for which|with the property that|with)\s+(.*)$/i.exec(
      text,
    );
  if (!match) return [];
  const [, adjectives, noun, named, above, said] = match;
  const read = parseCondition(said!);
  const name = named ?? variableOf(read);
  if (!mentions(read, name)) throw new UnreadableFormula("a condition on something else");
  const condition = all(
    ...[...(adjectives ?? "").matchAll(/\w+/g)].map(([word]) => adjectiveOf(word!.toLowerCase())),
    ...nounOf(noun!.toLowerCase()),
    name === "k" ? read : substitute(read, name, k),
  );
  const from = above ? Number(above) + 1 : /nonnegative/i.test(adjectives!) ? 0 : 1;
  const reading = `${noun!.toLowerCase()} ${name} with: ${said}`;
  const programs = set(condition, from, options, reading);
  // Some lists begin at 0.
  return options.offset !== undefined || from === 0
    ? [
        ...programs,
        ...(from === 0 ? set(condition, 1, options, reading) : set(condition, 0, options, reading)),
      ]
    : [programs[0]!, ...set(condition, 0, options, reading).slice(0, 1), ...programs.slice(1)];
}

function adjectiveOf(word: string): Expression {
  switch (word) {
    case "odd":
      return call("isodd", k);
    case "even":
      return call("iseven", k);
    case "squarefree":
      return call("issquarefree", k);
    case "composite":
      return all(call("isnonprime", k), call("geq", k, num(4)));
    case "nonprime":
      return call("isnonprime", k);
    default:
      return num(1);
  }
}

function nounOf(word: string): Expression[] {
  if (word.startsWith("prime")) return [isPrime(k)];
  if (word === "squares") return [call("issquare", k)];
  if (word === "semiprimes") return [call("issemiprime", k)];
  if (word === "composites") return [call("isnonprime", k), call("geq", k, num(4))];
  return [];
}

/** "Primes congruent to {1, 5} mod 6", "Primes == 3 (mod 8)", "Primes of the form 6*k + 1" */
export function readPrimes(text: string, options: FormulaOptions): FormulaProgram[] {
  const congruent =
    /^(odd\s+)?(primes|composite numbers|squarefree numbers|semiprimes|squares)\s+(?:that are\s+|p\s+)?(?:congruent to|==|=)\s*\{?\s*(-?\d+(?:\s*(?:,|or|and|, or)\s*-?\d+)*)\s*\}?\s*\(?\s*mod(?:ulo)?\s*(\d+)/i.exec(
      text,
    );
  if (congruent) {
    const [, odd, noun, residues, modulus] = congruent;
    const kind = noun!.toLowerCase().split(" ")[0]!;
    const condition = all(
      congruentTo(k, residues!.match(/-?\d+/g)!.map(BigInt), BigInt(modulus!)),
      ...(odd ? [call("isodd", k)] : []),
      ...(kind === "composite" || kind === "squarefree" ? [adjectiveOf(kind)] : nounOf(kind)),
    );
    return set(condition, 1, options, `${noun!.toLowerCase()} that leave ${residues} mod ${modulus}`);
  }
  const form = /^primes\s+(?:p\s+)?of (?:the )?form:?\s+(.*)$/i.exec(text);
  if (!form) return [];
  const { expression, rest } = parseFormula(form[1]!, "");
  const name = ["n", "k", "m", "x", "j"].find((each) => mentions(expression, each));
  if (!name || !/^\s*(?:$|[.,;(]|where|with|for)/.test(rest)) return [];
  if (["p", "q", "y", "a", "b"].some((other) => mentions(expression, other))) return [];
  const value = name === "k" ? expression : substitute(expression, name, k);
  const reading = `primes among the values of ${form[1]!.trim()}`;
  return [0, 1].flatMap((from) => set(isPrime(value), from, options, reading, value).slice(0, 1));
}

/** "Positions of 2 in A020903", "Indices of primes in A000045", "Numbers that are not squares" */
export function readPositions(text: string, options: FormulaOptions): FormulaProgram[] {
  const place =
    /^(?:positions?|indices|index) of (?:the )?(?:n-th )?(?:(-?\d+)(?:'s|s)?|(primes|zeros|zeroes|ones|odd (?:terms|numbers)|even (?:terms|numbers)|squares))\s+in\s+(?:sequence\s+)?A(\d{6,})/i.exec(
      text,
    );
  if (!place) return [];
  const [, value, kind, digits] = place;
  const id = Number(digits);
  const first = options.offsetOf(id);
  if (first === undefined) return [];
  const term: Expression = { kind: "sequence", id, index: k };
  const condition =
    value === undefined ? kindOf(kind!.toLowerCase(), term) : call("equ", term, num(BigInt(value)));
  return set(condition, first, options, text);
}

function kindOf(kind: string, term: Expression): Expression {
  if (kind === "primes") return isPrime(term);
  if (kind.startsWith("zero")) return call("equ", term, num(0));
  if (kind === "ones") return call("equ", term, num(1));
  if (kind === "squares") return call("issquare", term);
  return call(kind.startsWith("odd") ? "isodd" : "iseven", term);
}

const digit = "(\\d+)'?s?";
const amount = "(no|one|two|three|four|five|six|seven|eight|nine|a|an|\\d+)";

/** "Numbers having two 3's in base 5", "Numbers whose base-4 representation contains exactly one 1 and two 2's" */
export function readDigitSets(text: string, options: FormulaOptions): FormulaProgram[] {
  const having = new RegExp(
    `^numbers (?:having|with|that (?:have|contain)|containing) (?:exactly )?${amount} ${digit} in (?:their )?(?:base[- ](\\d+)|(binary|ternary|decimal))`,
    "i",
  ).exec(text);
  if (having) return digitSet([[having[1]!, having[2]!]], baseOf(having[3], having[4]), text, options);
  const whose =
    /^numbers (?:[a-z] )?whose (?:base[- ](\d+)|(binary|ternary|decimal)) (?:representation|expansion)s? (?:contains?|has|have) (.*)$/i.exec(
      text,
    );
  if (!whose) return [];
  const base = baseOf(whose[1], whose[2]);
  const said = whose[3]!;
  const count = (of: string) => digitCount(k, num(base), num(BigInt(of)));
  const same = /^(?:the same number of|as many|equally many) (\d+)'?s (?:and|as) (\d+)'?s/i.exec(said);
  if (same) return digitSets(call("equ", count(same[1]!), count(same[2]!)), text, options);
  const more = /^(more|fewer|less) (\d+)'?s than (\d+)'?s/i.exec(said);
  if (more) {
    const [left, right] = /more/i.test(more[1]!) ? [more[3]!, more[2]!] : [more[2]!, more[3]!];
    return digitSets(call("leq", binary("+", count(left), num(1)), count(right)), text, options);
  }
  const parts = [...said.matchAll(new RegExp(`(?:exactly )?${amount} ${digit}(?=\\s|$|,|\\.)`, "gi"))];
  const rest = said.replace(new RegExp(`(?:exactly )?${amount} ${digit}(?=\\s|$|,|\\.)`, "gi"), "");
  if (parts.length === 0 || !/^[\s,]*(?:and[\s,]*)*$/i.test(rest)) return [];
  return digitSet(
    parts.map(([, many, of]) => [many!, of!]),
    base,
    text,
    options,
  );
}

function baseOf(digits: string | undefined, word: string | undefined): number {
  if (digits !== undefined) return Number(digits);
  return { binary: 2, ternary: 3, decimal: 10 }[word!.toLowerCase()]!;
}

function digitSet(
  counts: readonly (readonly [string, string])[],
  base: number,
  text: string,
  options: FormulaOptions,
): FormulaProgram[] {
  const conditions = counts.map(([many, of]) => {
    const count = countOf(many);
    if (count === undefined) throw new UnreadableFormula(many);
    return call("equ", digitCount(k, num(base), num(BigInt(of))), num(count));
  });
  return digitSets(all(...conditions), text, options);
}

function digitSets(condition: Expression, text: string, options: FormulaOptions): FormulaProgram[] {
  return [1, 0].flatMap((from) => set(condition, from, options, text).slice(0, 1));
}
