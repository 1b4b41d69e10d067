/** A line of a measured value over training steps, drawn as SVG; the numbers are in its description too. */
export interface Point {
  readonly step: number;
  readonly value: number;
}

const width = 480;
const height = 140;
const pad = { left: 44, right: 10, top: 10, bottom: 22 };

export function LossChart({ points, name }: { points: readonly Point[]; name: string }) {
  const last = points.at(-1);
  if (points.length < 2 || last === undefined) return null;
  const maxStep = last.step;
  const maxValue = Math.max(...points.map(({ value }) => value), 1e-6);
  const x = (step: number) => pad.left + (step / Math.max(1, maxStep)) * (width - pad.left - pad.right);
  const y = (value: number) => pad.top + (1 - value / maxValue) * (height - pad.top - pad.bottom);
  const line = points.map(({ step, value }) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const ticks = [0, maxValue / 2, maxValue];
  return (
    <figure className="chart">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${name}: ${last.value.toFixed(3)} at step ${maxStep}`}
      >
        {ticks.map((tick) => (
          <g key={tick}>
            <line className="grid" x1={pad.left} x2={width - pad.right} y1={y(tick)} y2={y(tick)} />
            <text className="tick" x={pad.left - 6} y={y(tick) + 4} textAnchor="end">
              {tick.toPrecision(2)}
            </text>
          </g>
        ))}
        <text className="tick" x={width - pad.right} y={height - 6} textAnchor="end">
          step {maxStep}
        </text>
        <polyline className="line" points={line} />
        <circle className="dot" cx={x(last.step)} cy={y(last.value)} r="3.5" />
      </svg>
      <figcaption>
        {name} <strong>{last.value.toFixed(3)}</strong>
      </figcaption>
    </figure>
  );
}
