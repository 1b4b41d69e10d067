/** The role that learns: from an answered question and its feedback to lessons that would have prevented the mistake. */
import type { Entry } from "../playbook/index.ts";
import type { TaskItem } from "../tasks/item.ts";

export interface Outcome {
  readonly item: TaskItem;
  readonly pred: string;
  readonly why: string;
  /** What the feedback says is right: the task's answer, or what a signal without labels suggests. */
  readonly gold: string;
  readonly correct: boolean;
  /** The lessons that the model was shown. */
  readonly shown: readonly Entry[];
}

export interface Lesson {
  readonly section: string;
  readonly content: string;
  /** What the lesson is about: a later lesson of the same key replaces it. */
  readonly key?: string;
}

export interface Reflection {
  readonly lessons: readonly Lesson[];
  /** Keys of lessons that turned out to be wrong. */
  readonly withdrawn: readonly string[];
  /** Ids of shown entries that helped or misled. */
  readonly helpful: readonly string[];
  readonly harmful: readonly string[];
  /** How often the model was asked; 0 where none was. */
  readonly rounds: number;
}

export const nothingLearnt: Reflection = { lessons: [], withdrawn: [], helpful: [], harmful: [], rounds: 0 };

/** Who plays the role: results say which. */
export const REFLECTORS = ["rules", "model", "none"] as const;
export type ReflectorName = (typeof REFLECTORS)[number];

export interface Reflector {
  readonly name: ReflectorName;
  reflect(outcome: Outcome, signal?: AbortSignal): Promise<Reflection>;
}
