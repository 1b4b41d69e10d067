import { explain, parse, type Trace, trace } from "@weightsmith/loda/explained";
import { useMemo, useState } from "react";

const mostSteps = 400;

/** A program line by line in plain words, and a run of it step by step: which line, and what every cell holds then. */
export function LodaSteps({ code }: { code: string }) {
  const read = useMemo(() => {
    try {
      const program = parse(code);
      return { program, lines: explain(program) };
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  }, [code]);
  const [argument, setArgument] = useState(5);
  const [step, setStep] = useState(0);
  const run = useMemo(
    () => (read.program ? trace(read.program, argument, { maxEntries: mostSteps }) : undefined),
    [read, argument],
  );
  if (read.problem !== undefined || run === undefined) {
    return (
      <pre>
        <code>{code}</code>
      </pre>
    );
  }
  const last = run.entries.length;
  const at = Math.min(step, last);
  const now = at === 0 ? undefined : run.entries[at - 1];
  const before = at <= 1 ? undefined : run.entries[at - 2];
  const changed = changedCells(before?.memory ?? [[0, argument]], now?.memory ?? [[0, argument]]);
  return (
    <div className="loda">
      <ol className="loda-lines" aria-label="The program">
        {read.lines.map(({ code: line, meaning, depth }, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: lines do not move
            key={index}
            className={now?.index === index ? "current" : ""}
            aria-current={now?.index === index ? "step" : undefined}
          >
            <code style={{ paddingInlineStart: `${depth * 1.2}em` }}>{line}</code>
            <span className="muted hint">{meaning}</span>
          </li>
        ))}
      </ol>
      <div className="loda-run">
        <div className="row wrap">
          <label htmlFor="loda-argument">Run with n =</label>
          <input
            id="loda-argument"
            type="number"
            min={0}
            max={1000}
            value={argument}
            onChange={(event) => {
              setArgument(Math.max(0, Math.min(1000, Math.trunc(Number(event.target.value)))));
              setStep(0);
            }}
          />
        </div>
        <label htmlFor="loda-step" className="hidden">
          Step
        </label>
        <input
          id="loda-step"
          type="range"
          min={0}
          max={last}
          value={at}
          onChange={(event) => setStep(Number(event.target.value))}
        />
        <div className="row wrap">
          <button type="button" disabled={at === 0} onClick={() => setStep(at - 1)}>
            Back
          </button>
          <button type="button" className="primary" disabled={at === last} onClick={() => setStep(at + 1)}>
            Step
          </button>
          <button type="button" disabled={at === last} onClick={() => setStep(last)}>
            To the end
          </button>
          <span className="muted hint figures">
            {at} of {last + run.omitted}
          </span>
        </div>
        <table className="memory">
          <caption className="hidden">Memory after this step</caption>
          <tbody>
            {(now?.memory ?? ([[0, argument]] as const)).map(([cell, value]) => (
              <tr key={cell} className={changed.has(cell) ? "changed" : ""}>
                <th scope="row">
                  <code>${cell}</code>
                </th>
                <td>
                  <code>{String(value)}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {now?.memory.length === 0 && <p className="muted hint">Every cell is 0.</p>}
        <p role="status">{at === last && outcomeOf(run)}</p>
      </div>
    </div>
  );
}

function outcomeOf({ value, error, omitted, argument }: Trace): string {
  if (error !== undefined) return `The run ends with an error: ${error.message}`;
  const more = omitted > 0 ? ` after ${omitted} more steps` : "";
  return `The term for n = ${argument} is ${String(value)}${more}.`;
}

type Cells = readonly (readonly [cell: number, value: number | bigint])[];

function changedCells(before: Cells, after: Cells): Set<number> {
  const old = new Map(before);
  return new Set(after.filter(([cell, value]) => old.get(cell) !== value).map(([cell]) => cell));
}
