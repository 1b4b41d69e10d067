import type { Point } from "../state/job-story.ts";

const width = 344;
const height = 160;
const pad = { left: 40, right: 12, top: 12, bottom: 24 };

/** The loss over training steps, drawn as SVG; earlier trainings of the job stay as faint lines. */
export function LossChart({ curves }: { curves: readonly (readonly Point[])[] }) {
  const drawn = curves.filter((curve) => curve.length > 1);
  const current = drawn.at(-1);
  const first = current?.[0];
  const last = current?.at(-1);
  if (first === undefined || last === undefined) return null;
  const points = drawn.flat();
  const maxStep = Math.max(...points.map(({ step }) => step), 1);
  const maxLoss = Math.max(...points.map(({ value }) => value), 1e-6);
  const x = (step: number) => pad.left + (step / maxStep) * (width - pad.left - pad.right);
  const y = (value: number) => pad.top + (1 - value / maxLoss) * (height - pad.top - pad.bottom);
  return (
    <figure className="chart">
      <figcaption>
        <span>Loss</span>
        <strong>{last.value < 0.001 ? "under 0.001" : last.value.toFixed(3)}</strong>
        <span className="muted">at step {last.step.toLocaleString("en")}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`The loss fell from ${first.value.toFixed(3)} at step ${first.step} to ${last.value.toFixed(3)} at step ${last.step}.`}
      >
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <line
              className="grid"
              x1={pad.left}
              x2={width - pad.right}
              y1={y(part * maxLoss)}
              y2={y(part * maxLoss)}
            />
            <text className="tick" x={pad.left - 8} y={y(part * maxLoss) + 4} textAnchor="end">
              {part === 0 ? "0" : (part * maxLoss).toPrecision(2)}
            </text>
          </g>
        ))}
        {[0, maxStep].map((step, index) => (
          <text
            key={step}
            className="tick"
            x={x(step)}
            y={height - 6}
            textAnchor={index === 0 ? "start" : "end"}
          >
            {step.toLocaleString("en")}
          </text>
        ))}
        {drawn.map((curve, index) => (
          <polyline
            // biome-ignore lint/suspicious/noArrayIndexKey: curves are only added at the end
            key={index}
            className={curve === current ? "line" : "line past"}
            points={curve.map(({ step, value }) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(" ")}
          />
        ))}
        <circle className="dot" cx={x(last.step)} cy={y(last.value)} r="3.5" />
      </svg>
    </figure>
  );
}
