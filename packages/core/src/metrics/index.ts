/**
 * Metrics as lines of the log in CloudWatch's embedded metric format: CloudWatch reads them off the log, so that nothing
 * is sent and nothing waits.
 */
export type Unit = "Count" | "Milliseconds" | "Seconds" | "Bytes";

export interface Measured {
  /** By which the metrics are told apart. Few values each: every combination is a metric that costs. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, { readonly value: number; readonly unit: Unit }>>;
  /** Found in the log beside the metrics, not a dimension. */
  readonly properties?: Readonly<Record<string, string | undefined>>;
}

export type Meter = (measured: Measured) => void;

const NAMESPACE = "Weightsmith";

/** @param write takes one line with its end */
export function emfMeter(write: (line: string) => void = (line) => process.stdout.write(line)): Meter {
  return ({ dimensions, metrics, properties = {} }) => {
    const definition = {
      Namespace: NAMESPACE,
      Dimensions: [Object.keys(dimensions)],
      Metrics: Object.entries(metrics).map(([Name, { unit: Unit }]) => ({ Name, Unit })),
    };
    const values = Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value]));
    const aws = { Timestamp: Date.now(), CloudWatchMetrics: [definition] };
    write(`${JSON.stringify({ _aws: aws, ...properties, ...dimensions, ...values })}\n`);
  };
}
