import type { Score } from "@weightsmith/contract";
import { percent, readScore } from "../state/score.ts";

interface Props {
  readonly heldOut: Score | undefined;
  readonly baseline: Score | undefined;
  readonly training: Score | undefined;
}

/** The measured scores as bars to compare; each says how many were measured, because 2 of 2 is not 200 of 200. */
export function Scores({ heldOut, baseline, training }: Props) {
  const main = readScore(heldOut);
  return (
    <section className="scores" aria-label="Scores">
      <div className="score-main">
        <p className="score-value">{main === undefined ? "–" : percent(main.share)}</p>
        <p>
          {main === undefined ? (
            "No example was held out, so nothing was measured."
          ) : (
            <>
              <strong>
                {main.right} of {main.n}
              </strong>{" "}
              held-out examples right.
              <span className="muted block">
                95 % interval <span className="figures">{main.interval}</span>
              </span>
            </>
          )}
        </p>
      </div>
      <dl className="bars">
        <Bar name="Held out" score={heldOut} className="own" />
        <Bar name="Interpreter alone" score={baseline} />
        <Bar name="Training examples" score={training} />
      </dl>
    </section>
  );
}

function Bar({
  name,
  score,
  className = "",
}: {
  name: string;
  score: Score | undefined;
  className?: string;
}) {
  const read = readScore(score);
  if (read === undefined) return null;
  return (
    <div className={`bar ${className}`}>
      <dt>{name}</dt>
      <dd>
        <span className="bar-track" aria-hidden="true">
          <span className="bar-fill" style={{ inlineSize: `${read.share * 100}%` }} />
        </span>
        <span className="bar-value">{percent(read.share)}</span>
      </dd>
    </div>
  );
}
