import type { Prediction } from "@weightsmith/contract";
import { useState } from "react";
import { counted } from "../state/wording.ts";

const shownAtFirst = 50;

/** The held-out examples with the program's answer beside the wanted one, the wrong ones first: they teach the most. */
export function Predictions({ predictions }: { predictions: readonly Prediction[] }) {
  const [all, setAll] = useState(false);
  if (predictions.length === 0) return null;
  const sorted = predictions.toSorted((a, b) => Number(a.correct) - Number(b.correct));
  const shown = all ? sorted : sorted.slice(0, shownAtFirst);
  return (
    <section>
      <h2>Held-out examples</h2>
      <p className="muted hint">
        {counted(predictions.length, "example")} that the program never saw, answered by it.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="scroll" aria-label="Held-out examples" tabIndex={0}>
        <table className="predictions">
          <thead>
            <tr>
              <th scope="col">Input</th>
              <th scope="col">Wanted</th>
              <th scope="col">Answered</th>
              <th scope="col">
                <span className="hidden">Verdict</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ input, expected, output, correct }) => (
              <tr key={input} className={correct ? "right" : "wrong"}>
                <td>
                  <Value text={input} />
                </td>
                <td>
                  <Value text={expected} />
                </td>
                <td className="answered">
                  <Value text={output} />
                </td>
                <td className="verdict">{correct ? "right" : "wrong"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {shown.length < sorted.length && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {sorted.length.toLocaleString("en")}
        </button>
      )}
    </section>
  );
}

/** A text as it is, white space included; nothing at all is said in words. */
export function Value({ text }: { text: string }) {
  return text === "" ? <em className="muted">nothing</em> : <code>{text}</code>;
}
