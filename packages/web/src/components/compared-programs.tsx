import type { Comparison } from "@weightsmith/contract";
import { percent } from "../state/score.ts";
import { counted } from "../state/wording.ts";
import { Value } from "./predictions.tsx";

/** What an earlier version and this program differ in: how they were made, what they score, and on which answers. */
export function ComparedPrograms({ comparison, onClose }: { comparison: Comparison; onClose: () => void }) {
  const { from, changed, scores, sameHeldOut, fixed, broken } = comparison;
  const { heldOut } = scores;
  return (
    <section className="card compared" aria-label="Comparison">
      <div className="row between">
        <h3>
          From <code>{from.slice(0, 8)}</code> to this program
        </h3>
        <button type="button" className="quiet small" onClick={onClose}>
          Close
        </button>
      </div>
      {heldOut.change !== null && (
        <p className="figures">
          Held-out score {shown(heldOut.from)} → {shown(heldOut.to)}{" "}
          <strong className={heldOut.change < 0 ? "worse" : "better"}>
            {heldOut.change >= 0 ? "+" : "−"}
            {Math.abs(Math.round(heldOut.change * 100))} points
          </strong>
        </p>
      )}
      {changed.length > 0 && (
        <dl className="diff">
          {changed.map(({ field, from: before, to: after }) => (
            <div key={field}>
              <dt>{field}</dt>
              <dd>
                <del>{before ?? "–"}</del> <ins>{after ?? "–"}</ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
      <p className="muted hint">
        {sameHeldOut === 0
          ? "They were measured on different held-out examples: answers cannot be compared one by one."
          : `${counted(sameHeldOut, "held-out example")} in common.`}
      </p>
      <Changed title="Right now, wrong before" answers={fixed} />
      <Changed title="Wrong now, right before" answers={broken} />
    </section>
  );
}

const shown = (score: { readonly exactMatch: number | null } | null): string =>
  score?.exactMatch == null ? "–" : percent(score.exactMatch);

function Changed({ title, answers }: { title: string; answers: Comparison["fixed"] }) {
  if (answers.length === 0) return null;
  return (
    <>
      <h4>
        {title} <span className="muted">{answers.length}</span>
      </h4>
      <ul className="plain-list">
        {answers.map(({ input, expected, from, to }) => (
          <li key={`${input}\n${expected}`}>
            <Value text={input} /> →{" "}
            <del>
              <Value text={from} />
            </del>{" "}
            <ins>
              <Value text={to} />
            </ins>
          </li>
        ))}
      </ul>
    </>
  );
}
