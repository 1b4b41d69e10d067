/** The limits of a run as options. */
import { defaultLimits, type Limits } from "@weightsmith/loda";
import { type Command, InvalidArgumentError } from "commander";

export interface LimitFlags {
  readonly timeout: number;
  readonly steps: number;
}

export function addLimitOptions(
  command: Command,
  timeoutSeconds: number,
  steps: number = defaultLimits.steps,
): Command {
  return command
    .option(
      "--timeout <seconds>",
      "computing time, all terms of a program together",
      positive,
      timeoutSeconds,
    )
    .option("--steps <count>", "steps of one run", positive, steps);
}

export function limitsOf({ timeout, steps }: LimitFlags): Limits {
  return { ...defaultLimits, milliseconds: timeout * 1000, steps };
}

export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("It must be a number above 0.");
  return value;
}
