import type { Program } from "@weightsmith/contract";
import { type ReactNode, useState } from "react";
import { Candidates } from "../components/candidates.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { Copyable } from "../components/copyable.tsx";
import { LossChart } from "../components/loss-chart.tsx";
import { methodName } from "../components/method-choice.tsx";
import { usePageTitle } from "../components/page-title.ts";
import { Predictions } from "../components/predictions.tsx";
import { ProblemBox } from "../components/problem-box.tsx";
import { ProgramCommunity } from "../components/program-community.tsx";
import { ProgramSharing } from "../components/program-sharing.tsx";
import { ProgramVersions } from "../components/program-versions.tsx";
import { Scores } from "../components/scores.tsx";
import { Spec } from "../components/spec.tsx";
import { TryIt } from "../components/try-it.tsx";
import { useApi, useSignedIn } from "../state/api.ts";
import { emptyDraft } from "../state/draft.ts";
import { useLoaded } from "../state/loading.ts";
import { type Problem, problemOf } from "../state/problem.ts";
import { addressOf, goTo } from "../state/router.ts";
import { belowHeading, counted, headline, shownBytes, shownTime } from "../state/wording.ts";

export function ProgramPage({ programId }: { programId: string }) {
  const api = useApi();
  const loaded = useLoaded(programId, (signal) => api.programs.get(programId, { signal }));
  const program = loaded.value;
  const community = useLoaded(`community ${programId}`, (signal) => api.hub.community(programId, { signal }));
  const [problem, setProblem] = useState<Problem>();
  const signedIn = useSignedIn();
  const [deleting, setDeleting] = useState(false);
  usePageTitle(program === undefined ? "Program" : titleOf(program));
  if (loaded.problem !== undefined) return <ProblemBox problem={loaded.problem} retry={loaded.reload} />;
  if (program === undefined) return <p className="muted">Loading…</p>;

  const attempt = async (action: () => Promise<void>) => {
    setProblem(undefined);
    try {
      await action();
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const download = () =>
    attempt(async () => {
      // The archive comes from the object store, straight to the disk.
      const { url } = await api.programs.downloadLink(programId);
      Object.assign(document.createElement("a"), { href: url }).click();
    });
  const remove = () =>
    attempt(async () => {
      await api.programs.delete(programId);
      goTo(addressOf.programs);
    });
  const { spec, report } = program;
  const fork = () => {
    const examples = (report?.predictions ?? []).map(({ input, expected }) => ({ input, output: expected }));
    const draft = { ...emptyDraft, spec, examples, parent: program.id };
    localStorage.setItem("weightsmith.draft", JSON.stringify(draft));
    goTo(addressOf.compile);
  };
  const losses = (report?.training.losses ?? []).map(([step, value]) => ({ step, value }));
  return (
    <article>
      <header className="title">
        <p className="crumbs">
          <a href={program.own ? addressOf.programs : addressOf.hub()}>{program.own ? "Programs" : "Hub"}</a>
        </p>
        <h1>{titleOf(program)}</h1>
        <Spec text={belowHeading(spec, titleOf(program))} />
        <div className="byline muted">
          <Copyable text={program.id} what="the program's id" />
          {program.tags.map((tag) => (
            <a key={tag} className="tag" href={addressOf.hub({ tag })}>
              {tag}
            </a>
          ))}
        </div>
      </header>
      <div className="split">
        <div className="stack">
          <Scores
            heldOut={program.scores?.heldOut}
            baseline={report?.baseline}
            training={program.scores?.training}
          />
          {report?.candidates !== undefined && <Candidates candidates={report.candidates} />}
          <Predictions predictions={report?.predictions ?? []} />
          {community.value !== undefined && (
            <>
              <ProgramVersions
                program={program}
                aliases={community.value.aliases}
                onChange={community.reload}
              />
              <ProgramCommunity program={program} community={community.value} onChange={community.reload} />
            </>
          )}
        </div>
        <div className="stack">
          <TryIt
            programId={programId}
            suggestion={report?.predictions[0]?.input ?? ""}
            inBrowser={program.kind === "weights" && program.interpreter !== null}
          />
          <section className="card">
            <h2>Take it with you</h2>
            <div className="row wrap">
              <button type="button" className="primary" onClick={download}>
                Download
              </button>
              <span className="muted hint">
                {shownBytes(program.artifact.bytes)}, runs without this server
              </span>
            </div>
            <pre>
              <code>{commandsOf(program)}</code>
            </pre>
            {problem !== undefined && <ProblemBox problem={problem} />}
          </section>
          <ProgramSharing program={program} onChange={loaded.reload} />
          {signedIn && (
            <p>
              <button type="button" onClick={fork}>
                Fork: start from this spec
              </button>
            </p>
          )}
          <Facts program={program} />
          <LossChart curves={[losses]} />
          {program.own && (
            <p>
              <button type="button" className="danger quiet" onClick={() => setDeleting(true)}>
                Delete this program
              </button>
            </p>
          )}
        </div>
      </div>
      {deleting && (
        <ConfirmDialog
          title="Delete this program?"
          text={`“${titleOf(program)}”, its file and its places on boards will be gone. Copies that were downloaded still work. ${othersForks(community.value?.forkedByOthers ?? 0)}`}
          action="Delete it"
          onConfirm={remove}
          onClose={() => setDeleting(false)}
        />
      )}
    </article>
  );
}

function othersForks(count: number): string {
  if (count === 0) return "Nobody else has forked it.";
  return `Others forked it: ${counted(count, "program")} made from it will stay, and no longer lead back here.`;
}

const titleOf = ({ name, spec }: Program): string => name ?? headline(spec);

function commandsOf({ id }: Program): string {
  return `weightsmith download ${id} --out program\nweightsmith run program "an input"`;
}

function Facts({ program }: { program: Program }) {
  const { report, interpreter, jobId } = program;
  const made = shownTime(program.createdAt);
  const facts: [string, ReactNode][] = [
    ["Method", methodName(program.method)],
    ["Interpreter", interpreter?.id ?? "–"],
    ["Trained", report ? `${report.training.steps.toLocaleString("en")} steps` : "–"],
    [
      "Made",
      jobId === null ? (
        made
      ) : (
        <a key="made" href={addressOf.job(jobId)}>
          {made}
        </a>
      ),
    ],
    ["Licence", program.license],
    ["Downloads", program.downloads.toLocaleString("en")],
    ["Seen by", program.public ? "everyone" : "this workspace only"],
  ];
  return (
    <dl className="facts">
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
