// What a worked example is, and short ways to write one.
import type { Dtype } from "../../dtype.ts";
import { input } from "../../operations/leaves.ts";
import type { Shape } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";

/** A fed input: its numbers, its shape now, and (if that has symbols) its shape in the graph. */
export interface CaseInput {
  readonly data: readonly number[];
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly symbolic?: Shape;
}

export interface Case {
  /** What is special about this example. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, CaseInput>>;
  /** Builds the results from the inputs. */
  readonly build: (inputs: Readonly<Record<string, Tensor>>) => readonly Tensor[];
  /** The results, row-major, to the digits given. */
  readonly expected: readonly (readonly number[])[];
}

/** float32 numbers of a shape. */
export function floats(shape: readonly number[], ...data: readonly number[]): CaseInput {
  return { data, shape, dtype: "float32" };
}
export function integers(shape: readonly number[], ...data: readonly number[]): CaseInput {
  return { data, shape, dtype: "int64" };
}
export function bools(shape: readonly number[], ...data: readonly number[]): CaseInput {
  return { data, shape, dtype: "bool" };
}
/** The same numbers for a graph whose shape has symbols. */
export function symbolic(shape: Shape, fed: CaseInput): CaseInput {
  return { ...fed, symbolic: shape };
}

/** The tensors of a case's inputs, and its results. */
export function buildCase(each: Case): {
  inputs: Readonly<Record<string, Tensor>>;
  outputs: readonly Tensor[];
} {
  const inputs = Object.fromEntries(
    Object.entries(each.inputs).map(([name, { dtype, shape, symbolic: open }]) => [
      name,
      input(name, dtype, open ?? shape),
    ]),
  );
  return { inputs, outputs: each.build(inputs) };
}

type T = Tensor;
type Build<Names extends string> = (inputs: Readonly<Record<Names, T>>) => T | readonly T[];

/** An example of inputs, a graph and its literal results. */
export function example<Names extends string>(
  name: string,
  inputs: Readonly<Record<Names, CaseInput>>,
  build: Build<Names>,
  ...expected: readonly (readonly number[])[]
): Case {
  return {
    name,
    inputs,
    build: (tensors) => {
      const built = build(tensors as Readonly<Record<Names, T>>);
      return "node" in built ? [built] : built;
    },
    expected,
  };
}

/** An elementwise function at a few points. */
export function points(
  f: (x: T) => T,
  values: readonly number[],
  expected: readonly number[],
): readonly Case[] {
  return [example("at a few points", { x: floats([values.length], ...values) }, ({ x }) => f(x), expected)];
}

export const pair = { a: floats([2, 2], 1, 2, 3, 4), b: floats([2], 2, 0.5) };
export const matrices = { a: floats([2, 3], 1, 2, 3, 4, 5, 6), b: floats([3, 2], 1, 0, 0, 1, 1, 1) };
export const flags = { p: bools([2, 2], 0, 0, 1, 1), q: bools([2, 2], 0, 1, 0, 1) };
export const six = floats([2, 3], 1, 5, 2, 4, 3, 6);
