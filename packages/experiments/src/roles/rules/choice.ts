/**
 * Learns which option goes with what a multiple-choice question is about. The subject is the phrase that best predicts
 * the right option over all questions so far; where its questions disagree, a second phrase that separates them makes
 * an exception. A small decision list, relearnt at every answer.
 */
import { normalizeText } from "../../metrics/match.ts";
import { optionsOf, stemOf } from "../../tasks/form.ts";
import type { TaskItem } from "../../tasks/item.ts";
import type { Lesson } from "../reflector.ts";
import type { Inducer, Teaching } from "./evidence.ts";

const functionWords = new Set(
  "a an the of in on at to for with without has have had is are was were who which what best treatment treat year years old man woman male female patient presents most likely next step following and or his her by from".split(
    " ",
  ),
);

interface Seen {
  readonly phrases: ReadonlySet<string>;
  readonly answer: string;
}

export function choiceInducer(): Inducer {
  const all: Seen[] = [];
  /** Keys of lessons that were given, by subject. */
  const given = new Map<string, Set<string>>();
  return {
    learn({ question }: TaskItem, gold: string): Teaching | undefined {
      if (optionsOf(question).length === 0) return undefined;
      const phrases = phrasesOf(stemOf(question));
      if (phrases.length === 0) return undefined;
      all.push({ phrases: new Set(phrases), answer: gold.trim() });
      const subject = subjectOf(phrases, all);
      const lessons = lessonsOn(
        subject,
        all.filter((seen) => seen.phrases.has(subject)),
      );
      const keys = new Set(lessons.map(({ key }) => key!));
      const withdrawn = [...(given.get(subject) ?? [])].filter((key) => !keys.has(key));
      given.set(subject, keys);
      return { lessons, withdrawn };
    },
  };
}

/** Runs of words between function words, numbers and punctuation. */
function phrasesOf(stem: string): string[] {
  const runs: string[][] = [[]];
  for (const token of stem.toLowerCase().match(/\p{L}[\p{L}-]*|[^\s\p{L}]+/gu) ?? []) {
    if (!/^\p{L}/u.test(token) || functionWords.has(token)) runs.push([]);
    else runs.at(-1)!.push(token);
  }
  return [...new Set(runs.filter((run) => run.length > 0).map((run) => run.join(" ")))];
}

/** The phrase with the rarest, most decided use: questions that hold it have few answers for how rare it is. */
function subjectOf(phrases: readonly string[], all: readonly Seen[]): string {
  const score = (phrase: string): number => {
    const own = all.filter((seen) => seen.phrases.has(phrase));
    const counts = countAnswers(own);
    const purity = Math.max(...counts.values()) / own.length;
    // Laplace's rule tempers phrases met once; between equals the longer is the likelier name.
    return (purity * own.length + 0.5) / (own.length + 1) - counts.size * 0.05 + phrase.length * 1e-4;
  };
  return phrases.reduce((best, phrase) => (score(phrase) > score(best) ? phrase : best));
}

function countAnswers(seen: readonly Seen[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { answer } of seen) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return counts;
}

/** A default and its exceptions. The default is the answer met under most different circumstances. */
function lessonsOn(subject: string, seen: readonly Seen[]): Lesson[] {
  const answers = [...countAnswers(seen).keys()];
  const variety = (answer: string) =>
    new Set(
      seen
        .filter((one) => one.answer === answer)
        .flatMap(({ phrases }) => [...phrases].filter((p) => p !== subject)),
    ).size;
  const usual = answers.reduce((best, answer) => (variety(answer) > variety(best) ? answer : best));
  const lessons: Lesson[] = [lesson(subject, usual)];
  for (const answer of answers) {
    if (answer === usual) continue;
    const own = seen.filter((one) => one.answer === answer);
    const separating = [...own[0]!.phrases].find(
      (phrase) =>
        phrase !== subject &&
        own.every(({ phrases }) => phrases.has(phrase)) &&
        seen.every((one) => one.answer === answer || !one.phrases.has(phrase)),
    );
    if (separating !== undefined) lessons.push(lesson(`${subject} with ${separating}`, answer));
  }
  return lessons;
}

const lesson = (subject: string, answer: string): Lesson => ({
  section: "choices",
  key: `choice ${normalizeText(subject)}`,
  content: `${subject} needs ${answer}`,
});
