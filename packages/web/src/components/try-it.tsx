import { type FormEvent, type KeyboardEvent, useState } from "react";
import { useApi } from "../state/api.ts";
import { type Problem, problemOf } from "../state/problem.ts";
import { useStored } from "../state/stored.ts";
import { shownBytes } from "../state/wording.ts";
import { Value } from "./predictions.tsx";
import { ProblemBox } from "./problem-box.tsx";

interface Answer {
  readonly id: number;
  readonly input: string;
  readonly output: string;
  readonly milliseconds: number;
  /** How sure the program is, from 0 to 1; undefined or null where it cannot say. */
  readonly confidence?: number | null;
  readonly tokens?: number;
  /** Whether this browser gave it, and no server. */
  readonly here?: boolean;
}

type Place = "server" | "browser";

const keptAnswers = 20;

/** An input in, an answer out, the latest first. */
export function TryIt({
  programId,
  suggestion,
  inBrowser = false,
}: {
  programId: string;
  suggestion: string;
  /** Whether it is of a kind that a browser can run by itself. */
  inBrowser?: boolean;
}) {
  const api = useApi();
  const { value: input, store: setInput } = useStored(
    `weightsmith.try.${programId}`,
    suggestion,
    sessionStorage,
  );
  const { value: answers, store: setAnswers } = useStored<readonly Answer[]>(
    `weightsmith.answers.${programId}`,
    [],
    sessionStorage,
  );
  const { value: place, store: setPlace } = useStored<Place>("weightsmith.run-place", "server");
  const [loading, setLoading] = useState<string>();
  const [running, setRunning] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  const run = async (event: FormEvent) => {
    event.preventDefault();
    if (running) return;
    setRunning(true);
    setProblem(undefined);
    try {
      const answer = inBrowser && place === "browser" ? await here() : await there();
      const latest = { id: (answers[0]?.id ?? 0) + 1, input, ...answer };
      setAnswers([latest, ...answers].slice(0, keptAnswers));
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setRunning(false);
      setLoading(undefined);
    }
  };
  const there = async () => {
    const began = performance.now();
    const [answer] = await api.programs.answers(programId, [input]);
    const milliseconds = Math.round(performance.now() - began);
    const { output = null, confidence = null, tokens } = answer ?? {};
    return { output: output ?? "", milliseconds, confidence, ...(tokens === undefined ? {} : { tokens }) };
  };
  const here = async () => {
    setLoading("Loading the program…");
    // The runtime and the interpreter are fetched when somebody wants them, not before.
    const { runInBrowser } = await import("../in-browser/run-in-browser.ts");
    const answer = await runInBrowser(programId, input, (share, bytes) =>
      setLoading(`Loading the interpreter, ${Math.round(share * 100)} % of ${shownBytes(bytes)}`),
    );
    return { ...answer, here: true };
  };
  const runOnEnter = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.currentTarget.form?.requestSubmit();
  };

  return (
    <section className="card try">
      <h2 id="try-title">Try it</h2>
      <form onSubmit={run}>
        <label className="hidden" htmlFor="try-input">
          Input
        </label>
        <textarea
          id="try-input"
          className="code"
          rows={1}
          value={input}
          onChange={(event) => setInput(event.target.value)}
          onKeyDown={runOnEnter}
          placeholder="An input"
          aria-describedby="try-hint"
        />
        <div className="row wrap">
          <button type="submit" className="primary" aria-disabled={running}>
            {running ? "Running…" : "Run"}
          </button>
          {inBrowser && (
            <span className="places" role="radiogroup" aria-label="Where it runs">
              {(["server", "browser"] as const).map((each) => (
                <label key={each} className="place">
                  <input
                    type="radio"
                    name={`place-${programId}`}
                    checked={place === each}
                    onChange={() => setPlace(each)}
                  />
                  {each === "server" ? "On the server" : "In this browser"}
                </label>
              ))}
            </span>
          )}
        </div>
        <p className="muted hint" id="try-hint" role="status">
          {loading ??
            (inBrowser && place === "browser"
              ? "The model comes to this browser once; what you type stays here."
              : "Enter runs it, Shift + Enter starts a new line.")}
        </p>
      </form>
      {problem !== undefined && <ProblemBox problem={problem} />}
      <ol className="answers" aria-live="polite" aria-label="Answers">
        {answers.map((answer) => (
          <li key={answer.id}>
            <span className="answer-input">
              <Value text={answer.input} />
            </span>
            <span className="answer-output">
              <Value text={answer.output} />
            </span>
            <span className="muted answer-time figures">
              {answer.confidence != null && (
                <span
                  className="sure"
                  title="How likely the answer is to be right, by the program's own account"
                >
                  <meter min={0} max={1} value={answer.confidence} aria-label="Confidence" />{" "}
                  {Math.round(answer.confidence * 100)} % sure ·{" "}
                </span>
              )}
              {answer.tokens !== undefined && `${answer.tokens} tokens · `}
              {answer.milliseconds} ms{answer.here && " · in this browser"}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
