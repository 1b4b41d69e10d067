/** `weightsmith loda explain`: a program line by line, and what a run does to the memory. */

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { explain, folderStore, programPath, readHeader, trace } from "@weightsmith/loda";
import { type Command, InvalidArgumentError } from "commander";
import type { CommandContext } from "../commands/context.ts";
import { countOf } from "../commands/options.ts";
import { table } from "../terminal/output.ts";
import { addLimitOptions, type LimitFlags, limitsOf } from "./limits.ts";
import { loadProgram, programsDirOption } from "./programs.ts";

interface ExplainFlags extends LimitFlags {
  readonly index?: number;
  readonly rows: number;
  readonly programsDir?: string;
}

export function registerLodaExplain(loda: Command, context: () => CommandContext): void {
  const command = loda
    .command("explain")
    .summary("a program line by line, with a memory trace")
    .argument("<program>", "a file, or a sequence id such as A000045")
    .option("-n, --index <index>", "the term to trace (default: the fourth)", integer)
    .option("--rows <count>", "operations to show of the trace", countOf, 60)
    .addOption(programsDirOption());
  addLimitOptions(command, 60).action((name: string, flags: ExplainFlags) => show(name, flags, context()));
}

function show(name: string, flags: ExplainFlags, { output }: CommandContext): void {
  const { program, source, root, name: title } = loadProgram(name, flags.programsDir);
  const describe = (id: number) => {
    const file = root === undefined ? undefined : path.join(root, programPath(id));
    return file !== undefined && existsSync(file)
      ? readHeader(readFileSync(file, "utf8")).description || undefined
      : undefined;
  };
  const lines = explain(program, describe);
  const run = trace(program, flags.index ?? program.offset + 3, {
    ...(root === undefined ? {} : { store: folderStore(root) }),
    limits: limitsOf(flags),
    maxEntries: flags.rows,
  });
  const value = run.error ? undefined : String(run.value);
  const entries = run.entries.map(({ code, steps, memory }) => ({
    code,
    steps,
    memory: Object.fromEntries(memory.map(([cell, content]) => [`$${cell}`, String(content)])),
  }));
  const result = {
    name: title,
    description: readHeader(source).description,
    offset: program.offset,
    lines,
    trace: {
      index: run.argument,
      entries,
      omitted: run.omitted,
      ...(run.error ? { error: { code: run.error.code, message: run.error.message } } : { value }),
    },
  };
  output.result(result, () =>
    [
      `${title}${result.description ? `: ${result.description}` : ""}`,
      `The first term has index ${program.offset}: $0 holds the index at the start and the term at the end.`,
      "",
      table(
        ["program", "meaning"],
        lines.map(({ code, meaning, depth }) => ["  ".repeat(depth) + code, meaning]),
      ),
      "",
      `The run for $0 = ${run.argument}; cells not shown are 0.`,
      table(
        ["steps", "operation", "memory"],
        entries.map(({ code, steps, memory }) => [
          String(steps),
          code,
          Object.entries(memory)
            .map(([cell, content]) => `${cell}=${content}`)
            .join(" "),
        ]),
      ),
      ...(run.omitted > 0 ? [`… and ${run.omitted} more operations`] : []),
      run.error ? `The run fails: ${run.error.message}` : `a(${run.argument}) = ${value}`,
    ].join("\n"),
  );
}

function integer(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError("It must be an integer.");
  return value;
}
