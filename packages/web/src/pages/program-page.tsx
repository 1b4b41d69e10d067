import { useState } from "react";
import { Predictions } from "../components/predictions.tsx";
import { ProblemBox } from "../components/problem-box.tsx";
import { ScoreBadge } from "../components/score-badge.tsx";
import { TryIt } from "../components/try-it.tsx";
import { useApi } from "../state/api.ts";
import { type Problem, problemOf, useLoaded } from "../state/loading.ts";
import { addressOf, goTo } from "../state/router.ts";

export function ProgramPage({ programId }: { programId: string }) {
  const api = useApi();
  const {
    value: program,
    problem,
    reload,
  } = useLoaded(programId, (signal) => api.programs.get(programId, { signal }));
  const [actionProblem, setActionProblem] = useState<Problem>();
  if (problem !== undefined) return <ProblemBox problem={problem} retry={reload} />;
  if (program === undefined) return <p className="muted">Loading…</p>;

  const download = async () => {
    try {
      const url = URL.createObjectURL(new Blob([new Uint8Array(await api.programs.download(programId))]));
      const anchor = Object.assign(document.createElement("a"), { href: url, download: `${programId}.tgz` });
      anchor.click();
      URL.revokeObjectURL(url);
    } catch (error) {
      setActionProblem(problemOf(error));
    }
  };
  const remove = async () => {
    if (!confirm("Delete this program and its file? This cannot be undone.")) return;
    try {
      await api.programs.delete(programId);
      goTo(addressOf.programs);
    } catch (error) {
      setActionProblem(problemOf(error));
    }
  };
  return (
    <article className="card">
      <h1>{program.name ?? "Program"}</h1>
      <p className="spec">{program.spec}</p>
      <dl className="facts">
        <div>
          <dt>Id</dt>
          <dd>
            <code>{program.id}</code>
          </dd>
        </div>
        <div>
          <dt>Method</dt>
          <dd>{program.method ?? "–"}</dd>
        </div>
        <div>
          <dt>Interpreter</dt>
          <dd>{program.interpreter?.id ?? "–"}</dd>
        </div>
        <div>
          <dt>Size</dt>
          <dd>{(program.artifact.bytes / 1000).toFixed(0)} kB</dd>
        </div>
        <div>
          <dt>Made</dt>
          <dd>{new Date(program.createdAt).toLocaleString()}</dd>
        </div>
        <div>
          <dt>Seen by</dt>
          <dd>{program.public ? "everyone" : "this workspace only"}</dd>
        </div>
      </dl>
      <div className="scores">
        <ScoreBadge score={program.scores?.heldOut} label="held out" />
        <ScoreBadge score={program.report?.baseline} label="without the adapter" />
        <ScoreBadge score={program.scores?.training} label="on its training examples" />
      </div>
      <TryIt programId={programId} suggestion={program.report?.predictions[0]?.input ?? ""} />
      <div className="row wrap">
        <button type="button" className="primary" onClick={download}>
          Download
        </button>
        {program.own && (
          <button type="button" onClick={remove}>
            Delete
          </button>
        )}
      </div>
      {actionProblem !== undefined && <ProblemBox problem={actionProblem} />}
      <h2>Run it offline</h2>
      <pre>
        <code>{`weightsmith download ${program.id} --out ${program.name ?? "program"}\nweightsmith run ${program.name ?? "program"} "an input"`}</code>
      </pre>
      {program.report !== null && (
        <>
          <h2>Held-out examples</h2>
          <Predictions predictions={program.report.predictions} />
        </>
      )}
    </article>
  );
}
