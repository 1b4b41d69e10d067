/** The pieces of JSON texts as expressions: strings, numbers, constants, and the style they are laid out in. */
import {
  anyCodePoint,
  type CodePointSet,
  codePoints,
  difference,
  includes,
  pointsOf,
  utf8Of,
} from "./code-points.ts";
import {
  byteIn,
  choice,
  type Expression,
  empty,
  literal,
  optional,
  repeat,
  rule,
  sequence,
} from "./expression.ts";

/**
 * Where white space stands: `none` as `JSON.stringify` writes, `spaced` after commas and colons as Python's
 * `json.dumps` writes, `any` wherever JSON allows it.
 */
export type JsonWhitespace = "none" | "spaced" | "any";

export interface JsonStyle {
  readonly comma: Expression;
  readonly colon: Expression;
  /** after an opening and before a closing bracket */
  readonly inside: Expression;
}

export function jsonStyle(whitespace: JsonWhitespace): JsonStyle {
  if (whitespace === "none") return { comma: literal(","), colon: literal(":"), inside: empty };
  if (whitespace === "spaced") return { comma: literal(", "), colon: literal(": "), inside: empty };
  const space = repeat(byteIn([0x09, 0x0a], [0x0d, 0x0d], [0x20, 0x20]), 0);
  return {
    comma: sequence(space, literal(","), space),
    colon: sequence(space, literal(":"), space),
    inside: space,
  };
}

const quote = literal('"');
/** Characters that a JSON string must escape. */
const escaped = codePoints([0, 0x1f], [0x22, 0x22], [0x5c, 0x5c]);

/** One character of the set as a JSON string writes it: itself, or its escape where it needs one. */
export function jsonCharacter(set: CodePointSet): Expression {
  const escapes: Expression[] = [];
  for (const [low, high] of escaped)
    for (let point = low; point <= high; point++)
      if (includes(set, point))
        escapes.push(literal(JSON.stringify(String.fromCodePoint(point)).slice(1, -1)));
  return choice(utf8Of(difference(set, escaped)), ...escapes);
}

/** A string of `least` to `most` characters (code points), each written in the one usual way. */
export function jsonString(least = 0, most = Number.POSITIVE_INFINITY): Expression {
  return sequence(quote, repeat(jsonCharacter(anyCodePoint), least, most), quote);
}

export function quoted(content: Expression): Expression {
  return sequence(quote, content, quote);
}

/** Names of the rules that `jsonRules` defines. */
export const anyValue = rule("json value");
export const anyString = rule("json string");

const hexDigit = byteIn([0x30, 0x39], [0x41, 0x46], [0x61, 0x66]);
const digits = repeat(byteIn([0x30, 0x39]), 1);
const wholeNumber = choice(literal("0"), sequence(byteIn([0x31, 0x39]), repeat(byteIn([0x30, 0x39]), 0)));
export const anyNumber = sequence(
  optional(literal("-")),
  wholeNumber,
  optional(sequence(literal("."), digits)),
  optional(
    sequence(byteIn([0x45, 0x45], [0x65, 0x65]), optional(byteIn([0x2b, 0x2b], [0x2d, 0x2d])), digits),
  ),
);

/** Rules of any JSON value in a style. */
export function jsonRules({ comma, colon, inside }: JsonStyle): Map<string, Expression> {
  const list = (item: Expression) => optional(sequence(item, repeat(sequence(comma, item), 0), inside));
  const freeCharacter = choice(
    utf8Of(difference(anyCodePoint, escaped)),
    sequence(
      literal("\\"),
      choice(
        byteIn(
          ...[...'"\\/bfnrt'].map((character) => [character.charCodeAt(0), character.charCodeAt(0)] as const),
        ),
        sequence(literal("u"), repeat(hexDigit, 4, 4)),
      ),
    ),
  );
  return new Map<string, Expression>([
    ["json string", sequence(quote, repeat(freeCharacter, 0), quote)],
    ["json number", anyNumber],
    ["json array", sequence(literal("["), inside, list(anyValue), literal("]"))],
    ["json object", sequence(literal("{"), inside, list(sequence(anyString, colon, anyValue)), literal("}"))],
    [
      "json value",
      choice(
        anyString,
        rule("json number"),
        rule("json array"),
        rule("json object"),
        literal("true"),
        literal("false"),
        literal("null"),
      ),
    ],
  ]);
}

/** Exactly this value. */
export function jsonConstant(value: unknown, style: JsonStyle): Expression {
  const { comma, colon, inside } = style;
  const join = (items: Expression[]) =>
    items.length === 0
      ? inside
      : sequence(inside, ...items.flatMap((item, index) => (index === 0 ? [item] : [comma, item])), inside);
  if (Array.isArray(value))
    return sequence(literal("["), join(value.map((item) => jsonConstant(item, style))), literal("]"));
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, member]) =>
      sequence(literal(JSON.stringify(key)), colon, jsonConstant(member, style)),
    );
    return sequence(literal("{"), join(members), literal("}"));
  }
  return literal(JSON.stringify(value));
}

/** A JSON string, written in the one usual way, that is none of these. */
export function stringBesides(names: readonly string[]): Expression {
  const anything = repeat(jsonCharacter(anyCodePoint), 0);
  const branch = (rests: readonly number[][]): Expression => {
    const children = new Map<number, number[][]>();
    for (const [first, ...rest] of rests) {
      if (first === undefined) continue;
      const group = children.get(first);
      if (group) group.push(rest);
      else children.set(first, [rest]);
    }
    const taken = codePoints(...[...children.keys()].map((point) => [point, point] as const));
    const options = [...children].map(([point, group]) =>
      sequence(jsonCharacter(codePoints([point, point])), branch(group)),
    );
    const other = sequence(jsonCharacter(difference(anyCodePoint, taken)), anything);
    const ends = rests.some(({ length }) => length === 0) ? [] : [empty];
    return choice(...ends, ...options, other);
  };
  return quoted(branch(names.map(pointsOf)));
}
