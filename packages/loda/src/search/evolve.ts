// Search by mutation: seeds that are near the terms are changed at random, and what reproduces more terms is kept.
import { print } from "../language/print.ts";
import type { Program } from "../language/program.ts";
import type { Value } from "../number/value.ts";
import { mutate } from "./mutate.ts";
import type { Random } from "./random.ts";
import type { Verifier } from "./verify.ts";

export interface EvolveOptions {
  readonly verifier: Verifier;
  readonly random: Random;
  /** When to give up, on the clock of performance.now(). */
  readonly deadline: number;
  readonly signal?: AbortSignal;
}

interface Individual {
  readonly program: Program;
  readonly score: number;
}

const populationSize = 64;
/** Mutants between two looks at the clock, and two turns of the event loop. */
const mutantsPerTurn = 256;
/** Individuals to compare when choosing a parent. */
const tournament = 3;

/**
 * The first program found that reproduces every term, or `undefined` when the time is up. A score counts the terms
 * from the first on, and a little for terms further on, which point the way before the first one fits.
 */
export async function evolve(
  seeds: readonly Program[],
  terms: readonly Value[],
  { verifier, random, deadline, signal }: EvolveOptions,
): Promise<Program | undefined> {
  const seen = new Set<string>();
  const population: Individual[] = [];
  /** Answers the program if it is what is wanted. */
  const consider = (program: Program): Program | undefined => {
    const text = print(program, "pipes");
    if (seen.has(text)) return undefined;
    seen.add(text);
    const score = scoreOf(verifier.run(program, terms.length).terms, terms);
    if (score === solved) return program;
    const worst = population.at(-1);
    if (population.length >= populationSize && worst && score < worst.score) return undefined;
    const at = population.findIndex((individual) => individual.score < score);
    population.splice(at < 0 ? population.length : at, 0, { program, score });
    population.length = Math.min(population.length, populationSize);
    return undefined;
  };
  for (const seed of seeds) {
    const found = consider(seed);
    if (found) return found;
  }
  if (population.length === 0) return undefined;
  while (performance.now() < deadline) {
    for (let i = 0; i < mutantsPerTurn; i++) {
      const rivals = Array.from({ length: tournament }, () => random.below(population.length));
      const found = consider(mutate(population[Math.min(...rivals)]!.program, random));
      if (found) return found;
    }
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
  return undefined;
}

const solved = Number.POSITIVE_INFINITY;

function scoreOf(found: readonly Value[], wanted: readonly Value[]): number {
  let prefix = 0;
  while (prefix < wanted.length && found[prefix] === wanted[prefix]) prefix++;
  if (prefix === wanted.length) return solved;
  let matches = 0;
  for (const [i, term] of wanted.entries()) if (found[i] === term) matches++;
  return prefix + matches / 2;
}
