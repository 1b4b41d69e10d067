/** Result files side by side: one line a model, task and mode, as data, CSV and a Markdown table. */
import { bootstrap, latencySummary, pairedTest } from "../metrics/statistics.ts";
import type { Mode } from "./plan.ts";
import type { SampleRecord } from "./record.ts";
import { measuredRecords, scoresOf } from "./report.ts";

export interface SummaryLine {
  readonly model: string;
  readonly task: string;
  readonly domain: string;
  readonly mode: Mode;
  readonly n: number;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  readonly tokenF1: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly reflectionP50Ms: number | null;
  /** Against the baseline of the same model and task on the same samples; null without one. */
  readonly difference: number | null;
  readonly pValue: number | null;
}

export function summarize(records: readonly SampleRecord[]): SummaryLine[] {
  const groups = new Map<string, SampleRecord[]>();
  for (const record of records) {
    const key = JSON.stringify([record.modelId, record.taskName, record.mode]);
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return [...groups.values()].map((group) => {
    const [{ modelId, taskName, domain, mode }] = group as [SampleRecord];
    const measured = measuredRecords(group);
    const accuracy = bootstrap(measured.map(({ correct }) => Number(correct)));
    const latency = latencySummary(measured.map(({ latencyMs }) => latencyMs));
    const reflections = group
      .filter(({ reflected }) => reflected)
      .map((record) => record.reflectionLatencyMs);
    const baseline = groups.get(JSON.stringify([modelId, taskName, "baseline"]));
    const paired = mode === "ace" && baseline ? compare(measuredRecords(baseline), measured) : undefined;
    return {
      model: modelId,
      task: taskName,
      domain,
      mode,
      n: measured.length,
      accuracy: accuracy.mean,
      low: accuracy.low,
      high: accuracy.high,
      tokenF1: scoresOf(measured).tokenF1,
      p50Ms: latency.p50,
      p95Ms: latency.p95,
      reflectionP50Ms: reflections.length === 0 ? null : latencySummary(reflections).p50,
      difference: paired?.difference.mean ?? null,
      pValue: paired?.pValue ?? null,
    };
  });
}

/** Of the samples that both have; undefined if there are none. */
export function compare(baseline: readonly SampleRecord[], ace: readonly SampleRecord[]) {
  const before = new Map(baseline.map(({ sampleId, correct }) => [sampleId, Number(correct)]));
  const both = ace.filter(({ sampleId }) => before.has(sampleId));
  if (both.length === 0) return undefined;
  return pairedTest(
    both.map(({ sampleId }) => before.get(sampleId)!),
    both.map(({ correct }) => Number(correct)),
  );
}

const columns = [
  ["model", (line) => line.model],
  ["task", (line) => line.task],
  ["mode", (line) => line.mode],
  ["n", (line) => String(line.n)],
  ["accuracy", (line) => line.accuracy.toFixed(4)],
  ["low", (line) => line.low.toFixed(4)],
  ["high", (line) => line.high.toFixed(4)],
  ["token_f1", (line) => line.tokenF1.toFixed(4)],
  ["p50_ms", (line) => line.p50Ms.toFixed(1)],
  ["p95_ms", (line) => line.p95Ms.toFixed(1)],
  ["reflection_p50_ms", (line) => line.reflectionP50Ms?.toFixed(2) ?? ""],
  ["difference", (line) => line.difference?.toFixed(4) ?? ""],
  ["p_value", (line) => line.pValue?.toFixed(4) ?? ""],
] as const satisfies readonly (readonly [string, (line: SummaryLine) => string])[];

export const summaryCsv = (lines: readonly SummaryLine[]): string =>
  [columns.map(([name]) => name), ...lines.map((line) => columns.map(([, write]) => write(line)))]
    .map(
      (cells) =>
        `${cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\r\n`,
    )
    .join("");

export function summaryMarkdown(lines: readonly SummaryLine[]): string {
  const rows = lines.map((line) => columns.map(([, write]) => write(line)));
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return row(columns.map(([name]) => name)) + row(columns.map(() => "---")) + rows.map(row).join("");
}
