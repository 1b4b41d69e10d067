import type { Score } from "@weightsmith/contract";

/** A measured share of exact answers; says how many were measured, because 2 of 2 is not 200 of 200. */
export function ScoreBadge({ score, label }: { score: Score | undefined; label: string }) {
  if (score === undefined || score.exactMatch === null) {
    return (
      <div className="score">
        <span className="score-value muted">–</span>
        <span className="score-label">{label}: not measured</span>
      </div>
    );
  }
  const right = Math.round(score.exactMatch * score.n);
  return (
    <div className="score">
      <span className="score-value">{Math.round(score.exactMatch * 100)} %</span>
      <span className="score-label">
        {label}: {right} of {score.n}
      </span>
    </div>
  );
}
