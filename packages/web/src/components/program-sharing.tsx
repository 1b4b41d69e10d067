import type { Program } from "@weightsmith/contract";
import { type FormEvent, useState } from "react";
import { useApi, useSignedIn } from "../state/api.ts";
import { type Problem, problemOf } from "../state/problem.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { Copyable } from "./copyable.tsx";
import { ProblemBox } from "./problem-box.tsx";
import { ReportProgram } from "./report-program.tsx";

const licences = ["Apache-2.0", "MIT", "CC-BY-4.0", "CC0-1.0", "GPL-3.0-only"];

/** Publishing, never by itself: name, tags and licence, then one button. Others' programs can be shared and reported. */
export function ProgramSharing({ program, onChange }: { program: Program; onChange: () => void }) {
  const api = useApi();
  const signedIn = useSignedIn();
  const [problem, setProblem] = useState<Problem>();
  const [asking, setAsking] = useState(false);
  const [name, setName] = useState(program.name ?? "");
  const [tags, setTags] = useState(program.tags.join(", "));
  const [license, setLicense] = useState(program.license);
  const update = async (visible: boolean) => {
    setProblem(undefined);
    try {
      await api.programs.update(program.id, {
        name: name.trim() === "" ? null : name.trim(),
        tags: [
          ...new Set(
            tags
              .split(",")
              .map((tag) => tag.trim())
              .filter(Boolean),
          ),
        ],
        license,
        public: visible,
      });
      onChange();
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (program.public) void update(true);
    else setAsking(true);
  };
  const link = `${location.origin}/p/${program.id}`;
  return (
    <section className="card sharing">
      <h2>{program.public ? "Share" : "Publish"}</h2>
      {program.public && (
        <p>
          <Copyable text={link} what="the link" />
        </p>
      )}
      {program.public && (
        <details>
          <summary>Embed it</summary>
          <p>
            <Copyable text={frameOf(link)} what="the code of the card" />
          </p>
        </details>
      )}
      {program.own ? (
        <form onSubmit={submit}>
          <details open={program.public}>
            <summary>Name, tags and licence</summary>
            <label htmlFor="share-name">Name</label>
            <input
              id="share-name"
              value={name}
              maxLength={100}
              onChange={(event) => setName(event.target.value)}
            />
            <label htmlFor="share-tags">
              Tags <span className="muted">with commas</span>
            </label>
            <input id="share-tags" value={tags} onChange={(event) => setTags(event.target.value)} />
            <label htmlFor="share-licence">Licence</label>
            <input
              id="share-licence"
              list="licences"
              value={license}
              onChange={(event) => setLicense(event.target.value)}
            />
            <datalist id="licences">
              {licences.map((each) => (
                <option key={each} value={each} />
              ))}
            </datalist>
          </details>
          {problem !== undefined && <ProblemBox problem={problem} />}
          <div className="row wrap">
            <button type="submit" className={program.public ? "" : "primary"}>
              {program.public ? "Save" : "Publish…"}
            </button>
            {program.public ? (
              <button type="button" className="quiet" onClick={() => void update(false)}>
                Take it back
              </button>
            ) : (
              <button type="button" className="quiet" onClick={() => void update(false)}>
                Save only
              </button>
            )}
          </div>
        </form>
      ) : (
        signedIn && <ReportProgram programId={program.id} />
      )}
      {asking && (
        <ConfirmDialog
          title="Publish this program?"
          text="Everybody can then see its spec, its score and the held-out examples of its report, run it and download it. You can take it back; copies that were downloaded stay."
          keep="Keep it private"
          action="Publish"
          tone="primary"
          onConfirm={() => void update(true)}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}

const frameOf = (link: string): string =>
  `<iframe src="${link}/embed" title="A program made of weights" width="420" height="150" style="border:0"></iframe>`;
