/**
 * Errors as PAW's clients read them: `{error, message, details, request_id}`, and `detail` beside them, in which a 404
 * that is final says "not found".
 */
import type { AppError } from "@weightsmith/contract";

/** Everything below this path speaks PAW's dialect. */
export const PAW_PREFIX = "/api/v1/";

export const pawErrorBody = (error: AppError, requestId: string) => {
  const { code, message, remedy, context } = error.toProblem() as ReturnType<AppError["toProblem"]> & {
    context?: unknown;
  };
  const text = `${message} ${remedy}`;
  return {
    detail: error.status === 404 && !/not found/i.test(text) ? `Not found: ${text}` : text,
    error: code,
    message,
    details: { remedy, ...(typeof context === "object" && context !== null ? context : {}) },
    request_id: requestId,
  };
};
