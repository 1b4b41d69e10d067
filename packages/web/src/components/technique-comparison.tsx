import type { Job } from "@weightsmith/contract";
import { useApi } from "../state/api.ts";
import { codeIn } from "../state/generated.ts";
import { isFinal } from "../state/job-story.ts";
import { useInterval, useLoaded } from "../state/loading.ts";
import { addressOf } from "../state/router.ts";
import { percent } from "../state/score.ts";
import { shownSeconds } from "../state/wording.ts";
import { ProblemBox } from "./problem-box.tsx";
import { StateTag } from "./state-tag.tsx";

/** One request given to each technique by itself. */
export interface ComparedTechniques {
  readonly spec: string;
  readonly jobs: readonly { readonly technique: string; readonly jobId: string }[];
}

/** What each technique wrote, beside the others: its code, how many examples it reproduces when run, and how long it took. */
export function TechniqueComparison({
  compared,
  onClose,
}: {
  compared: ComparedTechniques;
  onClose: () => void;
}) {
  const api = useApi();
  const { spec, jobs } = compared;
  const { value, problem, reload } = useLoaded(jobs.map(({ jobId }) => jobId).join(), (signal) =>
    Promise.all(jobs.map(({ jobId }) => api.jobs.get(jobId, { signal }))),
  );
  const open = value === undefined || value.some(({ state }) => !isFinal(state));
  useInterval(open, 1500, reload);
  if (problem !== undefined) return <ProblemBox problem={problem} retry={reload} />;
  return (
    <section className="stack beside" aria-label="Techniques side by side" aria-busy={open}>
      <div className="row between">
        <h2>Side by side{spec !== "" && `: ${spec}`}</h2>
        <button type="button" className="quiet small" onClick={onClose}>
          Close
        </button>
      </div>
      <ul className="code-results side-by-side">
        {jobs.map(({ technique, jobId }, index) => (
          <li key={jobId} className="card">
            <Technique name={technique} jobId={jobId} job={value?.[index]} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Technique({ name, jobId, job }: { name: string; jobId: string; job: Job | undefined }) {
  const [found] = job === undefined ? [] : codeIn(job);
  const { passed, total, confidence, code = "", note = "" } = found ?? {};
  return (
    <>
      <div className="row between">
        <h3>
          <a href={addressOf.job(jobId)}>{name}</a>
        </h3>
        {passed !== undefined && total !== undefined && total > 0 ? (
          <span className={passed === total ? "mark good" : "mark"}>
            {passed} of {total} examples
          </span>
        ) : (
          job !== undefined &&
          (note === "" ? <StateTag state={job.state} /> : <span className="tag">found nothing</span>)
        )}
      </div>
      <p className="muted hint">
        {[
          confidence === undefined ? undefined : `${percent(confidence)} sure`,
          job?.startedAt && job.finishedAt
            ? shownSeconds((Date.parse(job.finishedAt) - Date.parse(job.startedAt)) / 1000)
            : undefined,
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {job?.error != null && <p className="hint">{job.error.message}</p>}
      {note !== "" && <p className="hint">{note}</p>}
      {code !== "" && (
        <pre className="scroll">
          <code>{code}</code>
        </pre>
      )}
    </>
  );
}
