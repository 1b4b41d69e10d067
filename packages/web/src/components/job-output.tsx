import type { Job } from "@weightsmith/contract";
import { lazy, Suspense, useState } from "react";
import { experimentOf } from "../state/experiment.ts";
import { type CodeFound, codeIn, type LodaFound, lodaIn, submissionIn } from "../state/generated.ts";
import { addressOf } from "../state/router.ts";
import { percent } from "../state/score.ts";
import { SequencePlot } from "./sequence-plot.tsx";

const LodaSteps = lazy(async () => ({ default: (await import("../loda/steps.tsx")).LodaSteps }));
const ExperimentView = lazy(async () => ({
  default: (await import("./experiment-result.tsx")).ExperimentView,
}));

/** What a generate, experiment or leaderboard job found. */
export function JobOutput({ job }: { job: Job }) {
  if (job.result?.output === undefined || job.result.output === null) return null;
  const submission = submissionIn(job);
  if (submission !== undefined) {
    return (
      <section className="score-main">
        <p className="score-value">{percent(submission.score)}</p>
        <p>
          <strong>
            {submission.correct} of {submission.n}
          </strong>{" "}
          hidden examples right.
          <span className="muted block">
            95 % interval {Math.round(submission.low * 100)}–{Math.round(submission.high * 100)} %
          </span>
          {submission.nearDuplicates > 0 && (
            <span className="flag block">
              Its training examples come close to {submission.nearDuplicates} of them; the entry says so.
            </span>
          )}
          <a href={addressOf.task(submission.taskId)}>See the board</a>
        </p>
      </section>
    );
  }
  const experiment = experimentOf(job);
  if (experiment !== undefined) {
    return (
      <Suspense fallback={<p className="muted">Loading…</p>}>
        <ExperimentView jobId={job.id} result={experiment} />
      </Suspense>
    );
  }
  const loda = job.kind === "loda" ? lodaIn(job) : [];
  if (loda.length > 0) return <LodaResults found={loda} />;
  const code = job.kind === "code" ? codeIn(job) : [];
  if (code.length > 0) return <CodeResults found={code} />;
  return (
    <pre className="scroll">
      <code>{JSON.stringify(job.result.output, null, 2)}</code>
    </pre>
  );
}

const routeNames: Readonly<Record<string, string>> = {
  terms: "known sequence",
  formula: "read from the description",
  polynomial: "polynomial fit",
  recurrence: "recurrence fit",
  polynomialRecurrence: "recurrence fit",
  periodic: "repeats itself",
  recognised: "recognised",
  relative: "built on a known sequence",
  transform: "transform of a known sequence",
  combination: "known sequences together",
  description: "near description",
  model: "written by the model",
  mutation: "mutation",
};

function LodaResults({ found }: { found: readonly LodaFound[] }) {
  const [chosen, setChosen] = useState(0);
  const program = found[Math.min(chosen, found.length - 1)]!;
  const complete = program.givenTerms > 0 && program.verifiedTerms === program.givenTerms;
  return (
    <section className="stack">
      <fieldset className="tabs">
        <legend className="hidden">Programs found</legend>
        {found.map(({ route, verifiedTerms, givenTerms }, index) => (
          <button
            // biome-ignore lint/suspicious/noArrayIndexKey: results do not move
            key={index}
            type="button"
            aria-pressed={index === chosen}
            onClick={() => setChosen(index)}
          >
            {routeNames[route] ?? route}
            {givenTerms > 0 && (
              <span className="muted figures">
                {" "}
                {verifiedTerms}/{givenTerms}
              </span>
            )}
          </button>
        ))}
      </fieldset>
      <div>
        <p className={complete ? "mark good" : "mark"}>
          {program.givenTerms === 0
            ? "Not checked: no terms were given."
            : complete
              ? `Verified: all ${program.givenTerms} given terms come out.`
              : `${program.verifiedTerms} of ${program.givenTerms} given terms come out.`}
        </p>
        {program.origin !== "" && <p className="muted hint">{program.origin}</p>}
        <p className="terms">
          <code>{program.terms.join(", ")}</code>
        </p>
        {program.programId !== undefined && (
          <p>
            <a className="button" href={addressOf.program(program.programId)}>
              Open the program
            </a>
          </p>
        )}
      </div>
      <SequencePlot terms={program.terms} given={program.givenTerms} />
      <Suspense fallback={<p className="muted">Loading…</p>}>
        <LodaSteps key={chosen} code={program.code} />
      </Suspense>
    </section>
  );
}

function CodeResults({ found }: { found: readonly CodeFound[] }) {
  return (
    <ul className="code-results" aria-label="What each technique wrote">
      {found.map(({ technique, code, confidence, passed, total, note, programId }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: results do not move
        <li key={index} className="card">
          <div className="row between">
            <h2>{technique === "" ? `Candidate ${index + 1}` : technique}</h2>
            {passed !== undefined && total !== undefined && total > 0 && (
              <span className={passed === total ? "mark good" : "mark"}>
                {passed} of {total} examples
              </span>
            )}
          </div>
          {confidence !== undefined && (
            <p className="muted hint">{percent(confidence)} sure to be right on inputs it has not seen</p>
          )}
          {note !== "" && <p className="muted hint">{note}</p>}
          {code !== "" && (
            <pre className="scroll">
              <code>{code}</code>
            </pre>
          )}
          {programId !== undefined && (
            <p>
              <a href={addressOf.program(programId)}>Open the program</a>
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
