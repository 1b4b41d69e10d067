// The validator: what can be said about a program without running it.
import { isArithmetic } from "./operation.ts";
import { formatId, type Operation, type Position, type Program } from "./program.ts";

export interface Issue {
  /** An `error` makes every run (or every run that reaches the place) fail; a `warning` only may. */
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly position: Position;
}

export const maxNesting = 100;

export interface ValidationOptions {
  /** Tells whether the program of a sequence is at hand; without it, calls are not looked up. */
  readonly hasSequence?: (id: number) => boolean;
  /** Addresses above this one cannot be written. */
  readonly maxCell?: number;
}

/** Every issue of a program, in source order; an empty list means that its form is right. */
export function validate(program: Program, options: ValidationOptions = {}): Issue[] {
  const { hasSequence, maxCell = 2000 } = options;
  const issues: Issue[] = [];
  const open: Operation[] = [];
  for (const operation of program.operations) {
    const { mnemonic, target, source, position } = operation;
    const report = (severity: Issue["severity"], message: string) =>
      issues.push({ severity, message, position });
    if (mnemonic === "lpe") {
      if (open.pop() === undefined) report("error", "lpe without lpb");
      continue;
    }
    if (mnemonic === "lpb") {
      open.push(operation);
      if (open.length > maxNesting) report("error", `loops are nested more than ${maxNesting} deep`);
      continue;
    }
    if (target.kind === "constant") {
      report("error", `the target of ${mnemonic} must be a cell, not a constant`);
    } else if (
      target.kind === "direct" &&
      target.cell > maxCell &&
      (isArithmetic(mnemonic) || mnemonic === "seq")
    ) {
      report("error", `$${target.cell} is beyond the last cell, $${maxCell}`);
    }
    if (mnemonic !== "seq") continue;
    if (source.kind !== "constant") report("warning", "the called sequence is not known before the run");
    else if (typeof source.value === "bigint" || source.value < 0)
      report("error", "a sequence id is a non-negative number");
    else if (hasSequence && !hasSequence(source.value))
      report("error", `there is no program for ${formatId(source.value)}`);
  }
  for (const { position } of open) issues.push({ severity: "error", message: "lpb without lpe", position });
  return issues.sort((a, b) => a.position.line - b.position.line || a.position.column - b.position.column);
}
