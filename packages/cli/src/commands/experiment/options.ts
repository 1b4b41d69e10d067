/** Flags that several experiment commands share, and what they mean. */
import { type Command, Option } from "commander";
import { countOf } from "../options.ts";

export interface SettingFlags {
  readonly adaptation?: "offline" | "online";
  readonly reflector?: "rules" | "model" | "none";
  readonly curator?: "rules" | "model";
  readonly feedback?: "labels" | "self-consistency" | "execution";
  readonly check?: string;
  readonly deduplicate: boolean;
  readonly lessons?: number;
  readonly limit?: number;
  readonly seed?: number;
}

const seedOf = (value: string): number => Number(value);

/** The settings of a run. */
export function withSettings(command: Command): Command {
  return command
    .addOption(
      new Option("--adaptation <how>", "learn before measuring, or after each question").choices([
        "offline",
        "online",
      ]),
    )
    .addOption(
      new Option("--reflector <who>", "turns mistakes into lessons").choices(["rules", "model", "none"]),
    )
    .addOption(new Option("--curator <who>", "keeps the playbook").choices(["rules", "model"]))
    .addOption(
      new Option("--feedback <signal>", "what is learnt from").choices([
        "labels",
        "self-consistency",
        "execution",
      ]),
    )
    .option(
      "--check <command>",
      "with --feedback execution: gets {item, answer} on stdin, exit status 0 is right",
    )
    .option("--no-deduplicate", "keep lessons that say the same")
    .option("--lessons <count>", "lessons shown with a question at most", countOf)
    .option("--limit <count>", "the first so many questions of each part", countOf)
    .option("--seed <number>", "of random draws", seedOf);
}

/** What the flags say, without what they do not. */
export function settingsOf(flags: SettingFlags) {
  const { adaptation, reflector, curator, feedback, deduplicate, lessons, limit, seed } = flags;
  const given = { adaptation, reflector, curator, feedback, lessons, limit, seed };
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...(said as Partial<typeof given>), deduplicate } as {
    -readonly [K in keyof typeof given]?: NonNullable<(typeof given)[K]>;
  } & { deduplicate: boolean };
}
