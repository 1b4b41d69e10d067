import type { Prediction } from "@weightsmith/contract";

/** The held-out examples with the program's answer beside the wanted one. */
export function Predictions({ predictions }: { predictions: readonly Prediction[] }) {
  if (predictions.length === 0)
    return <p className="muted">No example was held out, so nothing was measured.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="scroll" aria-label="Held-out examples" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Input</th>
            <th scope="col">Wanted</th>
            <th scope="col">Answered</th>
          </tr>
        </thead>
        <tbody>
          {predictions.map(({ input, expected, output, correct }) => (
            <tr key={input} className={correct ? "right" : "wrong"}>
              <td>
                <code>{input}</code>
              </td>
              <td>
                <code>{expected}</code>
              </td>
              <td>
                <code>{output}</code> <span className="verdict">{correct ? "right" : "wrong"}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
