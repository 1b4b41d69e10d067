/** What a job's events say: where it stands, how far it is, how the loss fell. Only reads; nothing here talks to the API. */
import type { JobEvent, JobState } from "@weightsmith/contract";

export const isFinal = (state: JobState): boolean => state !== "queued" && state !== "running";

/** The state that the events lead to; undefined before the first one. */
export function stateAfter(events: readonly JobEvent[]): JobState | undefined {
  for (const { type } of events.toReversed()) {
    switch (type) {
      case "queued":
      case "succeeded":
      case "failed":
      case "canceled":
        return type;
      case "started":
        return "running";
      case "progress":
      case "log":
      case "checkpoint":
    }
  }
  return undefined;
}

export interface Standing {
  readonly phase: string;
  /** undefined while the amount of work is not known. */
  readonly share: number | undefined;
  /** What the pace of the phase so far leaves; undefined while that is too little to go by. */
  readonly secondsLeft: number | undefined;
}

/** How far the running attempt is; undefined before its first report. */
export function standingOf(events: readonly JobEvent[]): Standing | undefined {
  const attempt = events.slice(events.findLastIndex(({ type }) => type === "started") + 1);
  const latest = attempt.findLast((event) => event.type === "progress");
  if (latest === undefined) return undefined;
  const { phase, done, total } = latest;
  const share = total === null || total === 0 ? undefined : Math.min(1, done / total);
  const first = attempt.find((event) => event.type === "progress" && event.phase === phase);
  let secondsLeft: number | undefined;
  if (share !== undefined && total !== null && first?.type === "progress" && done > first.done) {
    const seconds = (Date.parse(latest.time) - Date.parse(first.time)) / 1000;
    if (seconds >= 1) secondsLeft = (seconds / (done - first.done)) * (total - done);
  }
  return { phase, share, secondsLeft };
}

export interface Point {
  readonly step: number;
  readonly value: number;
}

/** The loss by step, one curve for each training: a job may train several candidates, and try again after a failure. */
export function lossCurves(events: readonly JobEvent[]): Point[][] {
  const curves: Point[][] = [];
  for (const event of events) {
    if (event.type !== "progress" || event.metrics.loss === undefined) continue;
    const point = { step: event.metrics.step ?? event.done, value: event.metrics.loss };
    const curve = curves.at(-1);
    const last = curve?.at(-1);
    if (curve === undefined || last === undefined || point.step < last.step) curves.push([point]);
    else if (point.step > last.step) curve.push(point);
  }
  return curves;
}

const phaseNames: Readonly<Record<string, string>> = {
  prepare: "Preparing",
  train: "Training",
  evaluate: "Measuring",
};

/** A worker may name a phase that this page has no word for. */
export const phaseName = (phase: string): string =>
  phaseNames[phase] ?? phase.charAt(0).toUpperCase() + phase.slice(1);

export function describeEvent(event: JobEvent): string {
  switch (event.type) {
    case "queued":
      return event.attempt === 1 ? "queued" : `queued for attempt ${event.attempt}`;
    case "started":
      return `attempt ${event.attempt} started${event.device === null ? "" : ` on ${event.device}`}`;
    case "progress": {
      const { done, total } = event;
      const amount = total === null ? (done > 0 ? ` ${done}` : "") : ` ${done} of ${total}`;
      const metrics = Object.entries(event.metrics)
        .filter(([name]) => name !== "step")
        .map(([name, value]) => `, ${name} ${value.toPrecision(3)}`);
      return `${event.phase}${amount}${metrics.join("")}`;
    }
    case "log":
      return event.message;
    case "checkpoint":
      return `checkpoint at step ${event.step}`;
    case "failed":
      return `failed: ${event.error.message}`;
    case "succeeded":
    case "canceled":
      return event.type;
  }
}

export interface MetricCurve {
  readonly name: string;
  readonly points: readonly Point[];
}

/** Every metric but the loss, which has a chart of its own, and what only counts; those that were reported twice at least. */
export function metricCurves(events: readonly JobEvent[]): MetricCurve[] {
  const curves = new Map<string, Point[]>();
  for (const event of events) {
    if (event.type !== "progress") continue;
    for (const [name, value] of Object.entries(event.metrics)) {
      if (name === "loss" || name === "step" || name === "found") continue;
      const curve = curves.get(name) ?? [];
      curve.push({ step: event.metrics.step ?? event.done, value });
      curves.set(name, curve);
    }
  }
  return [...curves].filter(([, points]) => points.length > 1).map(([name, points]) => ({ name, points }));
}
