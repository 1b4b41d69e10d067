import type { CaseKind, Community, Program } from "@weightsmith/contract";
import { type FormEvent, useState } from "react";
import { useApi, useSignedIn } from "../state/api.ts";
import { useLoaded } from "../state/loading.ts";
import { type Problem, problemOf } from "../state/problem.ts";
import { addressOf } from "../state/router.ts";
import { percent } from "../state/score.ts";
import { Value } from "./predictions.tsx";
import { ProblemBox } from "./problem-box.tsx";

/** What people made of a program: votes, places on the leaderboard, forks, and cases. */
export function ProgramCommunity({
  program,
  community: { votes, parents, forks, entries },
  onChange,
}: {
  program: Program;
  community: Community;
  onChange: () => void;
}) {
  const api = useApi();
  const signedIn = useSignedIn();
  const [problem, setProblem] = useState<Problem>();
  const vote = async (choice: 1 | -1) => {
    setProblem(undefined);
    try {
      // The same vote again takes it back.
      await api.programs.vote(program.id, votes.own === choice ? 0 : choice);
      onChange();
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <section className="stack community">
      {program.public && (
        <div className="row wrap">
          <button
            type="button"
            aria-pressed={votes.own === 1}
            disabled={!signedIn}
            onClick={() => void vote(1)}
          >
            Useful <span className="figures">{votes.up}</span>
          </button>
          <button
            type="button"
            aria-pressed={votes.own === -1}
            disabled={!signedIn}
            onClick={() => void vote(-1)}
          >
            Not useful <span className="figures">{votes.down}</span>
          </button>
        </div>
      )}
      {problem !== undefined && <ProblemBox problem={problem} />}
      {entries.length > 0 && (
        <div>
          <h2>On the leaderboard</h2>
          <ul className="plain-list">
            {entries.map(({ taskId, title, rank, of, score }) => (
              <li key={taskId}>
                <a href={addressOf.task(taskId)}>{title}</a>{" "}
                <span className="figures">
                  {percent(score)}, place {rank} of {of}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <Relatives title="Forked from" relatives={parents} />
      <Relatives title="Forks" relatives={forks} />
      <Cases program={program} />
    </section>
  );
}

function Relatives({ title, relatives }: { title: string; relatives: Community["forks"] }) {
  if (relatives.length === 0) return null;
  return (
    <div>
      <h2>{title}</h2>
      <ul className="plain-list">
        {relatives.map(({ id, title: name, exactMatch }) => (
          <li key={id}>
            <a href={addressOf.program(id)}>{name}</a>{" "}
            <span className="muted hint figures">
              {exactMatch === null ? id.slice(0, 8) : `${percent(exactMatch)} held out`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

const caseKinds: Readonly<Record<CaseKind, string>> = {
  success: "Success",
  limitation: "Limitation",
  edge_case: "Edge case",
};
const noCase = { kind: "success" as CaseKind, input: "", output: "", note: "" };

/** Inputs with the answer that somebody expects: where it shines, where it fails, what is odd. */
function Cases({ program }: { program: Program }) {
  const api = useApi();
  const signedIn = useSignedIn();
  const { value, reload } = useLoaded(`cases ${program.id}`, (signal) =>
    api.hub.cases(program.id, { signal }),
  );
  const [draft, setDraft] = useState(noCase);
  const [problem, setProblem] = useState<Problem>();
  const add = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(undefined);
    try {
      const { kind, input, output, note } = draft;
      await api.hub.addCase(program.id, { kind, input, output, ...(note.trim() === "" ? {} : { note }) });
      setDraft({ ...noCase, kind });
      reload();
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const field = (name: "input" | "output" | "note", label: string) => (
    <div>
      <label htmlFor={`case-${name}`}>{label}</label>
      <input
        id={`case-${name}`}
        value={draft[name]}
        onChange={(event) => setDraft({ ...draft, [name]: event.target.value })}
      />
    </div>
  );
  const items = value?.items ?? [];
  return (
    <div>
      <h2>Cases</h2>
      {items.length === 0 && (
        <p className="muted hint">
          No case yet. A case is an input with the answer it should get: a success to show, a limitation, an
          edge.
        </p>
      )}
      <ul className="lessons">
        {items.map(({ id, kind, input, output, note }) => (
          <li key={id}>
            <span className={`tag case-${kind}`}>{caseKinds[kind]}</span> <Value text={input} /> →{" "}
            <Value text={output} />
            {note !== null && <span className="muted hint block">{note}</span>}
          </li>
        ))}
      </ul>
      {signedIn && (
        <details>
          <summary>Add a case</summary>
          <form className="case-form" onSubmit={(event) => void add(event)}>
            <div>
              <label htmlFor="case-kind">What it is</label>
              <select
                id="case-kind"
                value={draft.kind}
                onChange={(event) => setDraft({ ...draft, kind: event.target.value as CaseKind })}
              >
                {(Object.keys(caseKinds) as CaseKind[]).map((kind) => (
                  <option key={kind} value={kind}>
                    {caseKinds[kind]}
                  </option>
                ))}
              </select>
            </div>
            {field("input", "The input")}
            {field("output", "The answer it should get")}
            {field("note", "What it shows")}
            {problem !== undefined && <ProblemBox problem={problem} />}
            <button type="submit">Add it</button>
          </form>
        </details>
      )}
    </div>
  );
}
