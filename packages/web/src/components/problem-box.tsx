import type { Problem } from "../state/problem.ts";
import { forgetSession } from "../state/session.ts";

/** What went wrong and what to do about it. */
export function ProblemBox({ problem, retry }: { problem: Problem; retry?: () => void }) {
  const aboutTheKey = problem.code?.startsWith("auth.") === true;
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{problem.message}</strong>
      </p>
      <p>{problem.remedy}</p>
      {(aboutTheKey || retry !== undefined) && (
        <p className="row">
          {aboutTheKey && (
            <button type="button" onClick={forgetSession}>
              Use another key
            </button>
          )}
          {retry !== undefined && (
            <button type="button" onClick={retry}>
              Try again
            </button>
          )}
        </p>
      )}
    </div>
  );
}
