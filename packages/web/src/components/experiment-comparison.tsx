import { useApi } from "../state/api.ts";
import { differenceOf, experimentOf, lessonsIn } from "../state/experiment.ts";
import { useLoaded } from "../state/loading.ts";
import { addressOf } from "../state/router.ts";
import { percent } from "../state/score.ts";
import { EpochChart } from "./experiment-result.tsx";
import { ProblemBox } from "./problem-box.tsx";

/** Finished runs side by side; of two, what their playbooks do not share. */
export function ExperimentComparison({ jobIds }: { jobIds: readonly string[] }) {
  const api = useApi();
  const { value, problem, reload } = useLoaded(jobIds.join(), (signal) =>
    Promise.all(jobIds.map((id) => api.jobs.get(id, { signal }))),
  );
  if (problem !== undefined) return <ProblemBox problem={problem} retry={reload} />;
  const runs = (value ?? []).flatMap((job) => {
    const result = experimentOf(job);
    return result === undefined ? [] : [{ job, ...result }];
  });
  if (runs.length === 0) return null;
  const [first, second] = runs;
  const differences =
    runs.length === 2 ? differenceOf(lessonsIn(first!.lessons), lessonsIn(second!.lessons)) : [];
  const moved = differences.filter(({ change }) => change !== "same");
  return (
    <section>
      <h2>Side by side</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="scroll" aria-label="Runs side by side" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Exact</th>
              <th scope="col">95 % interval</th>
              <th scope="col">p50</th>
              <th scope="col">p95</th>
              <th scope="col">Lessons</th>
            </tr>
          </thead>
          <tbody>
            {runs.map(({ job, report }, index) => (
              <tr key={job.id}>
                <td>
                  <span className={`swatch series-${index}`} aria-hidden="true" />{" "}
                  <a href={addressOf.job(job.id)}>{job.request.name ?? report.model.id}</a>
                </td>
                <td className="figures">{percent(report.scores.exactMatch.mean)}</td>
                <td className="figures nowrap">
                  {Math.round(report.scores.exactMatch.low * 100)}–
                  {Math.round(report.scores.exactMatch.high * 100)} %
                </td>
                <td className="figures nowrap">{Math.round(report.latency.answer.p50)} ms</td>
                <td className="figures nowrap">{Math.round(report.latency.answer.p95)} ms</td>
                <td className="figures">{report.playbook.entries}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <EpochChart reports={runs.map(({ report }) => report)} />
      {moved.length > 0 && (
        <details>
          <summary>
            What the second playbook changes <span className="muted">{moved.length}</span>
          </summary>
          <ul className="lessons">
            {moved.map(({ lesson, change, before }) => (
              <li key={lesson.id} className={change}>
                <span className="hint">{change}</span> {lesson.text}
                {before !== undefined && <del className="muted hint block">{before.text}</del>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
