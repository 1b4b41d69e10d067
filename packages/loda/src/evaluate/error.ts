// Why a run ended without a term. Every evaluator throws the same error for the same program and argument.
import { printOperation } from "../language/print.ts";
import type { Operation } from "../language/program.ts";

export type EvaluationErrorCode =
  /** infinity was written to a cell: |x| ≥ 2^3840, a division by zero, a root of a negative number… */
  | "overflow"
  /** a cell with a negative address was read or written */
  | "negative-address"
  /** an address, a length or a sequence id does not fit in 64 bits */
  | "integer-range"
  /** a cell beyond the memory limit was written, or a region is longer than the memory */
  | "memory"
  | "steps"
  | "time"
  /** loops nested more than 100 deep */
  | "nesting"
  /** an lpb without lpe, noticed at the end of the program */
  | "open-loop"
  | "loop-end-without-begin"
  /** a constant where a cell is needed */
  | "constant-target"
  | "missing-program"
  | "recursion"
  /** the argument of a seq is below the offset of the called sequence */
  | "argument";

export class EvaluationError extends Error {
  override readonly name = "EvaluationError";
  readonly code: EvaluationErrorCode;
  /** What went wrong, without the place. */
  readonly reason: string;
  /** The operation at fault, where one is. */
  readonly at: Operation | undefined;

  constructor(code: EvaluationErrorCode, reason: string, at?: Operation) {
    super(at ? `${reason}, in \`${printOperation(at)}\`${line(at)}` : reason);
    this.code = code;
    this.reason = reason;
    this.at = at;
  }

  /** The same error with a place, unless it has one already. */
  locatedAt(operation: Operation): EvaluationError {
    return this.at ? this : new EvaluationError(this.code, this.reason, operation);
  }
}

function line({ position }: Operation): string {
  return position.line > 0 ? ` (line ${position.line})` : "";
}

export function stepsPassed(limit: number): EvaluationError {
  return new EvaluationError("steps", `the run takes more than ${limit} steps`);
}
