import type { JobEvent } from "@weightsmith/contract";
import { metricCurves } from "../state/job-story.ts";

const width = 344;
const height = 90;
const pad = 8;

/** What else a job measures as it goes, such as a validation score: one small curve each. */
export function MetricCharts({ events }: { events: readonly JobEvent[] }) {
  return metricCurves(events).map(({ name, points }) => {
    const last = points.at(-1)!;
    const steps = points.map(({ step }) => step);
    const values = points.map(({ value }) => value);
    const [low, high] = [Math.min(0, ...values), Math.max(...values, 1e-9)];
    const [from, to] = [Math.min(...steps), Math.max(...steps)];
    const x = (step: number) => pad + ((step - from) / Math.max(1, to - from)) * (width - 2 * pad);
    const y = (value: number) => height - pad - ((value - low) / (high - low)) * (height - 2 * pad);
    return (
      <figure className="chart" key={name}>
        <figcaption>
          <span>{name}</span> <strong>{Number(last.value.toPrecision(3))}</strong>
        </figcaption>
        <svg
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={`${name} reached ${last.value.toPrecision(3)}.`}
        >
          <line className="grid" x1={pad} x2={width - pad} y1={y(0)} y2={y(0)} />
          <polyline
            className="line"
            points={points.map(({ step, value }) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(" ")}
          />
          <circle className="dot" cx={x(last.step)} cy={y(last.value)} r="3" />
        </svg>
      </figure>
    );
  });
}
