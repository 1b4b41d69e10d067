/**
 * Context-free grammars in GBNF, the notation of llama.cpp: `root ::= "a" digit* | [b-d]{2,3}`. A grammar that is
 * written for one runs in the other; left recursion, which llama.cpp refuses, is allowed here.
 * @see https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md
 */
import { anyCodePoint, type CodePointRange, codePoints, complement, utf8Of } from "./code-points.ts";
import {
  ConstraintError,
  choice,
  type Expression,
  type Grammar,
  literal,
  repeat,
  rule,
  sequence,
} from "./expression.ts";

type Token =
  | { kind: "name" | "define" | "symbol"; text: string; line: number }
  | { kind: "literal" | "count"; text: string; line: number }
  | { kind: "class"; expression: Expression; text: string; line: number };

const largestCount = 100_000;

/**
 * Parses a grammar.
 * @param root the rule to begin with
 * @throws ConstraintError naming the line and what was expected there
 */
export function parseGbnf(source: string, root = "root"): Grammar {
  const tokens = tokenise(source);
  let at = 0;
  let depth = 0;
  const lastLine = source.split("\n").length;
  const fail = (what: string) => new ConstraintError(`grammar line ${tokens[at]?.line ?? lastLine}: ${what}`);
  const is = (kind: Token["kind"], text?: string, offset = 0) => {
    const token = tokens[at + offset];
    return token?.kind === kind && (text === undefined || token.text === text);
  };

  const alternatives = (): Expression => {
    const options = [terms()];
    while (is("symbol", "|")) {
      at++;
      options.push(terms());
    }
    return choice(...options);
  };
  const terms = (): Expression => {
    const parts: Expression[] = [];
    for (;;) {
      const atom = element();
      if (atom === undefined) return sequence(...parts);
      parts.push(repeated(atom));
    }
  };
  const element = (): Expression | undefined => {
    const token = tokens[at];
    if (token === undefined) return undefined;
    if (token.kind === "name") {
      // A name before ::= begins the next rule.
      if (is("define", undefined, 1)) return undefined;
      at++;
      return rule(token.text);
    }
    if (token.kind === "literal") {
      at++;
      return literal(token.text);
    }
    if (token.kind === "class") {
      at++;
      return token.expression;
    }
    if (!is("symbol", "(")) return undefined;
    at++;
    if (++depth > 200) throw fail("groups are nested deeper than 200");
    const inner = alternatives();
    if (!is("symbol", ")")) throw fail("a ) is missing");
    at++;
    depth--;
    return inner;
  };
  const repeated = (body: Expression): Expression => {
    let result = body;
    for (;;) {
      const token = tokens[at];
      if (is("symbol", "*")) result = repeat(result, 0);
      else if (is("symbol", "+")) result = repeat(result, 1);
      else if (is("symbol", "?")) result = repeat(result, 0, 1);
      else if (token?.kind === "count") {
        const [least = "", most] = token.text.split(",").map((part) => part.trim());
        const low = Number(least);
        const high = most === undefined ? low : most === "" ? Number.POSITIVE_INFINITY : Number(most);
        if (high < low || low > largestCount || (Number.isFinite(high) && high > largestCount))
          throw fail(`the count {${token.text}} is out of order or exceeds ${largestCount}`);
        result = repeat(result, low, high);
      } else return result;
      at++;
    }
  };

  const rules = new Map<string, Expression>();
  while (at < tokens.length) {
    const name = tokens[at]!;
    if (name.kind !== "name" || !is("define", undefined, 1))
      throw fail(`expected a rule (name ::= …), found ${JSON.stringify(name.text)}`);
    if (rules.has(name.text)) throw fail(`the rule ${name.text} is defined twice`);
    at += 2;
    rules.set(name.text, alternatives());
  }
  if (!rules.has(root)) throw new ConstraintError(`the grammar has no rule ${root}`);
  return { root, rules };
}

const lexeme =
  /(?<space>[ \t\r]+|#[^\n]*)|(?<line>\n)|(?<define>::=)|(?<name>[A-Za-z][\w-]*)|"(?<literal>(?:[^"\\\n]|\\.)*)"|\[(?<class>(?:[^\]\\\n]|\\.)*)\]|\{(?<count>\s*\d+\s*(?:,\s*\d*\s*)?)\}|(?<symbol>[|()*+?.])/uy;

function tokenise(source: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  lexeme.lastIndex = 0;
  while (lexeme.lastIndex < source.length) {
    const begin = lexeme.lastIndex;
    const groups = lexeme.exec(source)?.groups;
    if (groups === undefined)
      throw new ConstraintError(
        `grammar line ${line}: cannot read ${JSON.stringify(source.slice(begin, begin + 20))}`,
      );
    if (groups.line !== undefined) line++;
    else if (groups.define !== undefined) tokens.push({ kind: "define", text: "::=", line });
    else if (groups.name !== undefined) tokens.push({ kind: "name", text: groups.name, line });
    else if (groups.literal !== undefined)
      tokens.push({
        kind: "literal",
        text: characters(groups.literal, line)
          .map(({ point }) => String.fromCodePoint(point))
          .join(""),
        line,
      });
    else if (groups.class !== undefined)
      tokens.push({ kind: "class", text: groups.class, expression: classOf(groups.class, line), line });
    else if (groups.count !== undefined) tokens.push({ kind: "count", text: groups.count.trim(), line });
    else if (groups.symbol === ".")
      tokens.push({ kind: "class", text: ".", expression: utf8Of(anyCodePoint), line });
    else if (groups.symbol !== undefined) tokens.push({ kind: "symbol", text: groups.symbol, line });
  }
  return tokens;
}

const escapes: Readonly<Record<string, number>> = {
  n: 10,
  r: 13,
  t: 9,
  "\\": 0x5c,
  '"': 0x22,
  "[": 0x5b,
  "]": 0x5d,
  "-": 0x2d,
  "^": 0x5e,
};
const hexadecimal: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Characters of a literal or a class; `escaped` ones never mean a range. */
function characters(text: string, line: number): { point: number; escaped: boolean }[] {
  const result: { point: number; escaped: boolean }[] = [];
  const points = [...text.toWellFormed()];
  for (let at = 0; at < points.length; at++) {
    if (points[at] !== "\\") {
      result.push({ point: points[at]!.codePointAt(0)!, escaped: false });
      continue;
    }
    const kind = points[++at] ?? "";
    const length = Object.hasOwn(hexadecimal, kind) ? hexadecimal[kind] : undefined;
    const digits = length === undefined ? "" : points.slice(at + 1, at + 1 + length).join("");
    const hex = length !== undefined && digits.length === length && /^[0-9a-fA-F]+$/.test(digits);
    const point = hex
      ? Number.parseInt(digits, 16)
      : Object.hasOwn(escapes, kind)
        ? escapes[kind]
        : undefined;
    if (point === undefined || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
      throw new ConstraintError(`grammar line ${line}: unknown escape \\${kind}${digits}`);
    if (hex) at += length;
    result.push({ point, escaped: true });
  }
  return result;
}

function classOf(text: string, line: number): Expression {
  const negated = text.startsWith("^");
  const items = characters(negated ? text.slice(1) : text, line);
  const ranges: CodePointRange[] = [];
  for (let at = 0; at < items.length; at++) {
    const low = items[at]!.point;
    const dash = items[at + 1];
    const high = items[at + 2];
    if (dash === undefined || dash.point !== 0x2d || dash.escaped || high === undefined) {
      ranges.push([low, low]);
      continue;
    }
    if (high.point < low)
      throw new ConstraintError(`grammar line ${line}: a range in [${text}] is out of order`);
    ranges.push([low, high.point]);
    at += 2;
  }
  const set = codePoints(...ranges);
  return utf8Of(negated ? complement(set) : set);
}
