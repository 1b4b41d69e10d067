/** The three pictures of a set of runs: accuracy by epoch, latencies, growth of the playbook. */
import { mean } from "../metrics/statistics.ts";
import type { SampleRecord } from "../run/record.ts";
import { distributionChart, lineChart, type Series } from "./chart.ts";

const percent = (value: number): string => `${Math.round(value * 100)} %`;

export interface RunPictures {
  readonly accuracy: string;
  readonly latency: string;
  readonly growth: string;
}

export function picturesOf(records: readonly SampleRecord[]): RunPictures {
  const groups = grouped(records, (record) => `${record.modelId} ${record.taskName}`);
  return {
    accuracy: lineChart(
      [...groups].flatMap(([name, own]) => accuracyByEpoch(name, own)),
      {
        title: "Accuracy by epoch",
        x: "epoch (0: without a playbook)",
        y: "share right",
        yRange: [0, 1],
        format: percent,
      },
    ),
    latency: distributionChart(
      [
        ...[...grouped(records, ({ mode }) => `answer, ${mode}`)].map(([name, own]) => ({
          name,
          values: own.map(({ latencyMs }) => latencyMs),
        })),
        {
          name: "reflection",
          values: records.filter(({ reflected }) => reflected).map((record) => record.reflectionLatencyMs),
        },
      ],
      { title: "Latency", x: "milliseconds" },
    ),
    growth: lineChart(
      [...groups].flatMap(([name, own]): Series[] => {
        const learnt = own.filter(({ mode }) => mode === "ace");
        if (learnt.length === 0) return [];
        return [
          { name, points: learnt.map(({ playbookEntries }, index) => [index + 1, playbookEntries] as const) },
        ];
      }),
      { title: "Growth of the playbook", x: "samples", y: "entries" },
    ),
  };
}

function accuracyByEpoch(name: string, records: readonly SampleRecord[]): Series[] {
  return [...grouped(records, ({ part }) => part)].map(([part, own]) => ({
    name: `${name} (${part})`,
    points: [...grouped(own, ({ epoch }) => String(epoch))]
      .map(([epoch, rows]) => [Number(epoch), mean(rows.map(({ correct }) => Number(correct)))] as const)
      .sort(([a], [b]) => a - b),
  }));
}

function grouped(
  records: readonly SampleRecord[],
  by: (record: SampleRecord) => string,
): Map<string, SampleRecord[]> {
  const groups = new Map<string, SampleRecord[]>();
  for (const record of records) {
    const key = by(record);
    const group = groups.get(key);
    if (group) group.push(record);
    else groups.set(key, [record]);
  }
  return groups;
}
