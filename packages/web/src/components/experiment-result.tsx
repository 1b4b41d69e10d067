import type { ExperimentReport, ExperimentResult } from "../state/experiment.ts";
import { lessonsIn } from "../state/experiment.ts";
import { percent } from "../state/score.ts";
import { counted } from "../state/wording.ts";

/** One finished run: its score, the way there, and the playbook. */
export function ExperimentView({ jobId, result }: { jobId: string; result: ExperimentResult }) {
  const { report, lessons } = result;
  const { mean, low, high } = report.scores.exactMatch;
  const list = lessonsIn(lessons);
  return (
    <div className="stack">
      <section className="scores" aria-label="Scores">
        <div className="score-main">
          <p className="score-value">{percent(mean)}</p>
          <p>
            of <strong>{counted(report.scores.n, "question")}</strong> answered exactly.
            <span className="muted block">
              95 % interval{" "}
              <span className="figures">
                {Math.round(low * 100)}–{Math.round(high * 100)} %
              </span>
            </span>
          </p>
        </div>
        <dl className="facts">
          <Fact name="Token F1" value={percent(report.scores.tokenF1)} />
          <Fact name="Latency p50" value={`${Math.round(report.latency.answer.p50)} ms`} />
          <Fact name="Latency p95" value={`${Math.round(report.latency.answer.p95)} ms`} />
          <Fact name="Lessons" value={report.playbook.entries.toLocaleString("en")} />
        </dl>
      </section>
      <EpochChart reports={[report]} />
      <section>
        <h2>Playbook</h2>
        {list.length === 0 ? (
          <p className="muted">It holds no lessons: a baseline learns nothing.</p>
        ) : (
          <ul className="lessons">
            {list.map(({ id, text, helpful, harmful, section }) => (
              <li key={id}>
                <span>{text}</span>
                <span className="muted hint block figures">
                  <code>{id}</code> · {section} · helped {helpful}, harmed {harmful}
                </span>
              </li>
            ))}
          </ul>
        )}
        <p className="row wrap">
          <a className="button" href={`/v1/experiments/${jobId}/results`} download>
            Samples as CSV
          </a>
          <a
            className="button"
            href={`/v1/experiments/${jobId}/playbook`}
            download={`${jobId}-playbook.jsonl`}
          >
            Playbook as JSON Lines
          </a>
        </p>
      </section>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="figures">{value}</dd>
    </div>
  );
}

const width = 520;
const height = 180;
const pad = { left: 38, right: 10, top: 10, bottom: 22 };

/** Accuracy by epoch, one line a run. */
export function EpochChart({ reports }: { reports: readonly ExperimentReport[] }) {
  const curves = reports.map(({ epochs }) => epochs);
  const last = Math.max(0, ...curves.flat().map(({ epoch }) => epoch));
  if (last === 0) return null;
  const x = (epoch: number) => pad.left + (epoch / last) * (width - pad.left - pad.right);
  const y = (share: number) => pad.top + (1 - share) * (height - pad.top - pad.bottom);
  return (
    <figure className="chart wide">
      <figcaption>Accuracy by epoch</figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label="Accuracy by epoch, a line for each run">
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line className="grid" x1={pad.left} x2={width - pad.right} y1={y(share)} y2={y(share)} />
            <text className="tick" x={pad.left - 6} y={y(share) + 4} textAnchor="end">
              {percent(share)}
            </text>
          </g>
        ))}
        <text className="tick" x={x(last)} y={height - 6} textAnchor="end">
          epoch {last}
        </text>
        {curves.map((curve, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: runs stay in their order
          <g key={index} className={`series series-${index}`}>
            <polyline
              className="line"
              points={curve.map(({ epoch, accuracy }) => `${x(epoch)},${y(accuracy)}`).join(" ")}
            />
            {curve.map(({ epoch, accuracy, part }) => (
              <circle key={`${epoch} ${part}`} className="dot" cx={x(epoch)} cy={y(accuracy)} r="3" />
            ))}
          </g>
        ))}
      </svg>
    </figure>
  );
}
