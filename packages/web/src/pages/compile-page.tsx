import { type CompileRequestInput, type Example, METHODS, type Method } from "@weightsmith/contract";
import { type FormEvent, useState } from "react";
import { ExampleEditor } from "../components/example-editor.tsx";
import { ProblemBox } from "../components/problem-box.tsx";
import { useApi } from "../state/api.ts";
import { type Problem, problemOf, useStored } from "../state/loading.ts";
import { addressOf, goTo } from "../state/router.ts";
import { sampleDraft } from "../state/sample-draft.ts";

export interface Draft {
  readonly spec: string;
  readonly examples: readonly Example[];
  readonly method: Method;
  readonly name: string;
}

const empty: Draft = { spec: "", examples: [], method: "auto", name: "" };

const methodHelp: Record<Method, string> = {
  auto: "tries the others and keeps what does best",
  context: "reads spec and examples once, trains nothing",
  prefix: "trains a prefix of keys and values",
  lora: "trains small updates of the weights",
};

export function CompilePage() {
  const api = useApi();
  const [draft, setDraft] = useStored<Draft>("weightsmith.draft", empty);
  const [problem, setProblem] = useState<Problem>();
  const [sending, setSending] = useState(false);
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSending(true);
    setProblem(undefined);
    const request: CompileRequestInput = {
      spec: draft.spec,
      examples: [...draft.examples],
      method: draft.method,
      ...(draft.name.trim() === "" ? {} : { name: draft.name.trim() }),
    };
    try {
      const job = await api.compile(request);
      goTo(addressOf.job(job.id));
    } catch (error) {
      setProblem(problemOf(error));
      setSending(false);
    }
  };

  return (
    <form className="compile" onSubmit={submit}>
      <div className="lead">
        <h1>Specs in, programs out.</h1>
        <p>
          Say what the program should do and show a few examples. What comes back is a small file of weights
          with a score that was measured on examples it never saw.{" "}
          {draft.spec === "" && draft.examples.length === 0 && (
            <button type="button" className="link" onClick={() => setDraft(sampleDraft)}>
              Start from a sample
            </button>
          )}
        </p>
      </div>
      <section className="card">
        <label htmlFor="spec">Spec</label>
        <textarea
          id="spec"
          rows={4}
          maxLength={16_000}
          placeholder="Return the file extension of a path, in lower case."
          value={draft.spec}
          onChange={(event) => change({ spec: event.target.value })}
        />
        <ExampleEditor examples={draft.examples} onChange={(examples) => change({ examples })} />
        <div className="row wrap">
          <div>
            <label htmlFor="method">Method</label>
            <select
              id="method"
              value={draft.method}
              onChange={(event) => change({ method: event.target.value as Method })}
            >
              {METHODS.map((method) => (
                <option key={method} value={method}>
                  {method}: {methodHelp[method]}
                </option>
              ))}
            </select>
          </div>
          <div className="grow">
            <label htmlFor="name">Name (optional)</label>
            <input
              id="name"
              maxLength={100}
              value={draft.name}
              onChange={(event) => change({ name: event.target.value })}
            />
          </div>
        </div>
        {problem !== undefined && <ProblemBox problem={problem} />}
        <div className="row">
          <button type="submit" className="primary large" disabled={sending}>
            {sending ? "Sending…" : "Compile"}
          </button>
          <button type="button" className="quiet" onClick={() => setDraft(empty)}>
            Clear
          </button>
        </div>
      </section>
    </form>
  );
}
