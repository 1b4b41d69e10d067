/** Times on the command line. */
import { InvalidArgumentError } from "commander";

const SECONDS = { ms: 0.001, s: 1, m: 60 } as const;

/** `30s`, `500ms`, `2m`, or a bare number of seconds. */
export function secondsOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m)?$/.exec(text.trim());
  const seconds = match ? Number(match[1]) * SECONDS[(match[2] ?? "s") as keyof typeof SECONDS] : 0;
  if (seconds <= 0) throw new InvalidArgumentError("It must be a time such as 30s, 500ms or 2m.");
  return seconds;
}
