/** The log of a process: one JSON object a line. */
import type { Log } from "./services.ts";

const LEVELS = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 } as const;
export type LogLevel = keyof typeof LEVELS;

/** @param write takes one line with its end */
export function jsonLog(
  from: LogLevel,
  write: (line: string) => void = (line) => process.stdout.write(line),
): Log {
  return (level, message, fields = {}) => {
    if (LEVELS[level] < LEVELS[from]) return;
    const time = new Date().toISOString();
    const { error, ...rest } = fields;
    const shown = error === undefined ? rest : { ...rest, error: describe(error) };
    write(`${JSON.stringify({ time, level, message, ...shown })}\n`);
  };
}

/** An error with its chain of causes, at most five deep. */
function describe(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  const code = (error as { code?: unknown }).code;
  return {
    name,
    message,
    stack,
    ...(typeof code === "string" ? { code } : {}),
    ...(cause === undefined || depth >= 5 ? {} : { cause: describe(cause, depth + 1) }),
  };
}
