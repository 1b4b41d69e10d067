import type { Job, JobEvent } from "@weightsmith/contract";
import { useEffect, useState } from "react";
import { Candidates } from "../components/candidates.tsx";
import { Copyable } from "../components/copyable.tsx";
import { JobOutput } from "../components/job-output.tsx";
import { LossChart } from "../components/loss-chart.tsx";
import { methodName } from "../components/method-choice.tsx";
import { MetricCharts } from "../components/metric-charts.tsx";
import { usePageTitle } from "../components/page-title.ts";
import { Predictions } from "../components/predictions.tsx";
import { ProblemBox } from "../components/problem-box.tsx";
import { Scores } from "../components/scores.tsx";
import { Spec } from "../components/spec.tsx";
import { StateTag } from "../components/state-tag.tsx";
import { TryIt } from "../components/try-it.tsx";
import { useApi } from "../state/api.ts";
import { useLiveJob } from "../state/job-events.ts";
import { describeEvent, isFinal, lossCurves, phaseName, standingOf, stateAfter } from "../state/job-story.ts";
import { type Problem, problemOf } from "../state/problem.ts";
import { addressOf } from "../state/router.ts";
import { percent } from "../state/score.ts";
import { belowHeading, counted, headline, shownSeconds, shownTime } from "../state/wording.ts";

/** A job while it runs and after: progress, curve, report, and the program to try. */
export function JobPage({ jobId }: { jobId: string }) {
  const { job, events, problem, retry } = useLiveJob(jobId);
  usePageTitle(job === undefined ? "Job" : titleOf(job));
  if (job === undefined) {
    return problem === undefined ? (
      <p className="muted">Loading…</p>
    ) : (
      <ProblemBox problem={problem} retry={retry} />
    );
  }
  const state = stateAfter(events) ?? job.state;
  const report = job.result?.report ?? undefined;
  const programId = job.result?.programId ?? undefined;
  const found = job.result?.output ?? undefined;
  const curves = lossCurves(events);
  const { spec } = job.request;
  return (
    <article>
      <header className="title">
        <p className="crumbs">
          <a href={addressOf.jobs}>Jobs</a>
        </p>
        <div className="row wrap">
          <h1>{titleOf(job)}</h1>
          <StateTag state={state} />
        </div>
        <Spec text={belowHeading(spec ?? "", titleOf(job))} />
        <p className="byline muted">
          {job.request.examples > 0 && <span>{counted(job.request.examples, "example")}</span>}
          {job.request.method !== null && <span>{methodName(job.request.method)}</span>}
          <span>{shownTime(job.createdAt)}</span>
          {job.startedAt !== null && job.finishedAt !== null && (
            <span>took {shownSeconds((Date.parse(job.finishedAt) - Date.parse(job.startedAt)) / 1000)}</span>
          )}
          <Copyable text={job.id} what="the job's id" />
        </p>
      </header>
      <StateAnnouncement events={events} />
      {problem !== undefined && <ProblemBox problem={problem} retry={retry} />}
      {!isFinal(state) && <Running job={job} events={events} />}
      {job.error !== null && <ProblemBox problem={job.error} />}
      {state === "canceled" && (
        <p className="empty">
          This job was canceled.
          {job.type === "compile" && (
            <>
              {" "}
              What you wrote is still on the <a href={addressOf.compile}>compile page</a>.
            </>
          )}
        </p>
      )}
      <div className={report === undefined && found === undefined ? "" : "split"}>
        {found !== undefined && report === undefined && (
          <div className="stack">
            <JobOutput job={job} />
          </div>
        )}
        {report !== undefined && (
          <div className="stack">
            <Scores heldOut={report.heldOut} baseline={report.baseline} training={report.training} />
            {report.candidates !== undefined && <Candidates candidates={report.candidates} />}
            <Predictions predictions={report.predictions} />
          </div>
        )}
        <div className="stack">
          {programId !== undefined && job.type === "compile" && (
            <>
              <TryIt programId={programId} suggestion={report?.predictions[0]?.input ?? ""} inBrowser />
              <p className="row wrap">
                <a className="button" href={addressOf.program(programId)}>
                  Open the program
                </a>
              </p>
            </>
          )}
          {programId !== undefined && job.type !== "compile" && (
            <p>
              <a className="button primary" href={addressOf.program(programId)}>
                Open the program
              </a>
            </p>
          )}
          <LossChart curves={curves} />
          <MetricCharts events={events} />
          <details className="story">
            <summary>
              What happened <span className="muted">{counted(events.length, "event")}</span>
            </summary>
            <ol>
              {events.map((event) => (
                <li key={event.sequence}>
                  <time dateTime={event.time}>{new Date(event.time).toLocaleTimeString()}</time>{" "}
                  {describeEvent(event)}
                </li>
              ))}
            </ol>
          </details>
        </div>
      </div>
    </article>
  );
}

const titleOf = ({ request, id }: Job): string => request.name ?? headline(request.spec ?? id);

function Running({ job, events }: { job: Job; events: readonly JobEvent[] }) {
  const api = useApi();
  const [problem, setProblem] = useState<Problem>();
  const [asked, setAsked] = useState(job.cancelRequested);
  const standing = standingOf(events);
  const seconds = useSecondsSince(events.findLast(({ type }) => type === "started")?.time);
  const cancel = async () => {
    setAsked(true);
    setProblem(undefined);
    try {
      await api.jobs.cancel(job.id);
    } catch (error) {
      setProblem(problemOf(error));
      setAsked(false);
    }
  };
  const share = standing?.share;
  return (
    <section className="card under-way" aria-label="Progress">
      <div className="row">
        <p className="grow" id="job-progress-label">
          <strong>
            {standing !== undefined
              ? phaseName(standing.phase)
              : stateAfter(events) === "running"
                ? "Starting"
                : "Waiting for a worker"}
          </strong>{" "}
          {share !== undefined && <span className="figures">{percent(share)}</span>}
        </p>
        <p className="muted hint figures">
          {standing?.secondsLeft !== undefined
            ? `about ${shownSeconds(standing.secondsLeft)} left`
            : seconds !== undefined && shownSeconds(seconds)}
        </p>
      </div>
      <progress aria-labelledby="job-progress-label" value={share} max={1} />
      <div className="row">
        <p className="muted hint grow">
          You can leave this page: the job goes on, and <a href={addressOf.jobs}>Jobs</a> leads back here.
        </p>
        <button type="button" onClick={cancel} aria-disabled={asked} disabled={asked}>
          {asked ? "Canceling…" : "Cancel"}
        </button>
      </div>
      {problem !== undefined && <ProblemBox problem={problem} />}
    </section>
  );
}

/** For screen readers: each new state and phase, and each quarter of a phase; not every step. */
function StateAnnouncement({ events }: { events: readonly JobEvent[] }) {
  const state = stateAfter(events);
  const standing = state === "running" ? standingOf(events) : undefined;
  const quarter = Math.floor((standing?.share ?? 0) * 4) * 25;
  const text =
    standing === undefined
      ? state === undefined
        ? ""
        : `The job is ${state}.`
      : `${phaseName(standing.phase)}${quarter > 0 ? `, ${quarter} percent` : ""}.`;
  return (
    <p className="hidden" role="status">
      {text}
    </p>
  );
}

/** Counts while it is shown; undefined before the time is known. */
function useSecondsSince(iso: string | undefined): number | undefined {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return iso === undefined ? undefined : Math.max(0, (now - Date.parse(iso)) / 1000);
}
