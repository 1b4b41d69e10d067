import { type FormEvent, useState } from "react";
import { useApi } from "../state/api.ts";
import { type Problem, problemOf } from "../state/loading.ts";
import { ProblemBox } from "./problem-box.tsx";

interface Answer {
  readonly id: number;
  readonly input: string;
  readonly output: string;
  readonly milliseconds: number;
}

/** One line in, one answer out, the latest first. */
export function TryIt({ programId, suggestion }: { programId: string; suggestion: string }) {
  const api = useApi();
  const [input, setInput] = useState(suggestion);
  const [answers, setAnswers] = useState<readonly Answer[]>([]);
  const [running, setRunning] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const run = async (event: FormEvent) => {
    event.preventDefault();
    setRunning(true);
    setProblem(undefined);
    try {
      const began = performance.now();
      const output = await api.programs.run(programId, input);
      const milliseconds = performance.now() - began;
      setAnswers((before) => [{ id: before.length, input, output, milliseconds }, ...before]);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setRunning(false);
    }
  };
  return (
    <section className="try">
      <h2>Try it</h2>
      <form className="row" onSubmit={run}>
        <label className="hidden" htmlFor="try-input">
          Input
        </label>
        <input
          id="try-input"
          value={input}
          onChange={(event) => setInput(event.target.value)}
          placeholder="An input"
        />
        <button type="submit" className="primary" disabled={running}>
          {running ? "Running…" : "Run"}
        </button>
      </form>
      {problem !== undefined && <ProblemBox problem={problem} />}
      <ol className="answers" aria-live="polite">
        {answers.map((answer) => (
          <li key={answer.id}>
            <code className="muted">{answer.input}</code>
            <code>{answer.output === "" ? "(empty)" : answer.output}</code>
            <span className="muted">{answer.milliseconds.toFixed(0)} ms</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
