/**
 * From families to training material: tasks of one part of the data, endless streams of episodes, plain text for the
 * tokenizer, and fixed suites to measure on.
 *
 * Two walls keep what is measured apart from what is trained on. Whole families are set aside (splits.ts). Within a
 * training family a hash sends every tenth spec text and every tenth input to the held-out part; the training stream
 * never contains such a text, the in-family suite contains no other.
 */
import type { SolvedExample } from "../interpreter/prompt.ts";
import type { Family, Task } from "./family.ts";
import { demonstrate } from "./phrasing.ts";
import { hash32, Random } from "./random.ts";
import { familiesOf } from "./registry.ts";
import type { Split } from "./splits.ts";

/** Which part of a family's texts to draw from; `any` for families that no training touches. */
export type Part = "training" | "held-out" | "any";

const heldOutOneIn = 10;

/** Whether a spec or input belongs to the held-out part. White space around it doesn't count. */
export function isHeldOut(text: string): boolean {
  return hash32(text.trim()) % heldOutOneIn === 0;
}

function belongs(text: string, part: Part): boolean {
  return part === "any" || isHeldOut(text) === (part === "held-out");
}

/** How often a spec carries an example in its own words. */
const demonstrated = 0.15;
const patience = 400;

/** A task whose spec and examples all lie in `part`. @throws if the family has no such text after many draws */
export function drawTask(family: Family, random: Random, part: Part): Task {
  for (let tries = 0; tries < patience; tries++) {
    const task = family.sample(random);
    const within: Task = { ...task, example: (source) => drawExample(task, source, part) };
    let spec = task.spec;
    if (random.chance(demonstrated)) {
      const shown = within.example(random);
      if (shown.input.length + shown.output.length <= 80)
        spec = demonstrate(spec, shown.input, shown.output, random);
    }
    if (belongs(spec, part)) return { ...within, spec };
  }
  throw new Error(`family ${family.name} has no ${part} spec in ${patience} draws`);
}

function drawExample(task: Task, random: Random, part: Part): SolvedExample {
  for (let tries = 0; tries < patience; tries++) {
    const example = task.example(random);
    if (belongs(example.input, part)) return example;
  }
  throw new Error(`family ${task.family} has no ${part} input in ${patience} draws for: ${task.spec}`);
}

/** Up to `count` examples of a task with different inputs; fewer if the task hasn't as many. */
export function distinctExamples(task: Task, count: number, random: Random): SolvedExample[] {
  const found = new Map<string, SolvedExample>();
  for (let tries = count * 20; found.size < count && tries > 0; tries--) {
    const example = task.example(random);
    const key = example.input.trim();
    if (!found.has(key)) found.set(key, example);
  }
  return [...found.values()];
}

/**
 * One row of training: a context (spec, solved examples, or both) and an input with its output. The solved examples
 * have inputs that differ from each other and from the last; their outputs may be trained on as well, save the first
 * when there is no spec to predict it from.
 */
export interface Episode {
  readonly family: string;
  /** Empty when the episode consists of examples only. */
  readonly spec: string;
  readonly examples: readonly SolvedExample[];
  readonly input: string;
  readonly output: string;
}

export interface EpisodeMix {
  /** Relative frequencies of the three forms. */
  readonly specOnly: number;
  readonly specAndExamples: number;
  readonly examplesOnly: number;
  /** Solved examples in the context: 1 … this with a spec, 2 … this (at least 2) without. */
  readonly mostExamples: number;
}

export const ordinaryMix: EpisodeMix = {
  specOnly: 0.5,
  specAndExamples: 0.38,
  examplesOnly: 0.12,
  mostExamples: 4,
};

export interface EpisodeOptions {
  readonly seed: number | string;
  /** Default: the training families. */
  readonly families?: readonly Family[];
  /** Default: `training`. */
  readonly part?: Part;
  readonly mix?: EpisodeMix;
  /** Length of the samples, 0 (shortest) … 1. Default 1. */
  readonly size?: number;
  /** Share of episodes taken from the group `copy`, besides its ordinary share. Default 0. */
  readonly copyShare?: number;
  /** How often a family is drawn beside the others. Default: equally often. */
  readonly weightOf?: (family: Family) => number;
  /** Longest spec + examples + input + output, in characters; longer episodes are drawn anew. Default 400. */
  readonly mostCharacters?: number;
}

/** An endless stream of episodes. Equal options give an equal stream. */
export function* episodes(options: EpisodeOptions): Generator<Episode, never> {
  const { families = familiesOf("training"), part = "training", mix = ordinaryMix } = options;
  const { size = 1, copyShare = 0, mostCharacters = 400 } = options;
  const random = new Random(`episodes ${part} ${options.seed}`, size);
  const copying = families.filter((family) => family.group === "copy");
  const anyFamily = options.weightOf ? weighted(families, options.weightOf) : undefined;
  for (;;) {
    const copies = copying.length > 0 && random.chance(copyShare);
    const family = anyFamily && !copies ? anyFamily(random) : random.pick(copies ? copying : families);
    const episode = drawEpisode(family, random, part, mix);
    if (episode && charactersOf(episode) <= mostCharacters) yield episode;
  }
}

/** Draws in proportion to weights. */
function weighted<T>(items: readonly T[], weightOf: (item: T) => number): (random: Random) => T {
  let sum = 0;
  const bounds = items.map((item) => {
    sum += weightOf(item);
    return sum;
  });
  return (random) => {
    const at = random.float() * sum;
    return items[bounds.findIndex((bound) => at < bound)] ?? items.at(-1)!;
  };
}

function drawEpisode(family: Family, random: Random, part: Part, mix: EpisodeMix): Episode | null {
  const form = random.float() * (mix.specOnly + mix.specAndExamples + mix.examplesOnly);
  const withSpec = form < mix.specOnly + mix.specAndExamples;
  const least = withSpec ? 1 : 2;
  const shots = form < mix.specOnly ? 0 : random.between(least, Math.max(least, mix.mostExamples));
  const task = drawTask(family, random, part);
  const drawn = distinctExamples(task, shots + 1, random);
  const asked = drawn.at(-1);
  if (!asked || drawn.length <= shots) return null;
  return { family: family.name, spec: withSpec ? task.spec : "", examples: drawn.slice(0, -1), ...asked };
}

export function charactersOf({ spec, examples, input, output }: Episode): number {
  return examples.reduce(
    (sum, e) => sum + e.input.length + e.output.length,
    spec.length + input.length + output.length,
  );
}

/** Text like that of the training episodes, piece by piece: what a tokenizer is trained on. */
export function* corpus(seed: number | string): Generator<string> {
  for (const { spec, input, output } of episodes({ seed: `corpus ${seed}`, mostCharacters: 1000 })) {
    if (spec) yield spec;
    yield input;
    yield output;
  }
}

export type SuiteName = "in-family" | "validation" | "out-of-family";

/** A task with a fixed list of examples, as a user would bring it. */
export interface SuiteTask {
  readonly family: string;
  readonly group: string;
  readonly spec: string;
  readonly examples: readonly SolvedExample[];
}

const suites: Readonly<Record<SuiteName, { split: Split; part: Part }>> = {
  "in-family": { split: "training", part: "held-out" },
  validation: { split: "validation", part: "any" },
  "out-of-family": { split: "out-of-family", part: "any" },
};

/** Evenly spaced tasks, so that a small number still sees every theme. */
export function spread<T>(items: readonly T[], count: number): T[] {
  if (count >= items.length) return [...items];
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]!);
}

/**
 * The tasks of a suite: `tasksPerFamily` of every family of its split, each with `examplesPerTask` examples of
 * different inputs (fewer where the function has fewer inputs). Equal arguments give equal tasks.
 */
export function suite(
  name: SuiteName,
  {
    seed = 0,
    tasksPerFamily = 1,
    examplesPerTask = 40,
  }: { seed?: number; tasksPerFamily?: number; examplesPerTask?: number } = {},
): SuiteTask[] {
  const { split, part } = suites[name];
  return familiesOf(split).flatMap((family) => {
    const random = new Random(`suite ${name} ${family.name} ${seed}`);
    return random.many(tasksPerFamily, () => {
      const task = drawTask(family, random, part);
      return {
        family: family.name,
        group: family.group,
        spec: task.spec,
        examples: distinctExamples(task, examplesPerTask, random),
      };
    });
  });
}
