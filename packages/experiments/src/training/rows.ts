/**
 * Training rows of a reader: a fresh world each, some of its facts as lessons, questions of which most are decided by
 * one of the lessons. A model cannot remember the worlds, so what pays is to look the answer up in the lessons.
 */
import { Random, type Row } from "@weightsmith/nn";
import type { ReaderEncoder } from "../models/reader-prompt.ts";
import { DOMAINS, type Domain, drawWorld, type Question, type World } from "../tasks/generated/index.ts";

export interface RowMix {
  /** Share of rows without any lesson: how a reader behaves before it has learnt anything. */
  readonly withoutLessons: number;
  /** Share of deciding lessons that are missing although others are shown. */
  readonly missing: number;
  /** Loss weight of answers whose deciding lesson is not shown: names nobody can know drown the rest otherwise. */
  readonly guessWeight: number;
  /** The most lessons that decide nothing. */
  readonly mostDistractors: number;
}

export const trainingMix: RowMix = {
  withoutLessons: 0.08,
  missing: 0.05,
  guessWeight: 0.1,
  mostDistractors: 3,
};

/** Loss weight of tokens outside answers. */
const readingWeight = 0.02;
const questionsOfRow: Record<Domain, number> = { finance: 2, medical: 2, iot: 3 };
/** Of ten rows. Tables take the longest to learn, ranges the shortest. */
const domainsOfTen = { finance: 5, medical: 3, iot: 2 } satisfies Record<Domain, number>;
const domainDraw: readonly Domain[] = DOMAINS.flatMap((domain) =>
  Array<Domain>(domainsOfTen[domain]).fill(domain),
);

/** An endless stream of rows no longer than `mostTokens`, decided by the seed alone. */
export function readerRows(
  encoder: ReaderEncoder,
  { seed, mostTokens, mix, domain }: { seed: string; mostTokens: number; mix: RowMix; domain?: Domain },
): () => Row {
  const random = new Random(0, `reader rows ${seed}`);
  return () => {
    for (;;) {
      const chosen = domain ?? domainDraw[random.integer(domainDraw.length)]!;
      const row = readerRow(drawWorld(chosen, "training", random), encoder, mix, random);
      if (row.tokens.length <= mostTokens) return row;
    }
  };
}

function readerRow(world: World, encoder: ReaderEncoder, mix: RowMix, random: Random): Row {
  const count = 1 + random.integer(questionsOfRow[world.domain]);
  const questions = Array.from({ length: count }, () => world.draw(random));
  const shown =
    random.uniform() < mix.withoutLessons ? new Set<number>() : shownFacts(world, questions, mix, random);
  const lessons = random.shuffle([...shown]).map((fact) => world.facts[fact]!.lesson);

  const tokens: number[] = [];
  const weights: number[] = [];
  const append = (ids: readonly number[], weight: number) => {
    for (const id of ids) {
      tokens.push(id);
      weights.push(weight);
    }
  };
  append(encoder.lessons({ domain: world.domain, lessons }), readingWeight);
  for (const question of questions) {
    append(encoder.question(question), readingWeight);
    const known = question.fact === undefined || shown.has(question.fact);
    append(encoder.answer(question.why, question.answer), known ? 1 : mix.guessWeight);
  }
  return { tokens, weights };
}

/** Indices of the facts that a row shows: most of those that decide, and some others. */
function shownFacts(world: World, questions: readonly Question[], mix: RowMix, random: Random): Set<number> {
  const shown = new Set<number>();
  for (const { fact } of questions) {
    if (fact !== undefined && random.uniform() >= mix.missing) shown.add(fact);
  }
  const distractors = random.integer(mix.mostDistractors + 1);
  for (let index = 0; index < distractors; index++) shown.add(random.integer(world.facts.length));
  return shown;
}
