import type { JobSummary } from "@weightsmith/contract";
import { usePageTitle } from "../components/page-title.ts";
import { ProblemBox } from "../components/problem-box.tsx";
import { StateTag } from "../components/state-tag.tsx";
import { useApi } from "../state/api.ts";
import { isFinal, phaseName } from "../state/job-story.ts";
import { useListing } from "../state/listing.ts";
import { useInterval } from "../state/loading.ts";
import { addressOf } from "../state/router.ts";
import { percent } from "../state/score.ts";
import { counted, headline, shownTime } from "../state/wording.ts";

export function JobsPage() {
  const api = useApi();
  const { items, problem, more, reload } = useListing("jobs", (query, signal) =>
    api.jobs.list(query, { signal }),
  );
  usePageTitle("Jobs");
  useInterval(items?.some(({ state }) => !isFinal(state)) === true && items.length <= 100, 3000, reload);
  return (
    <section>
      <header className="title">
        <h1>Jobs</h1>
      </header>
      {problem !== undefined && <ProblemBox problem={problem} retry={reload} />}
      {items === undefined && problem === undefined && <p className="muted">Loading…</p>}
      {items?.length === 0 && (
        <div className="empty">
          <p>Each compilation is a job, and each job stays here with its report.</p>
          <p>
            <a className="button primary" href={addressOf.compile}>
              Write a spec
            </a>
          </p>
        </div>
      )}
      <ul className="entries">
        {items?.map((job) => (
          <li key={job.id}>
            <a href={addressOf.job(job.id)}>
              <span className="entry-title">{job.request.name ?? headline(job.request.spec ?? job.id)}</span>
              <StateTag state={job.state} />
              <span className="entry-more muted">{detailsOf(job)}</span>
            </a>
          </li>
        ))}
      </ul>
      {more !== undefined && (
        <button type="button" onClick={more}>
          Show more
        </button>
      )}
    </section>
  );
}

const typeNames: Readonly<Record<string, string>> = {
  weights: "compile",
  code: "code",
  loda: "LODA",
  playbook: "experiment",
  leaderboard: "leaderboard",
};

function detailsOf({ kind, state, progress, request, createdAt, error }: JobSummary): string {
  const begun = state === "running" && progress !== null;
  const share = begun && progress.total ? ` ${percent(progress.done / progress.total)}` : "";
  return [
    shownTime(createdAt),
    typeNames[kind] ?? kind,
    ...(request.examples > 0 ? [counted(request.examples, "example")] : []),
    ...(begun ? [`${phaseName(progress.phase)}${share}`] : []),
    ...(error === null ? [] : [error.title]),
  ].join(" · ");
}
