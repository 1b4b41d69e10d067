/** `weightsmith aliases`: names that point to programs and move, version by version; and `weightsmith compare`. */
import {
  type Alias,
  type AliasVersion,
  type Comparison,
  DEFAULT_GATE,
  type Score,
} from "@weightsmith/contract";
import { type Command, InvalidArgumentError } from "commander";
import { table } from "../terminal/output.ts";
import type { CommandContext } from "./context.ts";
import { countOf } from "./options.ts";

interface PublishFlags {
  readonly force?: true;
  readonly note?: string;
  readonly minimumScore?: number;
  readonly allowedDrop?: number;
}

export function registerAliases(program: Command, context: () => CommandContext): void {
  const aliases = program.command("aliases").summary("name programs, move the names, and move them back");
  aliases
    .command("list", { isDefault: true })
    .description("Lists your aliases, the newest first.")
    .option("--limit <count>", "at most so many", countOf, 20)
    .action(async ({ limit }: { limit: number }) => {
      const { api, output, signal } = context();
      const { items } = await api().aliases.list({ limit }, { signal });
      output.result({ items }, () =>
        items.length === 0
          ? "No aliases."
          : table(
              ["ALIAS", "VERSION", "PROGRAM"],
              items.map(({ reference, version, programId }) => [reference, `v${version}`, programId]),
            ),
      );
    });
  aliases
    .command("get")
    .description("Prints an alias and its versions.")
    .argument("<alias>", "user/name, or user/name@v3")
    .action(async (reference: string) => {
      const { api, output, signal } = context();
      output.result(await api().aliases.get(reference, { signal }), describe);
    });
  aliases
    .command("publish")
    .description(
      "Makes a program the current version of a name of yours. The name's gate refuses programs that score worse than the current one or than their own baseline.",
    )
    .argument("<name>")
    .argument("<program>", "the program's id")
    .option("--minimum-score <share>", "from now on demand this held-out score, 0 to 1", shareOf)
    .option(
      "--allowed-drop <share>",
      "from now on let a program score so much less than the current one",
      shareOf,
    )
    .option("--force", "move although the gate refuses; the version will say so")
    .option("--note <text>", "why")
    .action(async (name: string, programId: string, flags: PublishFlags) => {
      const { api, output, signal } = context();
      const { minimumScore, allowedDrop, force, note } = flags;
      const changed = minimumScore !== undefined || allowedDrop !== undefined;
      const gate = {
        ...DEFAULT_GATE,
        ...(minimumScore === undefined ? {} : { minimumScore }),
        ...(allowedDrop === undefined ? {} : { allowedDrop }),
      };
      const published = await api().aliases.publish(name, programId, {
        signal,
        ...(changed ? { gate } : {}),
        ...(force ? { force } : {}),
        ...(note === undefined ? {} : { note }),
      });
      output.result(published, describe);
    });
  aliases
    .command("rollback")
    .description("Makes an older version current again.")
    .argument("<name>")
    .option("--version <number>", "which (default: the one before)", countOf)
    .action(async (name: string, { version }: { version?: number }) => {
      const { api, output, signal } = context();
      output.result(await api().aliases.rollBack(name, version, { signal }), describe);
    });
  aliases
    .command("delete")
    .description("Deletes a name and its versions; the programs stay.")
    .argument("<name>")
    .action(async (name: string) => {
      const { api, output, signal } = context();
      await api().aliases.delete(name, { signal });
      output.result({ name, deleted: true }, () => `Deleted ${name}.`);
    });

  program
    .command("compare")
    .summary("compare two programs")
    .description(
      "Shows what differs between two programs: how they were made, what they score, which answers changed.",
    )
    .argument("<from>", "a program's id")
    .argument("<to>", "another program's id")
    .action(async (from: string, to: string) => {
      const { api, output, signal } = context();
      output.result(await api().programs.compare(from, to, { signal }), describeComparison);
    });
}

function shareOf(value: string): number {
  const share = Number(value);
  if (!(share >= 0 && share <= 1)) throw new InvalidArgumentError("It must be a number from 0 to 1.");
  return share;
}

const scoreText = (score: Score | null): string =>
  score === null || score.exactMatch === null
    ? "not measured"
    : `${Math.round(score.exactMatch * 100)} % of ${score.n}`;

function describe({ reference, version, programId, versions }: Alias): string {
  const row = (each: AliasVersion) => [
    `${each.current ? "→ " : "  "}v${each.version}`,
    each.programId,
    each.available ? scoreText(each.heldOut) : "deleted",
    [each.forced ? "forced" : "", each.note ?? ""].filter(Boolean).join(": "),
  ];
  return `${reference} is v${version}, ${programId}\n${table(["VERSION", "PROGRAM", "HELD OUT", "NOTE"], versions.map(row))}`;
}

function describeComparison({ from, to, changed, scores, sameHeldOut, fixed, broken }: Comparison): string {
  const short = (text: string | null) => JSON.stringify(text ?? "").slice(0, 60);
  return [
    `${from} → ${to}`,
    ...changed.map((each) => `${each.field}: ${short(each.from)} → ${short(each.to)}`),
    `held out: ${scoreText(scores.heldOut.from)} → ${scoreText(scores.heldOut.to)}`,
    `${sameHeldOut} held-out examples in common: ${fixed.length} fixed, ${broken.length} broken`,
    ...broken.map(
      ({ input, expected, to: now }) => `  broken ${short(input)}: ${short(now)}, not ${short(expected)}`,
    ),
    ...fixed.map(({ input, to: now }) => `  fixed  ${short(input)}: ${short(now)}`),
  ].join("\n");
}
