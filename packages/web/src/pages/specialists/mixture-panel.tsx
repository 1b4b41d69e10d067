/** What the mixture consists of: the generalist, specialists to delete, training on its way, and a form to add one. */
import type { SpecialistList, SpecialistStatus } from "@weightsmith/contract";
import { type FormEvent, useState } from "react";
import { ProblemBox } from "../../components/problem-box.tsx";
import { useApi } from "../../state/api.ts";
import { type Problem, problemOf } from "../../state/problem.ts";
import { addressOf } from "../../state/router.ts";

interface Props {
  readonly status: SpecialistStatus;
  readonly list: SpecialistList;
  readonly reload: () => void;
}

export function MixturePanel({ status, list, reload }: Props) {
  const api = useApi();
  const [problem, setProblem] = useState<Problem>();
  const [asked, setAsked] = useState<string>();
  const act = async (work: () => Promise<unknown>) => {
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(problemOf(error));
    }
    reload();
  };
  return (
    <aside aria-labelledby="mixture-title">
      <h2 id="mixture-title">Mixture</h2>
      {problem !== undefined && <ProblemBox problem={problem} />}
      <ul className="parts">
        {list.generalist !== null && (
          <li>
            <strong>general</strong> <span className="muted">the generalist</span>
          </li>
        )}
        {list.items.map(({ name, report }) => (
          <li key={name}>
            <strong>{name}</strong>{" "}
            {report !== null && (
              <span className="muted">
                {report.corpus.paragraphs} paragraphs, {Math.round(report.parameters / 1000)}k numbers
              </span>
            )}
            {asked === name ? (
              <span className="row">
                Delete it and its corpus?
                <button
                  type="button"
                  className="danger"
                  onClick={() => {
                    setAsked(undefined);
                    void act(() => api.specialists.delete(name));
                  }}
                >
                  Delete {name}
                </button>
                <button type="button" className="quiet" onClick={() => setAsked(undefined)}>
                  Keep
                </button>
              </span>
            ) : (
              <button
                type="button"
                className="quiet"
                disabled={list.items.length < 2}
                title={list.items.length < 2 ? "A mixture keeps at least one specialist." : undefined}
                aria-label={`Delete ${name}`}
                onClick={() => setAsked(name)}
              >
                Delete
              </button>
            )}
          </li>
        ))}
      </ul>
      {status.training.map(({ jobId, what, done, total, state }) => (
        <div key={jobId} className="training">
          <a href={addressOf.job(jobId)}>{what ?? state}</a>
          <progress max={total ?? 1} {...(total === null ? {} : { value: done })} />
          <button type="button" className="quiet" onClick={() => void act(() => api.jobs.cancel(jobId))}>
            Cancel
          </button>
        </div>
      ))}
      {!status.initialized && status.training.length === 0 && (
        <p>
          <button
            type="button"
            className="primary"
            onClick={() => void act(() => api.specialists.initialize())}
          >
            Train the first mixture
          </button>
        </p>
      )}
      {status.initialized && <AddForm act={act} />}
    </aside>
  );
}

function AddForm({ act }: { act: (work: () => Promise<unknown>) => Promise<void> }) {
  const api = useApi();
  const [name, setName] = useState("");
  const [files, setFiles] = useState<readonly File[]>([]);
  const [sent, setSent] = useState<number>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await act(async () => {
      for (const [index, file] of files.entries()) {
        setSent(index);
        await api.specialists.upload(name, file.name, file);
      }
      await api.specialists.add(name);
      setName("");
    });
    setSent(undefined);
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <h3>Add a specialist</h3>
      <label htmlFor="specialist-name">Name</label>
      <input
        id="specialist-name"
        value={name}
        pattern="[a-z0-9][a-z0-9_-]*"
        placeholder="gardening"
        onChange={(event) => setName(event.target.value)}
      />
      <label htmlFor="specialist-files">Text files</label>
      <input
        id="specialist-files"
        type="file"
        accept=".txt,text/plain"
        multiple
        onChange={(event) => setFiles([...(event.target.files ?? [])])}
      />
      <button type="submit" disabled={name === "" || sent !== undefined}>
        {sent === undefined ? "Add" : `Uploading ${sent + 1} of ${files.length}…`}
      </button>
    </form>
  );
}
