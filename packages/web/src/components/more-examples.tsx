import type { Example } from "@weightsmith/contract";
import { useState } from "react";
import { useApi } from "../state/api.ts";
import { type Problem, problemOf } from "../state/problem.ts";

interface Props {
  readonly spec: string;
  readonly examples: readonly Example[];
  /** Whether the server has a model that writes examples. */
  readonly writes: boolean;
  readonly onAdd: (more: readonly Example[]) => void;
  readonly onProblem: (problem: Problem) => void;
}

const howMany = 12;

/** More examples from those that are there: by exchanging what outputs copy, or written by the server's model. */
export function MoreExamples({ spec, examples, writes, onAdd, onProblem }: Props) {
  const api = useApi();
  const [busy, setBusy] = useState(false);
  const given = examples.filter(({ input, output }) => input !== "" && output !== "");
  const attempt = async (make: () => Promise<readonly Example[]>, remedy: string) => {
    if (busy) return;
    setBusy(true);
    try {
      const more = await make();
      if (more.length > 0) onAdd(more);
      else onProblem({ message: "No new example came of it.", remedy });
    } catch (error) {
      onProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const vary = () =>
    attempt(async () => {
      const { varyExamples } = await import("../state/vary-examples.ts");
      return varyExamples(spec, given, { count: howMany, seed: examples.length + 1 });
    }, "Variations exchange what an output copies from its input. Where outputs copy nothing, write some more by hand.");
  const write = () =>
    attempt(
      () => api.writeExamples({ spec, examples: given.slice(0, 100), count: howMany }),
      "Say more in the spec, or write some by hand.",
    );
  return (
    <>
      {given.length > 1 && (
        <button type="button" aria-disabled={busy} onClick={() => void vary()}>
          Vary these
        </button>
      )}
      {writes && spec.trim() !== "" && (
        <button type="button" aria-disabled={busy} onClick={() => void write()}>
          {busy ? "Writing…" : "Let a model write more"}
        </button>
      )}
    </>
  );
}
