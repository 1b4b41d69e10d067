import type { JobEvent } from "@weightsmith/contract";
import { isFinalState } from "@weightsmith/contract";
import { useState } from "react";
import { LossChart, type Point } from "../components/loss-chart.tsx";
import { Predictions } from "../components/predictions.tsx";
import { ProblemBox } from "../components/problem-box.tsx";
import { ScoreBadge } from "../components/score-badge.tsx";
import { StateTag } from "../components/state-tag.tsx";
import { TryIt } from "../components/try-it.tsx";
import { useApi } from "../state/api.ts";
import { useLiveJob } from "../state/job-events.ts";
import { type Problem, problemOf } from "../state/loading.ts";
import { addressOf } from "../state/router.ts";

/** A job while it runs and after: progress, curve, report, and the program to try. */
export function JobPage({ jobId }: { jobId: string }) {
  const api = useApi();
  const { job, events, problem } = useLiveJob(jobId);
  const [cancelProblem, setCancelProblem] = useState<Problem>();
  const [canceling, setCanceling] = useState(false);

  if (problem !== undefined && job === undefined) return <ProblemBox problem={problem} />;
  if (job === undefined) return <p className="muted">Loading…</p>;

  const cancel = async () => {
    setCanceling(true);
    try {
      await api.jobs.cancel(jobId);
    } catch (error) {
      setCancelProblem(problemOf(error));
      setCanceling(false);
    }
  };
  const running = !isFinalState(job.state);
  const report = job.result?.report ?? undefined;
  const programId = job.result?.programId ?? undefined;
  return (
    <article className="card">
      <header className="row wrap">
        <h1 className="grow">{job.request.name ?? job.request.spec ?? job.id}</h1>
        <StateTag state={latestState(events) ?? job.state} />
      </header>
      {job.request.name !== null && <p className="spec">{job.request.spec}</p>}
      {problem !== undefined && <ProblemBox problem={problem} />}
      {running && (
        <section aria-label="Progress">
          <ProgressLine events={events} />
          <button type="button" onClick={cancel} disabled={canceling}>
            {canceling ? "Canceling…" : "Cancel"}
          </button>
          {cancelProblem !== undefined && <ProblemBox problem={cancelProblem} />}
        </section>
      )}
      <LossChart name="Loss" points={lossOf(events)} />
      {job.error !== null && <ProblemBox problem={job.error} />}
      {report !== undefined && (
        <>
          <div className="scores">
            <ScoreBadge score={report.heldOut} label="held out" />
            <ScoreBadge score={report.baseline} label="without the adapter" />
            <ScoreBadge score={report.training} label="on its training examples" />
          </div>
          <h2>Held-out examples</h2>
          <Predictions predictions={report.predictions} />
        </>
      )}
      {programId !== undefined && (
        <>
          <TryIt programId={programId} suggestion={report?.predictions[0]?.input ?? ""} />
          <p>
            <a className="button" href={addressOf.program(programId)}>
              Open the program
            </a>
          </p>
        </>
      )}
      <details>
        <summary>What happened ({events.length})</summary>
        <ol className="events">
          {events.map((event) => (
            <li key={event.sequence}>
              <time dateTime={event.time}>{new Date(event.time).toLocaleTimeString()}</time> {describe(event)}
            </li>
          ))}
        </ol>
      </details>
    </article>
  );
}

function ProgressLine({ events }: { events: readonly JobEvent[] }) {
  const latest = events.findLast((event) => event.type === "progress");
  if (latest === undefined) return <p className="muted">Waiting for a worker…</p>;
  const share = latest.total === null || latest.total === 0 ? undefined : latest.done / latest.total;
  return (
    <div className="progress">
      <label htmlFor="job-progress">
        {latest.phase} {share !== undefined && `${Math.round(share * 100)} %`}
      </label>
      <progress id="job-progress" value={share} max={1} />
    </div>
  );
}

function lossOf(events: readonly JobEvent[]): Point[] {
  return events.flatMap((event) =>
    event.type === "progress" && event.metrics.loss !== undefined
      ? [{ step: event.metrics.step ?? event.done, value: event.metrics.loss }]
      : [],
  );
}

function latestState(events: readonly JobEvent[]) {
  const last = events.findLast((event) => event.type !== "progress" && event.type !== "log");
  if (last === undefined || last.type === "checkpoint") return undefined;
  return last.type === "started" ? "running" : (last.type as "queued" | "succeeded" | "failed" | "canceled");
}

function describe(event: JobEvent): string {
  switch (event.type) {
    case "queued":
      return event.attempt === 1 ? "queued" : `queued for attempt ${event.attempt}`;
    case "started":
      return `attempt ${event.attempt} started${event.device === null ? "" : ` on ${event.device}`}`;
    case "progress": {
      const metrics = Object.entries(event.metrics).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
      return [
        `${event.phase} ${event.done}${event.total === null ? "" : ` of ${event.total}`}`,
        ...metrics,
      ].join(", ");
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
