/**
 * Grammars over bytes: what every kind of constraint (labels, regular expressions, JSON Schema, written grammars)
 * is translated into before it is compiled. A grammar is a map of named rules, each an expression.
 */

/** An inclusive range of byte values. */
export type ByteRange = readonly [low: number, high: number];

export type Expression =
  /** matches nothing at all */
  | { readonly kind: "never" }
  /** one byte in any of the ranges */
  | { readonly kind: "byte"; readonly ranges: readonly ByteRange[] }
  | { readonly kind: "sequence"; readonly parts: readonly Expression[] }
  | { readonly kind: "choice"; readonly options: readonly Expression[] }
  /** `least` to `most` times; `most` may be Infinity */
  | { readonly kind: "repeat"; readonly body: Expression; readonly least: number; readonly most: number }
  | { readonly kind: "rule"; readonly name: string };

export interface Grammar {
  readonly root: string;
  readonly rules: ReadonlyMap<string, Expression>;
}

/** A constraint that cannot be compiled: what is wrong with it, and where. */
export class ConstraintError extends Error {
  override readonly name = "ConstraintError";
}

export const never: Expression = { kind: "never" };
/** the empty text */
export const empty: Expression = { kind: "sequence", parts: [] };

export function byteIn(...ranges: ByteRange[]): Expression {
  return { kind: "byte", ranges };
}

export function sequence(...parts: Expression[]): Expression {
  const flat = parts.flatMap((part) => (part.kind === "sequence" ? part.parts : [part]));
  if (flat.some(({ kind }) => kind === "never")) return never;
  return flat.length === 1 ? flat[0]! : { kind: "sequence", parts: flat };
}

export function choice(...options: Expression[]): Expression {
  const possible = options.filter(({ kind }) => kind !== "never");
  if (possible.length === 0) return never;
  return possible.length === 1 ? possible[0]! : { kind: "choice", options: possible };
}

export function repeat(body: Expression, least: number, most = Number.POSITIVE_INFINITY): Expression {
  if (most === 0) return empty;
  if (least === 1 && most === 1) return body;
  if (body.kind === "never") return least === 0 ? empty : never;
  return { kind: "repeat", body, least, most };
}

export const optional = (body: Expression): Expression => repeat(body, 0, 1);
export const rule = (name: string): Expression => ({ kind: "rule", name });

const utf8 = new TextEncoder();

/** Exactly these bytes, or the UTF-8 of this text. */
export function literal(text: string | Uint8Array): Expression {
  const bytes = typeof text === "string" ? utf8.encode(text) : text;
  return sequence(...[...bytes].map((byte) => byteIn([byte, byte])));
}

/** One of these texts; common beginnings are shared, so that many labels stay cheap. */
export function oneOf(texts: readonly string[]): Expression {
  const encoded = [...new Set(texts)].map((text) => utf8.encode(text));
  encoded.sort(compareBytes);
  const branch = (from: number, to: number, depth: number): Expression => {
    const options: Expression[] = [];
    let begin = from;
    // Sorted, the one that ends here comes first.
    if (encoded[begin]!.length === depth) {
      options.push(empty);
      begin++;
    }
    while (begin < to) {
      const first = encoded[begin]!;
      let end = begin + 1;
      while (end < to && encoded[end]![depth] === first[depth]) end++;
      // Sorted, what the first and the last share is shared by all between.
      const last = encoded[end - 1]!;
      let shared = depth + 1;
      while (shared < first.length && first[shared] === last[shared]) shared++;
      options.push(sequence(literal(first.subarray(depth, shared)), branch(begin, end, shared)));
      begin = end;
    }
    return choice(...options);
  };
  return encoded.length === 0 ? never : branch(0, encoded.length, 0);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return a.length - b.length;
}
