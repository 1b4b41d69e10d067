/** A run ends when its caller is gone or its time is up; the latter has an error of its own. */
import { AppError } from "@weightsmith/contract";

export interface TimeLimit {
  readonly signal: AbortSignal;
  /** @throws AppError run.timeout if the work was given up because its time was up */
  hold<T>(work: Promise<T>): Promise<T>;
}

export function timeLimit(
  seconds: number,
  caller: AbortSignal,
  context: Readonly<Record<string, unknown>> = {},
): TimeLimit {
  const limit = AbortSignal.timeout(seconds * 1000);
  return {
    signal: AbortSignal.any([caller, limit]),
    async hold(work) {
      try {
        return await work;
      } catch (error) {
        if (!limit.aborted || error instanceof AppError) throw error;
        throw new AppError("run.timeout", {
          message: `The program did not answer within ${seconds} seconds.`,
          context,
          cause: error,
        });
      }
    },
  };
}
