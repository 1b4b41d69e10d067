/**
 * Inverse semantics of concatenation: which sequences of known texts and constants spell every wanted output. A state is
 * a position in each output; the shortest paths from all starts to all ends are the cheapest programs (Gulwani 2011
 * intersects one graph an output; walking them together comes to the same).
 */
import { call, constant, type Expression } from "../language/expression.ts";
import type { Operator } from "../language/operator.ts";
import type { Clock } from "./clock.ts";

export interface Atom {
  readonly expression: Expression;
  readonly values: readonly string[];
  readonly cost: number;
}

export interface Spelled {
  readonly expression: Expression;
  readonly cost: number;
}

/** Joins any number of texts; printed as an f-string and as a template literal. */
export const CONCATENATION: Operator = {
  name: "concatenation",
  slots: [{ kind: "expression", type: "str" }],
  returns: "str",
  binds: 0,
  cost: 2,
  run: (...parts: readonly string[]) => parts.join(""),
  python: "",
  typescript: "",
  precedence: 9,
  typescriptPrecedence: 9,
  helpers: [],
  words: "concatenate",
};

const LIMITS = { states: 6_000, visits: 2, constantLength: 24, perValue: 3 };
const JOIN_COST = 2;

interface Step {
  readonly positions: readonly number[];
  readonly cost: number;
  readonly part: Expression | undefined;
  readonly previous: Step | undefined;
}

/** A constant's cost: letters and digits that an input could have given are dear, punctuation is cheap. */
function constantCost(text: string, inInputs: (text: string) => boolean): number {
  let cost = 2;
  for (const character of text) cost += /[A-Za-z0-9]/.test(character) ? 2 : 0.5;
  if (/[A-Za-z0-9]/.test(text) && inInputs(text)) cost += 3 + text.length;
  return cost;
}

export class AtomIndex {
  /** By the value on the first example, a few of each vector of values. */
  readonly #byFirst = new Map<string, Atom[]>();
  size = 0;

  add(atom: Atom): void {
    const [first] = atom.values;
    if (first === undefined) return;
    let atoms = this.#byFirst.get(first);
    if (!atoms) {
      atoms = [];
      this.#byFirst.set(first, atoms);
    }
    atoms.push(atom);
    this.size++;
  }

  with(first: string): readonly Atom[] {
    return this.#byFirst.get(first) ?? [];
  }
}

/** The cheapest few concatenations that spell all outputs, cheapest first. */
export function spell(
  outputs: readonly string[],
  atoms: AtomIndex,
  inInputs: (text: string) => boolean,
  { deadline, clock }: { readonly deadline: number; readonly clock: Clock },
  most = 4,
): Spelled[] {
  const found: Spelled[] = [];
  const visits = new Map<string, number>();
  const queue: Step[][] = [];
  const push = (step: Step): void => {
    const bucket = Math.round(step.cost * 2);
    queue[bucket] ??= [];
    queue[bucket].push(step);
  };
  push({ positions: outputs.map(() => 0), cost: 0, part: undefined, previous: undefined });
  let states = 0;
  for (let bucket = 0; bucket < queue.length; bucket++) {
    const steps = queue[bucket];
    if (!steps) continue;
    for (let at = 0; at < steps.length; at++) {
      const step = steps[at]!;
      const key = step.positions.join(",");
      const visited = visits.get(key) ?? 0;
      const done = step.positions.every((position, example) => position === outputs[example]!.length);
      if (done && step.previous !== undefined) {
        found.push({ expression: concatenated(step), cost: step.cost });
        if (found.length >= most) return found;
        continue;
      }
      if (visited >= LIMITS.visits) continue;
      visits.set(key, visited + 1);
      if (++states > LIMITS.states || ((states & 63) === 0 && clock.now() > deadline)) return found;
      for (const next of successors(step, outputs, atoms, inInputs)) push(next);
    }
  }
  return found;
}

function* successors(
  step: Step,
  outputs: readonly string[],
  atoms: AtomIndex,
  inInputs: (text: string) => boolean,
): Generator<Step> {
  const { positions } = step;
  const start = positions[0]!;
  const first = outputs[0]!;
  for (let length = 0; length <= first.length - start; length++) {
    const wanted = first.slice(start, start + length);
    let taken = 0;
    for (const atom of atoms.with(wanted)) {
      let fits = true;
      let longer = false;
      for (let example = 0; example < outputs.length && fits; example++) {
        fits = outputs[example]!.startsWith(atom.values[example]!, positions[example]!);
        longer ||= atom.values[example] !== "";
      }
      if (!fits || !longer) continue;
      yield {
        positions: positions.map((position, example) => position + atom.values[example]!.length),
        cost: step.cost + atom.cost + JOIN_COST,
        part: atom.expression,
        previous: step,
      };
      if (++taken >= LIMITS.perValue) break;
    }
  }
  // Two constants in a row would be one.
  if (step.part?.kind === "constant") return;
  const shared = sharedPrefix(outputs, positions);
  for (let length = 1; length <= shared.length; length++) {
    const text = shared.slice(0, length);
    yield {
      positions: positions.map((position) => position + length),
      cost: step.cost + constantCost(text, inInputs),
      part: constant(text, "str"),
      previous: step,
    };
  }
}

function sharedPrefix(outputs: readonly string[], positions: readonly number[]): string {
  const first = outputs[0]!;
  const start = positions[0]!;
  let length = 0;
  while (
    length < LIMITS.constantLength &&
    start + length < first.length &&
    outputs.every((output, example) => output[positions[example]! + length] === first[start + length])
  ) {
    length++;
  }
  return first.slice(start, start + length);
}

function concatenated(last: Step): Expression {
  const parts: Expression[] = [];
  for (let step: Step | undefined = last; step?.part !== undefined; step = step.previous)
    parts.unshift(step.part);
  return parts.length === 1 ? parts[0]! : call(CONCATENATION, "str", parts);
}
