import type { ExperimentRequestInput, JobSummary } from "@weightsmith/contract";
import { type FormEvent, useState } from "react";
import { ExperimentComparison } from "../components/experiment-comparison.tsx";
import { usePageTitle } from "../components/page-title.ts";
import { ProblemBox } from "../components/problem-box.tsx";
import { StateTag } from "../components/state-tag.tsx";
import { useApi } from "../state/api.ts";
import { experimentTasks } from "../state/experiment.ts";
import { isFinal, phaseName } from "../state/job-story.ts";
import { useListing } from "../state/listing.ts";
import { useInterval } from "../state/loading.ts";
import { type Problem, problemOf } from "../state/problem.ts";
import { addressOf, goTo } from "../state/router.ts";
import { percent } from "../state/score.ts";
import { useStored } from "../state/stored.ts";
import { shownTime } from "../state/wording.ts";

interface Draft {
  readonly model: string;
  readonly task: string;
  readonly mode: "baseline" | "ace";
  readonly epochs: number;
  readonly limit: string;
}
const firstDraft: Draft = {
  model: "anvil-reader",
  task: "finance_generated",
  mode: "ace",
  epochs: 1,
  limit: "50",
};
const mostCompared = 4;

/** Runs of a model on a task, with and without a playbook; several finished ones side by side. */
export function ExperimentsPage() {
  const api = useApi();
  const { items, problem, more, reload } = useListing("experiments", (query, signal) =>
    api.jobs.list({ ...query, type: "experiment" }, { signal }),
  );
  const runs = items?.filter(({ kind }) => kind === "playbook");
  const { value: chosen, store: choose } = useStored<readonly string[]>(
    "weightsmith.compared",
    [],
    sessionStorage,
  );
  usePageTitle("Experiments");
  useInterval(runs?.some(({ state }) => !isFinal(state)) === true, 3000, reload);
  const toggle = (id: string) =>
    choose(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id].slice(-mostCompared));
  const compared = chosen.filter((id) => runs?.some((run) => run.id === id && run.state === "succeeded"));
  return (
    <section>
      <header className="title">
        <h1>Experiments</h1>
        <p className="lead">
          Let a small model write lessons for itself: the weights stay, the playbook grows. Each run is
          measured against the same model without one.
        </p>
      </header>
      <div className="split">
        <div className="stack">
          {compared.length > 0 && <ExperimentComparison jobIds={compared} />}
          <section>
            <h2>Runs</h2>
            {problem !== undefined && <ProblemBox problem={problem} retry={reload} />}
            {runs === undefined && problem === undefined && <p className="muted">Loading…</p>}
            {runs?.length === 0 && (
              <p className="empty">
                No run yet. Start with a baseline, then run the same task with lessons, and tick both to see
                them side by side.
              </p>
            )}
            <ul className="entries plain">
              {runs?.map((run) => (
                <Run
                  key={run.id}
                  run={run}
                  compared={chosen.includes(run.id)}
                  onToggle={() => toggle(run.id)}
                />
              ))}
            </ul>
            {more !== undefined && (
              <button type="button" onClick={more}>
                Show more
              </button>
            )}
          </section>
        </div>
        <StartForm />
      </div>
    </section>
  );
}

function Run({ run, compared, onToggle }: { run: JobSummary; compared: boolean; onToggle: () => void }) {
  const { id, state, progress, request, createdAt } = run;
  const share = state === "running" && progress?.total ? ` · ${percent(progress.done / progress.total)}` : "";
  return (
    <li className="row">
      <input
        type="checkbox"
        checked={compared}
        disabled={state !== "succeeded"}
        aria-label={`Compare ${request.name ?? id}`}
        onChange={onToggle}
      />
      <a className="grow plain-link" href={addressOf.job(id)}>
        <span className="entry-title">{request.name ?? request.interpreter ?? id}</span>
        <span className="muted hint block">
          {shownTime(createdAt)}
          {progress !== null && !isFinal(state) && ` · ${phaseName(progress.phase)}${share}`}
        </span>
      </a>
      <StateTag state={state} />
    </li>
  );
}

function StartForm() {
  const api = useApi();
  const { value: draft, store } = useStored<Draft>("weightsmith.experiment", firstDraft);
  const [problem, setProblem] = useState<Problem>();
  const [sending, setSending] = useState(false);
  const change = (part: Partial<Draft>) => store({ ...draft, ...part });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (sending) return;
    setSending(true);
    setProblem(undefined);
    try {
      goTo(addressOf.job((await api.experiment(requestOf(draft))).id));
    } catch (error) {
      setProblem(problemOf(error));
      setSending(false);
    }
  };
  return (
    <form className="card settings" onSubmit={(event) => void submit(event)} noValidate>
      <h2>Start a run</h2>
      <div>
        <label htmlFor="experiment-model">Model</label>
        <input
          id="experiment-model"
          value={draft.model}
          aria-describedby="experiment-model-hint"
          onChange={(event) => change({ model: event.target.value })}
        />
        <p className="muted hint" id="experiment-model-hint">
          A model's name on the worker, or a program's id.
        </p>
      </div>
      <div>
        <label htmlFor="experiment-task">Task</label>
        <select
          id="experiment-task"
          value={draft.task}
          onChange={(event) => change({ task: event.target.value })}
        >
          {experimentTasks.map(({ name, domain, questions }) => (
            <option key={name} value={name}>
              {name} ({domain}, {questions})
            </option>
          ))}
        </select>
      </div>
      <fieldset className="choices">
        <legend>Mode</legend>
        {(["baseline", "ace"] as const).map((mode) => (
          <label key={mode} className="choice">
            <input type="radio" name="mode" checked={draft.mode === mode} onChange={() => change({ mode })} />
            <span>
              <strong>{mode === "ace" ? "With lessons" : "Baseline"}</strong>
              <span className="muted hint block">
                {mode === "ace" ? "It learns from its mistakes as it goes." : "The model as it is."}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      <div className="two">
        <div>
          <label htmlFor="experiment-epochs">Epochs</label>
          <input
            id="experiment-epochs"
            type="number"
            min={1}
            max={100}
            value={draft.epochs}
            onChange={(event) => change({ epochs: Math.max(1, Math.trunc(Number(event.target.value))) })}
          />
        </div>
        <div>
          <label htmlFor="experiment-limit">Questions at most</label>
          <input
            id="experiment-limit"
            inputMode="numeric"
            value={draft.limit}
            placeholder="all"
            onChange={(event) => change({ limit: event.target.value.replace(/\D/g, "") })}
          />
        </div>
      </div>
      {problem !== undefined && <ProblemBox problem={problem} />}
      <button type="submit" className="primary large" aria-disabled={sending}>
        {sending ? "Sending…" : "Start"}
      </button>
    </form>
  );
}

const requestOf = ({ model, task, mode, epochs, limit }: Draft): ExperimentRequestInput => ({
  kind: "playbook",
  model,
  task,
  mode,
  epochs,
  ...(limit === "" ? {} : { limit: Number(limit) }),
  name: `${model} on ${task}, ${mode === "ace" ? "with lessons" : "baseline"}`,
});
