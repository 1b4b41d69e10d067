/** Numbers on the command line. */
import { InvalidArgumentError } from "commander";

/** A whole number of at least one. */
export function countOf(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return count;
}

/** A number above zero. */
export function positiveOf(value: string): number {
  const number = Number(value);
  if (!(Number.isFinite(number) && number > 0))
    throw new InvalidArgumentError("It must be a number above zero.");
  return number;
}
