import type { GenerateRequestInput } from "@weightsmith/contract";
import { type FormEvent, useState } from "react";
import { usePageTitle } from "../components/page-title.ts";
import { ProblemBox } from "../components/problem-box.tsx";
import { type ComparedTechniques, TechniqueComparison } from "../components/technique-comparison.tsx";
import { useApi } from "../state/api.ts";
import { examplesIn, termsIn } from "../state/generate-text.ts";
import { type Problem, problemOf } from "../state/problem.ts";
import { addressOf, goTo } from "../state/router.ts";
import { useStored } from "../state/stored.ts";

type Technique = "rag" | "tree" | "hierarchical" | "beam" | "hybrid";

interface CodeDraft {
  readonly spec: string;
  readonly language: "python" | "typescript";
  /** `each`: every technique by itself, one job for each. */
  readonly technique: Technique | "all" | "each";
  readonly examples: string;
}
interface LodaDraft {
  readonly description: string;
  readonly terms: string;
}

const emptyCode: CodeDraft = { spec: "", language: "python", technique: "all", examples: "" };
const emptyLoda: LodaDraft = { description: "", terms: "" };
const techniques: Readonly<Record<Technique, string>> = {
  rag: "Retrieval",
  tree: "Syntax tree",
  hierarchical: "Outline first",
  beam: "Beam search",
  hybrid: "Hybrid",
};
const choices = { all: "The best of all", each: "Each by itself, side by side", ...techniques };

/** Source code from a spec and examples, or LODA assembly from the terms of a sequence. */
export function GeneratePage({ kind }: { kind: "code" | "loda" }) {
  usePageTitle(kind === "code" ? "Generate code" : "Generate LODA");
  return (
    <section>
      <header className="title">
        <h1>Generate</h1>
        <nav className="tabs" aria-label="What to generate">
          <a href={addressOf.generate("code")} aria-current={kind === "code" ? "page" : undefined}>
            Source code
          </a>
          <a href={addressOf.generate("loda")} aria-current={kind === "loda" ? "page" : undefined}>
            Integer sequences
          </a>
        </nav>
      </header>
      {kind === "code" ? <CodeForm /> : <LodaForm />}
    </section>
  );
}

/** Sends what a form says, once at a time, and says what went wrong. */
function useSending() {
  const [problem, setProblem] = useState<Problem>();
  const [sending, setSending] = useState(false);
  const send = async <T,>(start: () => Promise<T>, then: (started: T) => void) => {
    if (sending) return;
    setSending(true);
    setProblem(undefined);
    try {
      then(await start());
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setSending(false);
    }
  };
  return { problem, sending, send };
}

function CodeForm() {
  const { value: draft, store } = useStored<CodeDraft>("weightsmith.code", emptyCode);
  const { problem, sending, send } = useSending();
  const api = useApi();
  const { value: compared, store: compare } = useStored<ComparedTechniques | null>(
    "weightsmith.techniques",
    null,
  );
  const change = (part: Partial<CodeDraft>) => store({ ...draft, ...part });
  const requestFor = (technique: Technique | "all"): GenerateRequestInput => ({
    kind: "code",
    language: draft.language,
    technique,
    ...(draft.spec.trim() === "" ? {} : { spec: draft.spec }),
    examples: examplesIn(draft.examples) as { input: never; output: never }[],
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { technique, spec } = draft;
    if (technique !== "each") {
      void send(
        async () => api.generate(requestFor(technique)),
        ({ id }) => goTo(addressOf.job(id)),
      );
      return;
    }
    const names = Object.keys(techniques) as Technique[];
    void send(
      () => Promise.all(names.map(async (name) => api.generate(requestFor(name)))),
      (jobs) =>
        compare({
          spec: spec.trim(),
          jobs: jobs.map(({ id }, index) => ({ technique: techniques[names[index]!], jobId: id })),
        }),
    );
  };
  return (
    <>
      <form className="split" onSubmit={submit} noValidate>
        <div className="stack">
          <div>
            <label htmlFor="code-spec">What the function should do</label>
            <textarea
              id="code-spec"
              rows={4}
              placeholder="Return the words of a sentence in reverse order."
              value={draft.spec}
              onChange={(event) => change({ spec: event.target.value })}
            />
          </div>
          <div>
            <label htmlFor="code-examples">
              Examples <span className="muted">one a line: arguments → result, as JSON</span>
            </label>
            <textarea
              id="code-examples"
              className="code"
              rows={6}
              placeholder={'"one two three" → "three two one"\n["a b"] → "b a"'}
              value={draft.examples}
              onChange={(event) => change({ examples: event.target.value })}
            />
            <p className="muted hint">
              Every candidate is run on them in a sandbox; only what agrees is kept.
            </p>
          </div>
          {draft.spec === "" && draft.examples === "" && (
            <p>
              <button
                type="button"
                className="link"
                onClick={() =>
                  change({
                    spec: "Return the initials of a name, in capitals.",
                    examples: '"ada lovelace" → "AL"\n"Grace Brewster Hopper" → "GBH"\n"alan turing" → "AT"',
                  })
                }
              >
                Start from a sample
              </button>
            </p>
          )}
        </div>
        <aside className="card settings" aria-label="How to generate">
          <div>
            <label htmlFor="code-language">Language</label>
            <select
              id="code-language"
              value={draft.language}
              onChange={(event) => change({ language: event.target.value as CodeDraft["language"] })}
            >
              <option value="python">Python</option>
              <option value="typescript">TypeScript</option>
            </select>
          </div>
          <div>
            <label htmlFor="code-technique">Technique</label>
            <select
              id="code-technique"
              value={draft.technique}
              onChange={(event) => change({ technique: event.target.value as CodeDraft["technique"] })}
            >
              {Object.entries(choices).map(([technique, name]) => (
                <option key={technique} value={technique}>
                  {name}
                </option>
              ))}
            </select>
          </div>
          {problem !== undefined && <ProblemBox problem={problem} />}
          <button type="submit" className="primary large" aria-disabled={sending}>
            {sending ? "Sending…" : "Generate"}
          </button>
        </aside>
      </form>
      {compared !== null && <TechniqueComparison compared={compared} onClose={() => compare(null)} />}
    </>
  );
}

function LodaForm() {
  const api = useApi();
  const { value: draft, store } = useStored<LodaDraft>("weightsmith.loda", emptyLoda);
  const { problem, sending, send } = useSending();
  const change = (part: Partial<LodaDraft>) => store({ ...draft, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(
      async () =>
        api.generate({
          kind: "loda",
          terms: termsIn(draft.terms),
          ...(draft.description.trim() === "" ? {} : { description: draft.description }),
        }),
      ({ id }) => goTo(addressOf.job(id)),
    );
  };
  return (
    <form className="split" onSubmit={submit} noValidate>
      <div className="stack">
        <div>
          <label htmlFor="loda-terms">First terms of the sequence</label>
          <textarea
            id="loda-terms"
            className="code"
            rows={3}
            placeholder="0, 1, 1, 2, 3, 5, 8, 13, 21, 34"
            value={draft.terms}
            onChange={(event) => change({ terms: event.target.value })}
          />
          <p className="muted hint">
            A program that reproduces all of them is marked; eight or more leave little to chance.
          </p>
        </div>
        <div>
          <label htmlFor="loda-description">
            Description <span className="muted">optional</span>
          </label>
          <input
            id="loda-description"
            placeholder="Fibonacci numbers"
            value={draft.description}
            onChange={(event) => change({ description: event.target.value })}
          />
        </div>
        {draft.terms === "" && draft.description === "" && (
          <p>
            <button
              type="button"
              className="link"
              onClick={() => change({ terms: "1, 3, 6, 10, 15, 21, 28, 36, 45, 55" })}
            >
              Start from a sample
            </button>
          </p>
        )}
      </div>
      <aside className="card settings" aria-label="How to generate">
        <p className="muted hint">
          The search looks terms up, fits formulas and recurrences, asks the model, and mutates what is near.
          What comes back is an assembly program for each, run and checked.
        </p>
        {problem !== undefined && <ProblemBox problem={problem} />}
        <button type="submit" className="primary large" aria-disabled={sending}>
          {sending ? "Sending…" : "Find programs"}
        </button>
      </aside>
    </form>
  );
}
