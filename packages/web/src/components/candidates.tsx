import type { Report } from "@weightsmith/contract";
import { percent } from "../state/score.ts";
import { shownSeconds } from "../state/wording.ts";
import { methodName } from "./method-choice.tsx";

/** What `auto` tried, and how each did on the validation examples that chose between them. */
export function Candidates({ candidates }: { candidates: NonNullable<Report["candidates"]> }) {
  return (
    <section>
      <h2>What was tried</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Method</th>
            <th scope="col">On validation examples</th>
            <th scope="col">Took</th>
          </tr>
        </thead>
        <tbody>
          {candidates.map(({ method, validation, seconds }) => (
            <tr key={method}>
              <td>{methodName(method)}</td>
              <td className="figures">
                {validation.exactMatch === null
                  ? "not measured"
                  : `${percent(validation.exactMatch)} of ${validation.n}`}
              </td>
              <td className="figures">{shownSeconds(seconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
