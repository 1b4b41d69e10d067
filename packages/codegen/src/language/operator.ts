/**
 * What an operator of the grammar is: a signature, what it computes, what it costs, and how Python and TypeScript write
 * it. One line each, in `operators/`.
 *
 * A signature reads `str, #delimiter, #index -> str`. `#name` is a slot that takes constants drawn from the problem
 * (see `search/constants.ts`) rather than expressions. `T` and `U` stand for any type. `{T -> num}` is the body of a
 * lambda over the elements of the first argument; `run` is given the body's results, one for each element.
 *
 * A template writes argument i as `{i}`, or `{i:p}` if it must bind at least as tightly as precedence p; `{v}` is the
 * lambda's variable.
 */
import type { Type } from "../values/type.ts";

/** Binding strength of what a template makes, weakest first. */
export const PRECEDENCE = {
  lambda: 0,
  conditional: 1,
  or: 2,
  and: 3,
  not: 4,
  compare: 5,
  add: 6,
  multiply: 7,
  unary: 8,
  postfix: 9,
} as const;

export interface Slot {
  readonly kind: "expression" | "constant" | "lambda";
  /** The type, the constants' domain, or the type of the lambda's body. */
  readonly type: Type;
}

export interface Operator {
  readonly name: string;
  readonly slots: readonly Slot[];
  readonly returns: Type;
  /** How many variables its lambda binds; 0 if it has none. */
  readonly binds: number;
  readonly cost: number;
  readonly run: (...args: never[]) => unknown;
  readonly python: string;
  readonly typescript: string;
  /** Binding strength of the printed text. */
  readonly precedence: number;
  readonly typescriptPrecedence: number;
  /** Functions that the printed text calls: names in `print/helpers.ts`. */
  readonly helpers: readonly string[];
  /** What people call it: read by the policy and by retrieval, not by the search. */
  readonly words: string;
}

export interface OperatorOptions {
  readonly words?: string;
  readonly precedence?: number;
  /** Where TypeScript binds differently. */
  readonly typescriptPrecedence?: number;
  readonly helpers?: readonly string[];
}

export function operator(
  name: string,
  signature: string,
  cost: number,
  run: (...args: never[]) => unknown,
  python: string,
  typescript: string,
  options: OperatorOptions = {},
): Operator {
  const arrow = signature.lastIndexOf("->");
  const slots = splitArguments(signature.slice(0, arrow)).map(parseSlot);
  const lambda = slots.findIndex(({ kind }) => kind === "lambda");
  const first = slots[0]?.type ?? "";
  const precedence = options.precedence ?? PRECEDENCE.postfix;
  return {
    name,
    slots,
    returns: signature.slice(arrow + 2).trim(),
    binds: lambda === -1 ? 0 : first.startsWith("list<pair<") ? 2 : 1,
    cost,
    run,
    python,
    typescript,
    precedence,
    typescriptPrecedence: options.typescriptPrecedence ?? precedence,
    helpers: options.helpers ?? [],
    words: `${name.replaceAll("_", " ")} ${options.words ?? ""}`.trim(),
  };
}

function parseSlot(text: string): Slot {
  if (text.startsWith("#")) return { kind: "constant", type: text.slice(1) };
  if (text.startsWith("{")) return { kind: "lambda", type: text.slice(text.indexOf("->") + 2, -1).trim() };
  return { kind: "expression", type: text };
}

/** Splits at the commas that no bracket encloses. */
function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const character of text.replaceAll("->", "\u0001")) {
    if ("<{".includes(character)) depth++;
    if (">}".includes(character)) depth--;
    if (character === "," && depth === 0) {
      parts.push(part);
      part = "";
    } else part += character;
  }
  if (part.trim() !== "") parts.push(part);
  return parts.map((one) => one.replaceAll("\u0001", "->").trim());
}
