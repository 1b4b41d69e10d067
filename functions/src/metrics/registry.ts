/**
 * Counters and histograms of one process, in Prometheus' text format. No library: the two kinds that are needed are a
 * page of code, and the API's bundle stays small.
 */

type Labels = Readonly<Record<string, string>>;

/** Upper bounds in seconds, from a cached answer to a caller who waits. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

interface Series {
  readonly labels: Labels;
  readonly buckets: number[];
  count: number;
  sum: number;
}

export interface Histogram {
  observe(labels: Labels, seconds: number): void;
  /** `NAME_bucket`, `NAME_sum` and `NAME_count` for each combination of labels. */
  text(): string;
}

/** @param mostSeries combinations of labels beyond so many are dropped: labels must be few, whatever callers send */
export function histogram(name: string, help: string, mostSeries = 2000): Histogram {
  const all = new Map<string, Series>();
  return {
    observe(labels, seconds) {
      const key = JSON.stringify(labels);
      let series = all.get(key);
      if (series === undefined) {
        if (all.size >= mostSeries) return;
        series = { labels, buckets: BOUNDS.map(() => 0), count: 0, sum: 0 };
        all.set(key, series);
      }
      const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
      if (bucket >= 0) series.buckets[bucket]!++;
      series.count++;
      series.sum += seconds;
    },
    text() {
      const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
      for (const { labels, buckets, count, sum } of all.values()) {
        let below = 0;
        for (const [index, bound] of BOUNDS.entries()) {
          below += buckets[index]!;
          lines.push(sample(`${name}_bucket`, { ...labels, le: String(bound) }, below));
        }
        lines.push(sample(`${name}_bucket`, { ...labels, le: "+Inf" }, count));
        lines.push(sample(`${name}_sum`, labels, sum), sample(`${name}_count`, labels, count));
      }
      return `${lines.join("\n")}\n`;
    },
  };
}

/** Values that are read when they are asked for. */
export function gauge(
  name: string,
  help: string,
  values: readonly { readonly labels: Labels; readonly value: number }[],
): string {
  const lines = values.map(({ labels, value }) => sample(name, labels, value));
  return `${[`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines].join("\n")}\n`;
}

function sample(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}`;
}

const escaped = (text: string): string =>
  text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
