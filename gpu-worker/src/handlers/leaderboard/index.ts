/**
 * Leaderboard jobs: run a program on a task's hidden examples and count. The score is what this process counted; neither
 * the inputs nor the answers go anywhere but into that count.
 */
import { AppError, type Prediction, type SubmissionOutput } from "@weightsmith/contract";
import { Leaderboard } from "@weightsmith/core";
import type { Handler } from "../../handler.ts";
import { nearDuplicates } from "./near-duplicates.ts";
import { openSubmission, type RunnerSettings } from "./runners.ts";

export { seedLeaderboard } from "./seed.ts";

/** @param open makes a program runnable; another one in tests */
export function leaderboardHandler(settings: RunnerSettings, open = openSubmission): Handler {
  return async ({ job, signal, progress, submission }) => {
    if (!submission)
      throw new AppError("kind.unavailable", { message: "This worker scores no submissions." });
    const { task, publicExamples, hiddenExamples, program, trainedOn } = await submission.load();
    const runnable = await open(program.kind, program.archive, settings);
    try {
      const inputs = [...hiddenExamples, ...publicExamples].map(({ input }) => input);
      const total = inputs.length;
      progress({ phase: "measure", done: 0, total, metrics: {} });
      const { outputs, milliseconds } = await runnable.answer(inputs, {
        mostCharacters: Math.max(
          ...[...hiddenExamples, ...publicExamples].map(({ output }) => output.length),
        ),
        json: task.suites.includes("functions"),
        signal,
        onDone: (done) => progress({ phase: "measure", done, total, metrics: {} }),
      });
      const right = hiddenExamples.map(({ output }, i) => same(output, outputs[i]!, task.suites));
      const given = nearDuplicates(trainedOn, hiddenExamples);
      const unseen = right.filter((_, i) => !given[i]);
      const correct = right.filter(Boolean).length;
      const n = right.length;
      const predictions = publicExamples.map(({ input, output: expected }, i): Prediction => {
        const output = outputs[n + i]!;
        return { input, expected, output, correct: same(expected, output, task.suites) };
      });
      const measured = {
        taskId: task.id,
        taskVersion: task.version,
        programId: job.request.programId as SubmissionOutput["programId"],
        correct,
        n,
        latencyMilliseconds: median(milliseconds),
        nearDuplicates: given.filter(Boolean).length,
        unseenScore: unseen.length === 0 ? null : unseen.filter(Boolean).length / unseen.length,
      };
      const output: SubmissionOutput = {
        kind: "leaderboard",
        ...measured,
        score: correct / n,
        ...Leaderboard.wilsonInterval(correct, n),
      };
      return {
        result: { programId: null, report: null, output },
        entry: {
          ...measured,
          kind: program.kind,
          name: program.name,
          artifactBytes: program.archive.length,
          predictions,
        },
      };
    } finally {
      await runnable.close();
    }
  };
}

/** To the letter; where answers are JSON values, by value. */
function same(expected: string, output: string, suites: readonly string[]): boolean {
  if (expected === output) return true;
  if (!suites.includes("functions")) return false;
  try {
    return JSON.stringify(JSON.parse(expected)) === JSON.stringify(JSON.parse(output));
  } catch {
    return false;
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const value = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return Math.round(value * 10) / 10;
}
