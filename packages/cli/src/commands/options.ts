/** Numbers on the command line. */
import { InvalidArgumentError } from "commander";

/** A whole number of at least one. */
export function countOf(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return count;
}
