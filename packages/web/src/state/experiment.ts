/** What a finished experiment says, read with care: an older job may lack parts. Types only come from the contract. */
import type { Job } from "@weightsmith/contract";

/** The tasks that every worker knows. */
export const experimentTasks = [
  { name: "tatqa_tiny", domain: "finance", questions: 3 },
  { name: "medqa_tiny", domain: "medical", questions: 3 },
  { name: "iot_tiny", domain: "iot", questions: 5 },
  { name: "finance_generated", domain: "finance", questions: 620 },
  { name: "medical_generated", domain: "medical", questions: 620 },
  { name: "iot_generated", domain: "iot", questions: 620 },
] as const;

interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}
interface Latency {
  readonly p50: number;
  readonly p95: number;
}

export interface ExperimentReport {
  readonly model: { readonly id: string };
  readonly task: { readonly name: string };
  readonly settings: { readonly mode?: string };
  readonly scores: { readonly n: number; readonly exactMatch: Interval; readonly tokenF1: number };
  readonly epochs: readonly { readonly epoch: number; readonly part: string; readonly accuracy: number }[];
  readonly latency: { readonly answer: Latency; readonly reflection: Latency | null };
  readonly playbook: { readonly entries: number };
  readonly growth: readonly (readonly [step: number, entries: number])[];
}

export interface ExperimentResult {
  readonly report: ExperimentReport;
  /** Lines of `[slug-00001] helpful=5 harmful=0 :: text` under headings. */
  readonly lessons: string;
}

export function experimentOf(job: Job): ExperimentResult | undefined {
  const output = job.result?.output as { report?: ExperimentReport; lessons?: string } | undefined;
  const report = output?.report;
  if (report?.scores?.exactMatch === undefined) return undefined;
  return { report, lessons: output?.lessons ?? "" };
}

export interface Lesson {
  readonly id: string;
  readonly helpful: number;
  readonly harmful: number;
  readonly text: string;
  readonly section: string;
}

/** The lessons of a playbook's text form. */
export function lessonsIn(text: string): Lesson[] {
  const lessons: Lesson[] = [];
  let section = "";
  for (const line of text.split("\n")) {
    const match = /^\[([^\]]+)\] helpful=(\d+) harmful=(\d+) :: (.*)$/.exec(line.trim());
    if (match) {
      const [, id = "", helpful, harmful, said = ""] = match;
      lessons.push({ id, helpful: Number(helpful), harmful: Number(harmful), text: said, section });
    } else if (line.startsWith("#")) {
      section = line.replace(/^#+\s*/, "").trim();
    }
  }
  return lessons;
}

export interface LessonDifference {
  readonly lesson: Lesson;
  readonly change: "added" | "removed" | "changed" | "same";
  readonly before?: Lesson;
}

/** What a second playbook has that the first has not, and the other way round. Lessons are the same by id. */
export function differenceOf(before: readonly Lesson[], after: readonly Lesson[]): LessonDifference[] {
  const old = new Map(before.map((lesson) => [lesson.id, lesson]));
  const present = new Set(after.map(({ id }) => id));
  return [
    ...after.map((lesson): LessonDifference => {
      const was = old.get(lesson.id);
      if (was === undefined) return { lesson, change: "added" };
      return was.text === lesson.text
        ? { lesson, change: "same", before: was }
        : { lesson, change: "changed", before: was };
    }),
    ...before
      .filter(({ id }) => !present.has(id))
      .map((lesson): LessonDifference => ({ lesson, change: "removed" })),
  ];
}
