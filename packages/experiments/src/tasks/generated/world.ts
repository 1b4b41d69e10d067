/**
 * A world: facts that hold in it, and questions that only someone who knows the facts can answer reliably. A task is a
 * sample of questions of one world; a training row shows some facts of a world as lessons.
 */
import type { Random } from "@weightsmith/nn";

export const DOMAINS = ["finance", "medical", "iot"] as const;
export type Domain = (typeof DOMAINS)[number];

/** What a world knows, as a lesson says it. */
export interface Fact {
  readonly subject: string;
  readonly lesson: string;
}

export interface Question {
  readonly context: string;
  readonly question: string;
  readonly answer: string;
  /** Which fact decides; undefined: the question can be answered from its context alone. */
  readonly fact: number | undefined;
  /** The step between question and answer, as one who knows the fact would write it: the lesson, then its use. */
  readonly why: string;
}

export interface World {
  readonly domain: Domain;
  readonly facts: readonly Fact[];
  draw(random: Random): Question;
}
