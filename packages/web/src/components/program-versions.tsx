import type { Alias, AliasVersion, Community, Comparison, Program } from "@weightsmith/contract";
import { type FormEvent, useState } from "react";
import { useApi, useSignedIn } from "../state/api.ts";
import { useLoaded } from "../state/loading.ts";
import { type Problem, problemOf } from "../state/problem.ts";
import { addressOf } from "../state/router.ts";
import { percent } from "../state/score.ts";
import { shownTime } from "../state/wording.ts";
import { ComparedPrograms } from "./compared-programs.tsx";
import { ProblemBox } from "./problem-box.tsx";

interface Props {
  readonly program: Program;
  readonly aliases: Community["aliases"];
  readonly onChange: () => void;
}

/** The names under which a program stands or stood, each with its versions; its owner can publish it under one. */
export function ProgramVersions({ program, aliases, onChange }: Props) {
  const signedIn = useSignedIn();
  if (aliases.length === 0 && !(program.own && signedIn)) return null;
  return (
    <section className="stack versions">
      <h2>Versions</h2>
      {aliases.length === 0 && (
        <p className="muted hint">
          A name such as <code>file-extension</code> points to one program and can move to a better one. It
          moves only if the new program scores at least as well, and it can go back.
        </p>
      )}
      {aliases.map(({ reference }) => (
        <Versions key={reference} reference={reference} program={program} onChange={onChange} />
      ))}
      {program.own && signedIn && (
        <PublishUnderName program={program} known={aliases.filter(({ own }) => own)} onChange={onChange} />
      )}
    </section>
  );
}

function Versions({
  reference,
  program,
  onChange,
}: {
  reference: string;
  program: Program;
  onChange: () => void;
}) {
  const api = useApi();
  const {
    value: alias,
    problem,
    reload,
  } = useLoaded(`alias ${reference} ${program.id}`, (signal) => api.aliases.get(reference, { signal }));
  const [failed, setFailed] = useState<Problem>();
  const [compared, setCompared] = useState<Comparison>();
  const attempt = async (action: () => Promise<void>) => {
    setFailed(undefined);
    try {
      await action();
    } catch (error) {
      setFailed(problemOf(error));
    }
  };
  const rollBack = (version: number) =>
    attempt(async () => {
      await api.aliases.rollBack(alias!.name, version);
      reload();
      onChange();
    });
  const compare = (from: string) =>
    attempt(async () => setCompared(await api.programs.compare(from, program.id)));
  if (problem !== undefined) return <ProblemBox problem={problem} />;
  if (alias === undefined) return <p className="muted hint">Loading…</p>;
  return (
    <div>
      <h3>
        <code>{alias.reference}</code>
      </h3>
      <ul className="version-list">
        {alias.versions.map((each) => (
          <Version
            key={each.version}
            version={each}
            alias={alias}
            programId={program.id}
            onCompare={() => void compare(each.programId)}
            onRollBack={() => void rollBack(each.version)}
          />
        ))}
      </ul>
      {failed !== undefined && <ProblemBox problem={failed} />}
      {compared !== undefined && (
        <ComparedPrograms comparison={compared} onClose={() => setCompared(undefined)} />
      )}
    </div>
  );
}

interface VersionProps {
  readonly version: AliasVersion;
  readonly alias: Alias;
  readonly programId: string;
  readonly onCompare: () => void;
  readonly onRollBack: () => void;
}

function Version({ version, alias, programId, onCompare, onRollBack }: VersionProps) {
  const { programId: id, current, available, forced, note, heldOut, createdAt } = version;
  const shown = id === programId;
  const label = `v${version.version}`;
  return (
    <li aria-current={shown ? "true" : undefined}>
      <span className="figures version-number">{label}</span>
      <span className="grow">
        {shown || !available ? (
          <code>{id.slice(0, 8)}</code>
        ) : (
          <a href={addressOf.program(id)}>
            <code>{id.slice(0, 8)}</code>
          </a>
        )}{" "}
        <span className="muted hint">
          {[
            heldOut?.exactMatch == null ? undefined : percent(heldOut.exactMatch),
            shownTime(createdAt),
            shown ? "this program" : undefined,
            available ? undefined : "deleted or private",
            forced ? "forced past its gate" : undefined,
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
        {note !== null && <span className="muted hint block">{note}</span>}
      </span>
      {current && <span className="tag">current</span>}
      {available && !shown && (
        <button
          type="button"
          className="quiet small"
          aria-label={`Compare ${label} with this program`}
          onClick={onCompare}
        >
          Compare
        </button>
      )}
      {alias.own && available && !current && (
        <button
          type="button"
          className="quiet small"
          aria-label={`Make current: ${label}`}
          onClick={onRollBack}
        >
          Make current
        </button>
      )}
    </li>
  );
}

/** A new name, or the next version of one. Where the gate refuses, the owner may insist. */
function PublishUnderName({
  program,
  known,
  onChange,
}: {
  program: Program;
  known: Community["aliases"];
  onChange: () => void;
}) {
  const api = useApi();
  const [name, setName] = useState(known[0]?.name ?? "");
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [said, setSaid] = useState("");
  const refused = problem?.code === "alias.gate_refused";
  const publish = async (force: boolean) => {
    setProblem(undefined);
    setSaid("");
    try {
      const { action, version, reference } = await api.aliases.publish(name.trim(), program.id, {
        force,
        ...(note.trim() === "" ? {} : { note: note.trim() }),
      });
      setSaid(
        action === "unchanged"
          ? `${reference} is at this program already.`
          : `${reference} is at v${version}.`,
      );
      setNote("");
      onChange();
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void publish(false);
  };
  return (
    <details>
      <summary>Publish under a name</summary>
      <form className="case-form" onSubmit={submit}>
        <div>
          <label htmlFor="alias-name">Name</label>
          <input
            id="alias-name"
            className="code"
            value={name}
            autoComplete="off"
            placeholder="file-extension"
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <div>
          <label htmlFor="alias-note">
            What changed <span className="muted">optional</span>
          </label>
          <input id="alias-note" value={note} onChange={(event) => setNote(event.target.value)} />
        </div>
        {problem !== undefined && <ProblemBox problem={problem} />}
        <div className="row wrap">
          <button type="submit" disabled={name.trim() === ""}>
            Publish under this name
          </button>
          {refused && (
            <button type="button" className="quiet" onClick={() => void publish(true)}>
              Move it anyway
            </button>
          )}
          <span className="muted hint" role="status">
            {said}
          </span>
        </div>
      </form>
    </details>
  );
}
