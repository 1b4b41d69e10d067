/**
 * Types of the grammar, written as text: `str`, `num`, `bool`, `none`, `list<T>`, `pair<A,B>`, `dict<T>` (text to T),
 * `record` (a value whose fields are known by name). Integers and floats are one type: the examples tell them apart.
 */
import type { Value } from "./value.ts";

export type Type = string;

export const listOf = (element: Type): Type => `list<${element}>`;
export const isList = (type: Type): boolean => type.startsWith("list<");
export const elementOf = (type: Type): Type => type.slice(5, -1);

/** The two parts of `pair<A,B>`, at the comma that no bracket encloses. */
export function partsOf(type: Type): readonly [Type, Type] {
  const inner = type.slice(5, -1);
  let depth = 0;
  for (let at = 0; at < inner.length; at++) {
    if (inner[at] === "<") depth++;
    else if (inner[at] === ">") depth--;
    else if (inner[at] === "," && depth === 0) return [inner.slice(0, at), inner.slice(at + 1)];
  }
  throw new Error(`no pair: ${type}`);
}

/** The one type of all the values, or undefined if they have none. An empty list takes the type of the others. */
export function typeOfAll(values: readonly Value[]): Type | undefined {
  let type: Type | undefined;
  for (const value of values) {
    const merged = merge(type, typeOf(value));
    if (merged === undefined) return undefined;
    type = merged;
  }
  return type;
}

export function typeOf(value: Value): Type {
  if (value === null) return "none";
  if (typeof value === "string") return "str";
  if (typeof value === "number") return "num";
  if (typeof value === "boolean") return "bool";
  if (Array.isArray(value)) {
    const element = value.length === 0 ? "?" : typeOfAll(value);
    return listOf(element ?? "mixed");
  }
  return "record";
}

function merge(a: Type | undefined, b: Type): Type | undefined {
  if (a === undefined || a === b) return b;
  if (a === "?") return b;
  if (b === "?") return a;
  if (isList(a) && isList(b)) return listOf(merge(elementOf(a), elementOf(b)) ?? "mixed");
  return undefined;
}

const NUMBERS = new Set(["int", "integer", "float", "number", "num", "double", "long", "decimal", "bigint"]);
const STRINGS = new Set(["str", "string", "text", "char"]);

/** A type as a user writes it (`list[int]`, `string[]`, `Array<number>`, `List[str]`), or undefined if it says nothing. */
export function parseType(text: string | undefined): Type | undefined {
  if (text === undefined) return undefined;
  const name = text.trim();
  const lower = name.toLowerCase();
  if (NUMBERS.has(lower)) return "num";
  if (STRINGS.has(lower)) return "str";
  if (lower === "bool" || lower === "boolean") return "bool";
  if (lower.endsWith("[]")) return wrap(parseType(name.slice(0, -2)));
  const generic = /^(?:list|array|sequence|iterable|readonlyarray|set)\s*[[<(](.*)[\])>]$/i.exec(name);
  if (generic) return wrap(parseType(generic[1]));
  if (/^(?:dict|record|map|object)\b/i.test(name)) return "record";
  return undefined;
}

const wrap = (element: Type | undefined): Type | undefined =>
  element === undefined ? undefined : listOf(element);

/** The type with unknown elements (`?`) made definite, so that an always empty list can still be used. */
export const definite = (type: Type): Type => type.replaceAll("?", "num");
