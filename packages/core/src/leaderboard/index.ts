/**
 * The leaderboard: tasks, submissions, entries. A submission is a job; a worker runs the program on the task's hidden
 * examples and writes the entry together with the job's end. Nothing here shows hidden examples, and `hidden` is for
 * workers alone.
 */
export { entries, entry, entryView, type Place, places, type Ranked, type RankedPage } from "./entries.ts";
export { type HiddenExamples, hidden, hideExamples } from "./hidden.ts";
export { wilsonInterval } from "./interval.ts";
export { type BaselineDraft, type EntryDraft, saveBaseline, saveEntry } from "./save.ts";
export { count, type Submission, submissionOf, submit } from "./submissions.ts";
export { standings, suites } from "./suites.ts";
export {
  currentVersion,
  type NewTask,
  publishTask,
  type Task,
  type TaskSummary,
  task,
  taskAt,
  taskSummaryView,
  tasks,
  taskView,
} from "./tasks.ts";
