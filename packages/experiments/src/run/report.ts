/** From the records of a run to its report: scores with intervals, latencies, resources, growth. */
import { numericMatch, similarity, tatQaScores, tokenF1 } from "../metrics/match.ts";
import type { ResourceUse } from "../metrics/resources.ts";
import {
  bootstrap,
  type Interval,
  type LatencySummary,
  latencySummary,
  mean,
} from "../metrics/statistics.ts";
import { optionsOf } from "../tasks/form.ts";
import type { Part, RunSettings } from "./plan.ts";
import type { SampleRecord } from "./record.ts";
import type { RunResult } from "./run.ts";

export interface Scores {
  readonly n: number;
  /** Share right: exact after normalisation, or the right option. */
  readonly exactMatch: Interval;
  /** Within one percent. */
  readonly numericMatch: number;
  readonly tokenF1: number;
  readonly tatQa: { readonly exactMatch: number; readonly f1: number };
  /** null: the task has no multiple-choice questions. */
  readonly optionAccuracy: number | null;
  /** Partial credit by embeddings. */
  readonly similarity: number;
}

export interface RunReport {
  readonly model: { readonly id: string; readonly identity: string; readonly device: string };
  readonly task: { readonly name: string; readonly domain: string };
  readonly settings: RunSettings;
  /** On the last pass over the test part. */
  readonly scores: Scores;
  /** Share right by epoch and part; epoch 0 is the baseline. */
  readonly epochs: readonly {
    readonly epoch: number;
    readonly part: Part;
    readonly accuracy: number;
    readonly n: number;
  }[];
  readonly bestEpoch: number | null;
  readonly latency: {
    readonly answer: LatencySummary;
    readonly generation: LatencySummary;
    readonly reflection: LatencySummary | null;
  };
  readonly resources: ResourceUse;
  readonly playbook: { readonly entries: number; readonly characters: number };
  /** [samples answered, entries]. */
  readonly growth: readonly (readonly [number, number])[];
}

export function reportOf(
  { records, playbook, bestEpoch }: RunResult,
  context: {
    readonly model: RunReport["model"];
    readonly task: RunReport["task"];
    readonly settings: RunSettings;
    readonly resources: ResourceUse;
  },
): RunReport {
  const measured = measuredRecords(records);
  const reflections = records
    .filter(({ reflected }) => reflected)
    .map((record) => record.reflectionLatencyMs);
  return {
    ...context,
    scores: scoresOf(measured, context.settings.seed),
    epochs: epochsOf(records),
    bestEpoch,
    latency: {
      answer: latencySummary(measured.map(({ latencyMs }) => latencyMs)),
      generation: latencySummary(measured.map(({ generationLatencyMs }) => generationLatencyMs)),
      reflection: reflections.length === 0 ? null : latencySummary(reflections),
    },
    playbook: {
      entries: playbook.entries.length,
      characters: playbook.entries.reduce((sum, { content }) => sum + content.length, 0),
    },
    growth: growthOf(records),
  };
}

/** The records of the last pass over the test part. */
export function measuredRecords(records: readonly SampleRecord[]): SampleRecord[] {
  const test = records.filter(({ part }) => part === "test");
  const last = Math.max(...test.map(({ epoch }) => epoch));
  return test.filter(({ epoch }) => epoch === last);
}

export function scoresOf(records: readonly SampleRecord[], seed = 0): Scores {
  const share = (of: (record: SampleRecord) => number) => mean(records.map(of));
  const withOptions = records.filter(({ question }) => optionsOf(question).length > 0);
  return {
    n: records.length,
    exactMatch: bootstrap(
      records.map(({ correct }) => Number(correct)),
      { seed },
    ),
    numericMatch: share(({ gold, pred, correct }) => Number(correct || numericMatch(gold, pred))),
    tokenF1: share(({ gold, pred }) => tokenF1(gold, pred)),
    tatQa: {
      exactMatch: share(({ gold, pred }) => tatQaScores(gold, pred).exactMatch),
      f1: share(({ gold, pred }) => tatQaScores(gold, pred).f1),
    },
    optionAccuracy: withOptions.length === 0 ? null : mean(withOptions.map(({ correct }) => Number(correct))),
    similarity: share(({ gold, pred }) => similarity(gold, pred)),
  };
}

function epochsOf(records: readonly SampleRecord[]): RunReport["epochs"] {
  const groups = new Map<string, SampleRecord[]>();
  for (const record of records) {
    const key = `${record.epoch} ${record.part}`;
    const group = groups.get(key);
    if (group) group.push(record);
    else groups.set(key, [record]);
  }
  return [...groups.values()].map((group) => ({
    epoch: group[0]!.epoch,
    part: group[0]!.part,
    accuracy: mean(group.map(({ correct }) => Number(correct))),
    n: group.length,
  }));
}

/** Thinned out to at most 200 points. */
function growthOf(records: readonly SampleRecord[]): [number, number][] {
  const all = records
    .filter(({ mode }) => mode === "ace")
    .map(({ playbookEntries }, index): [number, number] => [index + 1, playbookEntries]);
  const every = Math.ceil(all.length / 200);
  return all.filter((_, index) => index % Math.max(1, every) === 0 || index === all.length - 1);
}
