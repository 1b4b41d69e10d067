/** Where a run learns from: the task's answers, agreement of the model with itself, or a check that an answer passes. */
import { isCorrect, normalizeText } from "../metrics/match.ts";
import type { Answer, AnswerRequest, ExperimentModel } from "../models/model.ts";
import type { TaskItem } from "../tasks/item.ts";

export const FEEDBACKS = ["labels", "self-consistency", "execution"] as const;
export type FeedbackName = (typeof FEEDBACKS)[number];

export interface Verdict {
  /** The answer to learn from. */
  readonly gold: string;
  readonly correct: boolean;
}

export interface FeedbackSource {
  readonly name: FeedbackName;
  /** @returns undefined if nothing can be said about this answer, and so nothing learnt */
  judge(
    item: TaskItem,
    answer: Answer,
    request: AnswerRequest,
    signal?: AbortSignal,
  ): Promise<Verdict | undefined>;
}

export const labels: FeedbackSource = {
  name: "labels",
  judge: async ({ question, answer: gold }, { answer }) => ({
    gold,
    correct: isCorrect(question, gold, answer),
  }),
};

/**
 * Asks the model again with some randomness; what most of its answers agree on counts as right.
 * @see Wang et al. 2022, Self-Consistency, arXiv:2203.11171
 */
export function selfConsistency(
  model: ExperimentModel,
  { samples = 5, leastShare = 0.6, temperature = 0.8, seed = 0 } = {},
): FeedbackSource {
  return {
    name: "self-consistency",
    async judge({ question }, answer, request, signal) {
      const answers = [answer.answer];
      while (answers.length < samples) {
        const sample = { temperature, seed: seed * 1_000 + answers.length };
        answers.push((await model.answer({ ...request, sample }, signal)).answer);
      }
      const counts = new Map<string, number>();
      for (const one of answers.map(normalizeText)) counts.set(one, (counts.get(one) ?? 0) + 1);
      const [common, count] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best));
      if (common === "" || count < leastShare * answers.length) return undefined;
      const gold = answers.find((one) => normalizeText(one) === common)!;
      return { gold, correct: isCorrect(question, gold, answer.answer) };
    },
  };
}

/** An answer that passes the check counts as right; of one that fails only that it is wrong is known: nothing is learnt. */
export function execution(check: (item: TaskItem, answer: string) => Promise<boolean>): FeedbackSource {
  return {
    name: "execution",
    judge: async (item, { answer }) =>
      (await check(item, answer)) ? { gold: answer, correct: true } : undefined,
  };
}
