/** Turns: what the visitor writes is added to the text so far, which is the prompt; the mixture goes on from there. */
import { type FormEvent, useRef, useState } from "react";
import { ProblemBox } from "../../components/problem-box.tsx";
import { useApi } from "../../state/api.ts";
import { type Problem, problemOf } from "../../state/problem.ts";

interface Turn {
  readonly from: "visitor" | "mixture";
  readonly text: string;
  /** Mean gate weights, on a finished answer. */
  readonly shares?: Readonly<Record<string, number>>;
}

/** @param onText told the text so far after each answer */
export function Chat({ ready, onText }: { ready: boolean; onText: (text: string) => void }) {
  const api = useApi();
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const [draft, setDraft] = useState("");
  const [temperature, setTemperature] = useState(0.7);
  const [problem, setProblem] = useState<Problem>();
  const writing = useRef<AbortController>(undefined);
  const [busy, setBusy] = useState(false);

  async function send(event: FormEvent) {
    event.preventDefault();
    const asked: Turn = { from: "visitor", text: draft };
    const before = [...turns, asked];
    const prompt = before.map(({ text }) => text).join("\n\n");
    setProblem(undefined);
    setDraft("");
    setBusy(true);
    const controller = new AbortController();
    writing.current = controller;
    let text = "";
    let shares: Turn["shares"];
    const show = () => setTurns([...before, { from: "mixture", text, ...(shares ? { shares } : {}) }]);
    show();
    try {
      const request = { prompt, temperature, seed: turns.length, max_new_tokens: 120 };
      for await (const piece of api.specialists.stream(request, { signal: controller.signal })) {
        text += piece.text;
        shares = piece.done?.specialists;
        show();
      }
    } catch (error) {
      if (!controller.signal.aborted) setProblem(problemOf(error));
    } finally {
      setBusy(false);
      onText(`${prompt}${text}`);
    }
  }

  return (
    <section aria-labelledby="chat-title">
      <h2 id="chat-title">Chat</h2>
      <ol className="turns" aria-live="polite">
        {turns.map((turn, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: turns are only ever added
          <li key={index} className={turn.from}>
            <p>{turn.text === "" ? "…" : turn.text}</p>
            {turn.shares !== undefined && (
              <p className="muted">
                {Object.entries(turn.shares)
                  .map(([name, share]) => `${name} ${Math.round(share * 100)} %`)
                  .join(" · ")}
              </p>
            )}
          </li>
        ))}
      </ol>
      {problem !== undefined && <ProblemBox problem={problem} />}
      <form onSubmit={(event) => void send(event)}>
        <label htmlFor="chat-text">
          {ready ? "Begin a text; the mixture goes on with it." : "The mixture is not trained yet."}
        </label>
        <textarea
          id="chat-text"
          rows={3}
          value={draft}
          placeholder="[datascience] at the beginning hands the text to that specialist."
          onChange={(event) => setDraft(event.target.value)}
        />
        <div className="row">
          <label>
            Temperature{" "}
            <input
              type="range"
              min="0"
              max="1.5"
              step="0.1"
              value={temperature}
              onChange={(event) => setTemperature(Number(event.target.value))}
            />{" "}
            {temperature.toFixed(1)}
          </label>
          {busy ? (
            <button type="button" onClick={() => writing.current?.abort()}>
              Stop
            </button>
          ) : (
            <button type="submit" className="primary" disabled={!ready || draft.trim() === ""}>
              Write
            </button>
          )}
          {turns.length > 0 && !busy && (
            <button type="button" className="quiet" onClick={() => setTurns([])}>
              Start over
            </button>
          )}
        </div>
      </form>
    </section>
  );
}
