import { type FormEvent, type KeyboardEvent, useState } from "react";
import { useApi } from "../state/api.ts";
import { type Problem, problemOf } from "../state/problem.ts";
import { useStored } from "../state/stored.ts";
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
}

const keptAnswers = 20;

/** An input in, an answer out, the latest first. */
export function TryIt({ programId, suggestion }: { programId: string; suggestion: string }) {
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
  const [running, setRunning] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  const run = async (event: FormEvent) => {
    event.preventDefault();
    if (running) return;
    setRunning(true);
    setProblem(undefined);
    try {
      const began = performance.now();
      const [answer] = await api.programs.answers(programId, [input]);
      const milliseconds = Math.round(performance.now() - began);
      const id = (answers[0]?.id ?? 0) + 1;
      const { output = null, confidence = null, tokens } = answer ?? {};
      const latest = {
        id,
        input,
        output: output ?? "",
        milliseconds,
        confidence,
        ...(tokens === undefined ? {} : { tokens }),
      };
      setAnswers([latest, ...answers].slice(0, keptAnswers));
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setRunning(false);
    }
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
        <div className="row">
          <button type="submit" className="primary" aria-disabled={running}>
            {running ? "Running…" : "Run"}
          </button>
          <span className="muted hint" id="try-hint">
            Enter runs it, Shift + Enter starts a new line.
          </span>
        </div>
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
              {answer.milliseconds} ms
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
