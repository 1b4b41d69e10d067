/** Small language models that get better by context: tasks, playbooks, roles, metrics, runs. */

export {
  ABLATIONS,
  type DomainResult,
  type EvaluateOptions,
  type ExperimentsEvaluation,
  evaluateExperiments,
} from "./evaluate.ts";
export * from "./metrics/match.ts";
export { parseQuantity } from "./metrics/quantity.ts";
export { measureResources, type ResourceUse } from "./metrics/resources.ts";
export { bootstrap, type Interval, latencySummary, pairedTest } from "./metrics/statistics.ts";
export type { SendRequest } from "./models/endpoint-model.ts";
export type { Answer, AnswerRequest, ExperimentModel } from "./models/model.ts";
export {
  defaultModel,
  type ModelOptions,
  openModel,
  randomModel,
  type TextProgram,
} from "./models/registry.ts";
export { lineChart } from "./pictures/chart.ts";
export { picturesOf } from "./pictures/run-pictures.ts";
export * from "./playbook/index.ts";
export { CURATORS } from "./roles/curator.ts";
export { isGeneric } from "./roles/generic-advice.ts";
export { REFLECTORS } from "./roles/reflector.ts";
export { csvColumns, fromCsv, toCsv } from "./run/csv.ts";
export { execution, FEEDBACKS } from "./run/feedback.ts";
export { cellsOf, type Grid, type GridCell, parseGrid } from "./run/grid.ts";
export { ADAPTATIONS, defaultSettings, MODES, type RunSettings } from "./run/plan.ts";
export type { SampleRecord } from "./run/record.ts";
export { measuredRecords, type RunReport, reportOf } from "./run/report.ts";
export { type RunOptions, type RunResult, type RunState, runExperiment } from "./run/run.ts";
export { compare, type SummaryLine, summarize, summaryCsv, summaryMarkdown } from "./run/summary.ts";
export { DOMAINS, type Domain } from "./tasks/generated/index.ts";
export { importMedQa } from "./tasks/import/medqa.ts";
export { importTatQa } from "./tasks/import/tatqa.ts";
export { parseItems, parseItemsText, parseJson, type Task, type TaskItem } from "./tasks/item.ts";
export { findTask, taskNames, taskOfItems } from "./tasks/registry.ts";
export { anvilReader, type ReaderProbe, type ReaderRecipe, trainReader } from "./training/train-reader.ts";
