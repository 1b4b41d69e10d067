/** `weightsmith loda check`: do programs reproduce the terms that their files publish? */
import { existsSync } from "node:fs";
import path from "node:path";
import { AppError } from "@weightsmith/contract";
import { type CheckReport, checkFiles, programFiles, programsRoot } from "@weightsmith/loda";
import type { Command } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { countOf } from "../commands/options.ts";
import { exitCodes } from "../exit-codes.ts";
import { addLimitOptions, type LimitFlags, limitsOf } from "./limits.ts";
import { checkedRoot, programsDirOption } from "./programs.ts";

interface CheckFlags extends LimitFlags {
  readonly limit?: number;
  readonly threads?: number;
  readonly programsDir?: string;
}

export function registerLodaCheck(loda: Command, context: () => CommandContext): void {
  const command = loda
    .command("check")
    .summary("whether programs reproduce their published terms")
    .description(
      "Runs every program and compares with the terms in its file. A program that calls one that is missing is not checkable, not wrong.",
    )
    .argument("<path>", "a program file or a folder")
    .option("--limit <count>", "only so many files, spread over the folder", countOf)
    .option("--threads <count>", "threads (default: one a core)", countOf)
    .addOption(programsDirOption());
  // The time is the limit here: published terms may take more steps than a search would allow.
  addLimitOptions(command, 3, Number.MAX_SAFE_INTEGER).action((target: string, flags: CheckFlags) =>
    check(target, flags, context()),
  );
}

async function check(target: string, flags: CheckFlags, { output, signal }: CommandContext): Promise<void> {
  if (!existsSync(target))
    throw new AppError("request.invalid", {
      message: `There is no file or folder ${JSON.stringify(target)}.`,
    });
  const all = programFiles(target);
  if (all.length === 0)
    throw new AppError("request.invalid", { message: `There is no .asm file in ${JSON.stringify(target)}.` });
  const files = flags.limit === undefined ? all : spread(all, flags.limit);
  const root =
    flags.programsDir === undefined
      ? (programsRoot(files[0]!) ?? path.resolve(target))
      : checkedRoot(flags.programsDir);
  const bar = output.progress("Checking");
  const report = await checkFiles(files, {
    root,
    limits: limitsOf(flags),
    signal,
    ...(flags.threads === undefined ? {} : { threads: flags.threads }),
    onProgress: (done, total) => bar.update(done / total, `${done} of ${total}`),
  }).finally(() => bar.done());
  signal.throwIfAborted();
  output.result(
    {
      files: files.length,
      ...report,
      failures: report.failures.map((each) => ({ ...each, file: path.relative(root, each.file) })),
    },
    describe,
  );
  if (report.failures.length > 0) process.exitCode = exitCodes.failed;
}

function describe(report: CheckReport & { files: number }): string {
  const { ok, mismatch, error, limit, notCheckable, seconds, failures, files } = report;
  const checkable = files - notCheckable;
  const share = checkable === 0 ? "" : ` (${((100 * ok) / checkable).toFixed(3)} % of the checkable)`;
  return [
    ...failures.map(({ file, status, message }) => `${status.padEnd(8)} ${file}: ${message}`),
    `${files} programs in ${seconds.toFixed(1)} s: ${ok} ok${share}, ${mismatch} with other terms, ${error} failed, ${limit} at a limit, ${notCheckable} not checkable`,
  ].join("\n");
}

function spread<T>(all: readonly T[], count: number): T[] {
  if (count >= all.length) return [...all];
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!);
}
