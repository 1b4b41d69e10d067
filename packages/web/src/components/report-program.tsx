import type { HubReport } from "@weightsmith/contract";
import { type FormEvent, useState } from "react";
import { useApi } from "../state/api.ts";
import { type Problem, problemOf } from "../state/problem.ts";
import { ProblemBox } from "./problem-box.tsx";

type Reason = HubReport["reason"];

const reasons: Readonly<Record<Reason, string>> = {
  harmful: "It does harm",
  private_data: "It holds private data",
  licence: "It breaks a licence",
  spam: "It is spam",
  other: "Something else",
};

/** Tells those who run the service about a program of others, with a reason. */
export function ReportProgram({ programId }: { programId: string }) {
  const api = useApi();
  const [reason, setReason] = useState<Reason>("harmful");
  const [note, setNote] = useState("");
  const [done, setDone] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const report = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(undefined);
    try {
      await api.hub.report(programId, { reason, note: note.trim() });
      setDone(true);
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  if (done) return <p role="status">Reported. Thank you: somebody will look at it.</p>;
  return (
    <details>
      <summary>Report this program</summary>
      <form className="case-form" onSubmit={(event) => void report(event)}>
        <div>
          <label htmlFor="report-reason">Why</label>
          <select
            id="report-reason"
            value={reason}
            onChange={(event) => setReason(event.target.value as Reason)}
          >
            {(Object.keys(reasons) as Reason[]).map((each) => (
              <option key={each} value={each}>
                {reasons[each]}
              </option>
            ))}
          </select>
        </div>
        <div>
          <label htmlFor="report-note">
            What somebody should look at <span className="muted">optional</span>
          </label>
          <input
            id="report-note"
            value={note}
            maxLength={2000}
            onChange={(event) => setNote(event.target.value)}
          />
        </div>
        {problem !== undefined && <ProblemBox problem={problem} />}
        <button type="submit">Send the report</button>
      </form>
    </details>
  );
}
