/** Errors on their way between the two processes. */
import { AppError } from "@weightsmith/contract";
import type { Failure } from "./protocol.ts";

export function packFailure(error: unknown): Failure {
  if (error instanceof AppError) return { problem: error.toProblem() };
  return { error: error instanceof Error ? error : new Error(String(error)) };
}

export function unpackFailure(failure: Failure): Error {
  return "problem" in failure ? AppError.fromProblem(failure.problem) : failure.error;
}
