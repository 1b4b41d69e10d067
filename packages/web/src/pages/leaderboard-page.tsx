import type { LeaderboardTaskSummary, Suite } from "@weightsmith/contract";
import { usePageTitle } from "../components/page-title.ts";
import { ProblemBox } from "../components/problem-box.tsx";
import { useApi } from "../state/api.ts";
import { useLoaded } from "../state/loading.ts";
import { addressOf } from "../state/router.ts";
import { percent } from "../state/score.ts";
import { counted } from "../state/wording.ts";

const suiteNames: Readonly<Record<string, { readonly name: string; readonly about: string }>> = {
  text: { name: "Text to text", about: "For weights and for code." },
  functions: { name: "Functions", about: "For code: arguments and results are JSON." },
  sequences: { name: "Sequences", about: "For LODA: later terms of integer sequences." },
};

/** Every task by suite, with who leads. */
export function LeaderboardPage() {
  const api = useApi();
  const tasks = useLoaded("tasks", (signal) => api.leaderboard.tasks({ signal }));
  const suites = useLoaded("suites", (signal) => api.leaderboard.suites({ signal }));
  usePageTitle("Leaderboard");
  const bySuite = Map.groupBy(tasks.value ?? [], ({ suites: [suite = ""] }) => suite);
  return (
    <section>
      <header className="title">
        <h1>Leaderboard</h1>
        <p className="lead">
          Each score is measured by the service, on examples that nobody has seen: they never leave the
          worker.
        </p>
      </header>
      {tasks.problem !== undefined && <ProblemBox problem={tasks.problem} retry={tasks.reload} />}
      {tasks.value === undefined && tasks.problem === undefined && <p className="muted">Loading…</p>}
      {tasks.value?.length === 0 && (
        <p className="empty">
          No task is published yet. A worker publishes the first ones moments after it starts; load the page
          again.
        </p>
      )}
      <div className="stack">
        {[...bySuite].map(([suite, list]) => (
          <SuiteBoard
            key={suite}
            suite={suite}
            tasks={list}
            standings={suites.value?.find(({ id }) => id === suite)?.standings}
          />
        ))}
      </div>
    </section>
  );
}

function SuiteBoard({
  suite,
  tasks,
  standings,
}: {
  suite: string;
  tasks: readonly LeaderboardTaskSummary[];
  standings: Suite["standings"] | undefined;
}) {
  const { name, about } = suiteNames[suite] ?? { name: suite === "" ? "Other tasks" : suite, about: "" };
  return (
    <section className="suite" aria-labelledby={`suite-${suite}`}>
      <div>
        <h2 id={`suite-${suite}`}>{name}</h2>
        <p className="muted hint">{about}</p>
        {standings !== undefined && standings.length > 0 && (
          <ol className="standings" aria-label={`Standings of ${name}`}>
            {standings.slice(0, 5).map(({ submitter, baseline, score, tasksEntered }) => (
              <li key={submitter}>
                <span className={baseline ? "muted" : "standing-name"}>{submitter}</span>
                <span className="figures muted hint">
                  {tasksEntered}/{tasks.length}
                </span>
                <span className="figures">{percent(score)}</span>
              </li>
            ))}
          </ol>
        )}
      </div>
      <ul className="entries">
        {tasks.map((task) => (
          <li key={task.id}>
            <a href={addressOf.task(task.id)}>
              <span className="entry-title">{task.title}</span>
              <span className="entry-score figures">{task.best !== null && percent(task.best.score)}</span>
              <span className="entry-more">{task.description}</span>
              <span className="entry-more muted">
                {task.best === null ? "Nobody has entered" : `${task.best.name} leads`}
                {" · "}
                {counted(task.entries, "entry", "entries")} · {task.hiddenExamples} hidden examples
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
