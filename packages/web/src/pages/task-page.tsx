import type { LeaderboardEntry, LeaderboardTask, ProgramSummary } from "@weightsmith/contract";
import { useState } from "react";
import { usePageTitle } from "../components/page-title.ts";
import { Value } from "../components/predictions.tsx";
import { ProblemBox } from "../components/problem-box.tsx";
import { useApi, useSignedIn } from "../state/api.ts";
import { emptyDraft } from "../state/draft.ts";
import { useListing } from "../state/listing.ts";
import { useLoaded } from "../state/loading.ts";
import { type Problem, problemOf } from "../state/problem.ts";
import { addressOf, goTo } from "../state/router.ts";
import { percent } from "../state/score.ts";
import { counted, headline, shownBytes, shownTime } from "../state/wording.ts";
import { kindNames } from "./hub-page.tsx";

/** One task: its board, its public examples, and the way in. */
export function TaskPage({ taskId }: { taskId: string }) {
  const api = useApi();
  const signedIn = useSignedIn();
  const {
    value: task,
    problem,
    reload,
  } = useLoaded(taskId, (signal) => api.leaderboard.task(taskId, { signal }));
  const board = useListing(`board ${taskId}`, (query, signal) =>
    api.leaderboard.entries(taskId, query, { signal }),
  );
  usePageTitle(task?.title ?? "Task");
  if (problem !== undefined) return <ProblemBox problem={problem} retry={reload} />;
  if (task === undefined) return <p className="muted">Loading…</p>;
  return (
    <article>
      <header className="title">
        <p className="crumbs">
          <a href={addressOf.leaderboard}>Leaderboard</a>
        </p>
        <h1>{task.title}</h1>
        <p className="lead">{task.description}</p>
        <p className="byline muted">
          <span>{task.kinds.map((kind) => kindNames[kind]).join(", ")}</span>
          <span>{task.hiddenExamples} hidden examples</span>
          <span>version {task.version}</span>
          <span>{counted(task.entries, "entry", "entries")}</span>
        </p>
      </header>
      <div className="split wide-left">
        <div className="stack">
          <section>
            <h2>Board</h2>
            <p className="muted hint">Best first; ties go to the smaller, then to the faster.</p>
            {board.problem !== undefined && <ProblemBox problem={board.problem} retry={board.reload} />}
            <Board entries={board.items ?? []} />
            {board.more !== undefined && (
              <button type="button" onClick={board.more}>
                Show more
              </button>
            )}
          </section>
        </div>
        <div className="stack">
          {signedIn ? (
            <Submit task={task} />
          ) : (
            <p className="card">
              <a href={addressOf.compile}>Sign in</a> to submit a program of yours.
            </p>
          )}
          <PublicExamples task={task} />
        </div>
      </div>
    </article>
  );
}

function Board({ entries }: { entries: readonly LeaderboardEntry[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="scroll" aria-label="Entries" tabIndex={0}>
      <table className="board">
        <thead>
          <tr>
            <th scope="col">#</th>
            <th scope="col">Program</th>
            <th scope="col">Score</th>
            <th scope="col">95 % interval</th>
            <th scope="col">Size</th>
            <th scope="col">Latency</th>
            <th scope="col">Date</th>
            <th scope="col">Answers</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id} className={entry.own ? "own-entry" : entry.baseline ? "baseline" : ""}>
              <td className="figures">{entry.rank}</td>
              <td>
                {entry.programId === null ? (
                  entry.name
                ) : (
                  <a href={addressOf.program(entry.programId)}>{entry.name}</a>
                )}
                <span className="muted hint block">
                  {entry.baseline ? "baseline" : entry.submitter}
                  {entry.nearDuplicates > 0 && (
                    <span className="flag">
                      {" "}
                      · trained near {entry.nearDuplicates} of {entry.n}
                      {entry.unseenScore !== null && `, ${percent(entry.unseenScore)} on the others`}
                    </span>
                  )}
                </span>
              </td>
              <td className="figures">
                <strong>{percent(entry.score)}</strong>
              </td>
              <td>
                <Interval entry={entry} />
              </td>
              <td className="figures nowrap">
                {entry.artifactBytes === 0 ? "–" : shownBytes(entry.artifactBytes)}
              </td>
              <td className="figures nowrap">{shownLatency(entry.latencyMilliseconds)}</td>
              <td className="figures nowrap">{shownTime(entry.createdAt)}</td>
              <td>
                <a
                  href={`/v1/leaderboard/entries/${entry.id}/predictions`}
                  download={`${entry.id}.json`}
                  aria-label={`JSON: what ${entry.name} answered to the public examples`}
                >
                  JSON
                </a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const shownLatency = (milliseconds: number): string =>
  milliseconds < 1
    ? "under 1 ms"
    : `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;

/** The interval as a whisker on a line from 0 to 100 %, and in figures. */
function Interval({ entry: { low, high, score } }: { entry: LeaderboardEntry }) {
  return (
    <span className="interval">
      <span className="whisker" aria-hidden="true">
        <span
          style={{ insetInlineStart: `${low * 100}%`, inlineSize: `${Math.max(1, (high - low) * 100)}%` }}
        />
        <span className="whisker-dot" style={{ insetInlineStart: `${score * 100}%` }} />
      </span>
      <span className="figures muted hint nowrap">
        {Math.round(low * 100)}–{Math.round(high * 100)} %
      </span>
    </span>
  );
}

/** Choose one of your programs and have it measured. */
function Submit({ task }: { task: LeaderboardTask }) {
  const api = useApi();
  const programs = useLoaded("own programs", (signal) => api.programs.list({ limit: 100 }, { signal }));
  const fitting = programs.value?.items.filter(({ kind }) => task.kinds.includes(kind)) ?? [];
  const [chosen, setChosen] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [sending, setSending] = useState(false);
  const programId = chosen || fitting[0]?.id;
  const submit = async () => {
    if (programId === undefined || sending) return;
    setSending(true);
    setProblem(undefined);
    try {
      const job = await api.leaderboard.submit(task.id, programId);
      goTo(addressOf.job(job.id));
    } catch (error) {
      setProblem(problemOf(error));
      setSending(false);
    }
  };
  const startFromPublic = () => {
    const draft = {
      ...emptyDraft,
      spec: `${task.title}. ${task.description}`,
      examples: task.publicExamples,
      name: task.id,
    };
    localStorage.setItem("weightsmith.draft", JSON.stringify(draft));
    goTo(addressOf.compile);
  };
  return (
    <section className="card">
      <h2>Submit a program</h2>
      {fitting.length === 0 ? (
        <p className="muted hint">
          You have no program of a kind that this task takes.{" "}
          {task.kinds.includes("weights") && "Compile one from the public examples:"}
        </p>
      ) : (
        <>
          <label htmlFor="submit-program">Program</label>
          <select id="submit-program" value={programId} onChange={(event) => setChosen(event.target.value)}>
            {fitting.map((program) => (
              <option key={program.id} value={program.id}>
                {optionOf(program)}
              </option>
            ))}
          </select>
          <div className="row wrap">
            <button type="button" className="primary" aria-disabled={sending} onClick={() => void submit()}>
              {sending ? "Submitting…" : "Measure it"}
            </button>
            <span className="muted hint">
              {task.submissionsLeft} of {task.dailySubmissions} submissions left today
            </span>
          </div>
        </>
      )}
      {task.kinds.includes("weights") && (
        <p className="row">
          <button type="button" onClick={startFromPublic}>
            Compile from the public examples
          </button>
        </p>
      )}
      {problem !== undefined && <ProblemBox problem={problem} />}
    </section>
  );
}

const optionOf = ({ name, spec, id }: ProgramSummary): string =>
  `${name ?? headline(spec, 40)} (${id.slice(0, 6)})`;

const shownExamples = 8;

function PublicExamples({ task: { publicExamples, id, version } }: { task: LeaderboardTask }) {
  const lines = publicExamples.map((example) => JSON.stringify(example)).join("\n");
  const file = `data:application/jsonl;charset=utf-8,${encodeURIComponent(`${lines}\n`)}`;
  return (
    <section>
      <h2>Public examples</h2>
      <table className="predictions">
        <thead>
          <tr>
            <th scope="col">Input</th>
            <th scope="col">Wanted</th>
          </tr>
        </thead>
        <tbody>
          {publicExamples.slice(0, shownExamples).map(({ input, output }) => (
            <tr key={input}>
              <td>
                <Value text={input} />
              </td>
              <td>
                <Value text={output} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="row">
        <a className="button" href={file} download={`${id}-v${version}.jsonl`}>
          Download all {publicExamples.length}
        </a>
      </p>
    </section>
  );
}
