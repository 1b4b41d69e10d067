/**
 * A heat map: tokens across, layers down. A cell's colour is the expert that counts most there, its strength how much;
 * a click or the arrow keys show the shares in numbers.
 */
import type { SpecialistGates } from "@weightsmith/contract";
import { type KeyboardEvent, useState } from "react";
import { ProblemBox } from "../../components/problem-box.tsx";
import { useApi } from "../../state/api.ts";
import { type Problem, problemOf } from "../../state/problem.ts";
import { colourOf, favourite, meanShares } from "./gates.ts";

export function GateView({ ready, suggested }: { ready: boolean; suggested: string }) {
  const api = useApi();
  const [text, setText] = useState("");
  const [gates, setGates] = useState<SpecialistGates>();
  const [problem, setProblem] = useState<Problem>();

  async function look(prompt: string) {
    setProblem(undefined);
    try {
      setGates(await api.specialists.gates(prompt));
    } catch (error) {
      setProblem(problemOf(error));
    }
  }

  return (
    <section aria-labelledby="gates-title">
      <h2 id="gates-title">Gates</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void look(text);
        }}
      >
        <label htmlFor="gate-text">A text, to see which expert reads which part of it</label>
        <textarea id="gate-text" rows={3} value={text} onChange={(event) => setText(event.target.value)} />
        <div className="row">
          <button type="submit" disabled={!ready || text.trim() === ""}>
            Show gates
          </button>
          {suggested !== "" && (
            <button
              type="button"
              className="quiet"
              onClick={() => {
                setText(suggested);
                void look(suggested);
              }}
            >
              Those of the chat
            </button>
          )}
        </div>
      </form>
      {problem !== undefined && <ProblemBox problem={problem} />}
      {gates !== undefined && <HeatMap gates={gates} />}
    </section>
  );
}

export function HeatMap({ gates }: { gates: SpecialistGates }) {
  const { tokens, experts, weights } = gates;
  const [at, setAt] = useState({ layer: weights.length - 1, token: 0 });
  const layer = Math.min(at.layer, weights.length - 1);
  const token = Math.min(at.token, tokens.length - 1);
  const shares = weights[layer]?.[token] ?? [];
  const move = (event: KeyboardEvent) => {
    const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const within = (value: number, count: number) => Math.max(0, Math.min(count - 1, value));
    setAt({ layer: within(layer + by[0]!, weights.length), token: within(token + by[1]!, tokens.length) });
  };
  return (
    <div className="heat">
      <ul className="legend">
        {meanShares(gates).map((share, expert) => (
          <li key={experts[expert]}>
            <span className="swatch" style={{ background: colourOf(expert, 1) }} aria-hidden="true" />
            {experts[expert]} {Math.round(share * 100)} %
          </li>
        ))}
      </ul>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move through the map */}
      <section className="heat-scroll" tabIndex={0} aria-label="Gate weights" onKeyDown={move}>
        <table>
          <tbody>
            {weights.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: layers have no other name
              <tr key={index}>
                <th scope="row">Layer {index + 1}</th>
                {row.map((cell, column) => {
                  const best = favourite(cell);
                  return (
                    <td
                      // biome-ignore lint/suspicious/noArrayIndexKey: a token may occur twice
                      key={column}
                      className={index === layer && column === token ? "chosen" : undefined}
                      style={{ background: colourOf(best, cell[best] ?? 0) }}
                      onPointerDown={() => setAt({ layer: index, token: column })}
                      title={`${experts[best]} ${Math.round((cell[best] ?? 0) * 100)} %`}
                    />
                  );
                })}
              </tr>
            ))}
            <tr className="tokens">
              <th scope="row">Text</th>
              {tokens.map((text, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a token may occur twice
                <td key={column}>{text === "\n" || text === "\n\n" ? "⏎" : text}</td>
              ))}
            </tr>
          </tbody>
        </table>
      </section>
      <p aria-live="polite">
        Layer {layer + 1}, token {token + 1} <code>{tokens[token]}</code>:{" "}
        {shares.map((share, expert) => `${experts[expert]} ${(share * 100).toFixed(1)} %`).join(", ")}
      </p>
    </div>
  );
}
