/** An error as the command tells it: what was wrong, what to do, and the exit status that goes with it. */
import { WeightsmithError } from "@weightsmith/client";
import { AppError } from "@weightsmith/contract";
import { type ExitCode, exitCodeOf, exitCodes } from "../exit-codes.ts";

export interface Failure {
  readonly exitCode: ExitCode;
  /** For people, on stderr. */
  readonly text: string;
  /** For `--json`. */
  readonly problem: {
    readonly code: string;
    readonly message: string;
    readonly remedy: string;
    readonly details: Readonly<Record<string, unknown>>;
    readonly requestId?: string;
  };
}

export function explain(error: unknown, interrupted: boolean): Failure {
  if (interrupted) {
    return failure(exitCodes.interrupted, "cli.interrupted", "Interrupted.", "Run the same command again.");
  }
  if (error instanceof AppError) {
    return failure(exitCodeOf(error.status), error.code, error.publicMessage, error.remedy, error.context);
  }
  if (error instanceof WeightsmithError) {
    const exitCode =
      error.code === "client.connection"
        ? exitCodes.unreachable
        : error.status === undefined
          ? exitCodes.failed
          : exitCodeOf(error.status);
    return failure(exitCode, error.code, error.message, error.remedy, error.details, error.requestId);
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return failure(
    exitCodes.failed,
    "internal.error",
    message,
    "This is a defect; please report it with the lines above.",
  );
}

function failure(
  exitCode: ExitCode,
  code: string,
  message: string,
  remedy: string,
  details: Readonly<Record<string, unknown>> = {},
  requestId?: string,
): Failure {
  const request = requestId === undefined ? "" : `\n(request ${requestId})`;
  return {
    exitCode,
    text: `${message}\n${remedy}${request}`,
    problem: { code, message, remedy, details, ...(requestId === undefined ? {} : { requestId }) },
  };
}
