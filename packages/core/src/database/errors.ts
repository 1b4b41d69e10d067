/** What a failed query says about whether to try again. */

/** The SQLSTATE of a database error, also inside drizzle's wrapping; a connection error's own code; else undefined. */
export function errorCode(error: unknown): string | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const code = (at as { code?: unknown }).code;
    if (typeof code === "string") return code;
  }
  return undefined;
}

const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
  "57P03", // cannot_connect_now
  "53300", // too_many_connections
  "40001", // serialization_failure
  "40P01", // deadlock_detected
]);
/** What node-postgres says, without a code, when a connection is gone or not to be had. */
const UNREACHABLE_MESSAGE =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable|timeout expired/i;

/** Whether the database was out of reach, so that the same call may succeed in a moment. */
export function isUnavailable(error: unknown): boolean {
  const code = errorCode(error);
  if (code !== undefined) return UNREACHABLE.has(code) || code.startsWith("08");
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (UNREACHABLE_MESSAGE.test(at.message)) return true;
    // Several addresses were tried.
    if (at instanceof AggregateError && at.errors.some(isUnavailable)) return true;
  }
  return false;
}
