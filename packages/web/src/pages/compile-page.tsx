import { type FormEvent, type KeyboardEvent, useState } from "react";
import { ExampleEditor } from "../components/example-editor.tsx";
import { MethodChoice } from "../components/method-choice.tsx";
import { usePageTitle } from "../components/page-title.ts";
import { ProblemBox } from "../components/problem-box.tsx";
import { useApi } from "../state/api.ts";
import { type Draft, emptyDraft, isEmptyDraft, requestOf, sampleDraft } from "../state/draft.ts";
import { useLoaded } from "../state/loading.ts";
import { type Problem, problemOf } from "../state/problem.ts";
import { addressOf, goTo } from "../state/router.ts";
import { useStored } from "../state/stored.ts";

const specCharacters = 16_000;

export function CompilePage() {
  const api = useApi();
  const { value: draft, store: setDraft, kept } = useStored<Draft>("weightsmith.draft", emptyDraft);
  const [cleared, setCleared] = useState<Draft>();
  const [problem, setProblem] = useState<Problem>();
  const [sending, setSending] = useState(false);
  const health = useLoaded("health", (signal) => api.health({ signal })).value;
  usePageTitle("Compile");
  const change = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part });
    setCleared(undefined);
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (sending) return;
    setSending(true);
    setProblem(undefined);
    try {
      const job = await api.compile(requestOf(draft));
      goTo(addressOf.job(job.id));
    } catch (error) {
      setProblem(problemOf(error));
      setSending(false);
    }
  };
  const submitOnEnter = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.currentTarget.requestSubmit();
  };
  const clear = () => {
    setCleared(draft);
    setDraft(emptyDraft);
    setProblem(undefined);
  };

  return (
    <form onSubmit={submit} onKeyDown={submitOnEnter} noValidate>
      <header className="opening">
        <h1>Specs in, programs out.</h1>
        <p className="lead">
          Say what the program should do and show a few examples. What comes back is a small file of weights,
          with a score that was measured on examples it never saw.
        </p>
      </header>
      <div className="split">
        <div>
          <label htmlFor="spec">Spec</label>
          <textarea
            id="spec"
            rows={4}
            placeholder="Return the file extension of a path, in lower case."
            value={draft.spec}
            onChange={(event) => change({ spec: event.target.value })}
          />
          {draft.spec.length > specCharacters * 0.9 && (
            <p className="muted hint" role="status">
              {draft.spec.length.toLocaleString("en")} of {specCharacters.toLocaleString("en")} characters
            </p>
          )}
          {isEmptyDraft(draft) && (
            <p className="hint">
              <button
                type="button"
                className="link"
                onClick={() => {
                  setDraft(sampleDraft);
                  setCleared(undefined);
                }}
              >
                Start from a sample
              </button>
            </p>
          )}
          <ExampleEditor
            spec={draft.spec}
            writes={health?.writesExamples === true}
            examples={draft.examples}
            onChange={(examples) => change({ examples })}
          />
        </div>
        <aside className="card settings" aria-label="How to compile">
          {draft.parent && (
            <p className="muted hint">
              A fork of <a href={addressOf.program(draft.parent)}>{draft.parent.slice(0, 8)}</a>.{" "}
              <button type="button" className="link" onClick={() => change({ parent: "" })}>
                Make it a program of its own
              </button>
            </p>
          )}
          <MethodChoice value={draft.method} onChange={(method) => change({ method })} />
          {health !== undefined && health.interpreters.length > 1 && (
            <div>
              <label htmlFor="interpreter">Interpreter</label>
              <select
                id="interpreter"
                value={draft.interpreter ?? ""}
                onChange={(event) => change({ interpreter: event.target.value })}
              >
                <option value="">The server's own ({health.interpreters[0]})</option>
                {health.interpreters.map((interpreter) => (
                  <option key={interpreter} value={interpreter}>
                    {interpreter}
                  </option>
                ))}
              </select>
            </div>
          )}
          <div>
            <label htmlFor="name">
              Name <span className="muted">optional</span>
            </label>
            <input
              id="name"
              value={draft.name}
              autoComplete="off"
              onChange={(event) => change({ name: event.target.value })}
            />
          </div>
          {problem !== undefined && <ProblemBox problem={problem} />}
          <button type="submit" className="primary large" aria-disabled={sending}>
            {sending ? "Sending…" : "Compile"}
          </button>
          <p className="muted hint" role="status">
            {cleared !== undefined ? (
              <>
                Cleared.{" "}
                <button type="button" className="link" onClick={() => change(cleared)}>
                  Bring it back
                </button>
              </>
            ) : isEmptyDraft(draft) ? (
              "What you write stays in this browser until you send it."
            ) : (
              <>
                {kept ? "Kept in this browser. " : "Too large to be kept in this browser on a reload. "}
                <button type="button" className="link" onClick={clear}>
                  Clear
                </button>
              </>
            )}
          </p>
        </aside>
      </div>
    </form>
  );
}
