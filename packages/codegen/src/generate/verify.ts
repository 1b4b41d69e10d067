/** Executes candidates: on every example, and on inputs near the examples where constraints became properties. */
import type { Sandbox } from "../sandbox/sandbox.ts";
import { nearbyInputs } from "../search/agreement.ts";
import type { Problem } from "../search/synthesize.ts";
import { sameValue } from "../values/value.ts";
import type { Property } from "./properties.ts";
import type { Language } from "./request.ts";

export interface PropertyReport {
  readonly constraint: string;
  /** On how many inputs the function was executed and returned, and on how many of these the property held. */
  readonly executed: number;
  readonly held: number;
}

export interface Verification {
  readonly passed: number;
  readonly properties: readonly PropertyReport[];
  /** All examples passed, and no property was seen to fail. */
  readonly holds: boolean;
}

export async function verify(
  code: string,
  name: string,
  problem: Problem,
  properties: readonly Property[],
  language: Language,
  sandbox: Sandbox,
): Promise<Verification> {
  const shown = problem.examples.map(({ inputs }) => inputs);
  const outcomes = await sandbox.run(language, code, name, shown);
  const passed = outcomes.filter(
    (outcome, at) => outcome.status === "returned" && sameValue(outcome.value, problem.examples[at]!.output),
  ).length;
  if (passed < shown.length || properties.length === 0)
    return { passed, properties: [], holds: passed === shown.length };
  const near = nearbyInputs(problem);
  const more = near.length === 0 ? [] : await sandbox.run(language, code, name, near);
  const inputs = [...shown, ...near];
  const reports = properties.map(({ constraint, holds }): PropertyReport => {
    let executed = 0;
    let held = 0;
    [...outcomes, ...more].forEach((outcome, at) => {
      // Where it has no result there is nothing to hold.
      if (outcome.status !== "returned") return;
      executed++;
      if (holds(inputs[at]!, outcome.value)) held++;
    });
    return { constraint, executed, held };
  });
  return { passed, properties: reports, holds: reports.every(({ executed, held }) => executed === held) };
}
