import { ProblemBox } from "../components/problem-box.tsx";
import { StateTag } from "../components/state-tag.tsx";
import { useApi } from "../state/api.ts";
import { useLoaded } from "../state/loading.ts";
import { addressOf } from "../state/router.ts";

export function JobsPage() {
  const api = useApi();
  const { value, problem, reload } = useLoaded("jobs", (signal) => api.jobs.list({ limit: 50 }, { signal }));
  return (
    <section>
      <h1>Jobs</h1>
      {problem !== undefined && <ProblemBox problem={problem} retry={reload} />}
      {value?.items.length === 0 && (
        <p className="empty">
          No jobs yet. <a href={addressOf.compile}>Write a spec</a> and the first one appears here.
        </p>
      )}
      <ul className="cards">
        {value?.items.map((job) => (
          <li key={job.id}>
            <a className="card link-card" href={addressOf.job(job.id)}>
              <span className="row">
                <strong className="grow clip">{job.request.name ?? job.request.spec ?? job.id}</strong>
                <StateTag state={job.state} />
              </span>
              <span className="muted">
                {job.type} · {job.request.examples} examples · {new Date(job.createdAt).toLocaleString()}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
