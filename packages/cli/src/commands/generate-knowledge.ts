/** `weightsmith generate knowledge`: a folder of sources to a file of functions that `generate code` can retrieve. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { KnownFunction } from "@weightsmith/codegen";
import { AppError } from "@weightsmith/contract";
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";

interface KnowledgeFlags {
  readonly from: string;
  readonly output: string;
}

const LARGEST_FILE = 500_000;

export function registerKnowledge(generate: Command, context: () => CommandContext): void {
  generate
    .command("knowledge")
    .summary("a knowledge base of your own functions")
    .description(
      "Reads the top-level functions of all .py and .ts files of a folder, with what they call, and writes them to a file for --knowledge. Nothing is executed.",
    )
    .requiredOption("--from <folder>", "where the sources are")
    .requiredOption("--output <file>", "where the knowledge base goes")
    .action((flags: KnowledgeFlags) => run(flags, context()));
}

async function run({ from, output: file }: KnowledgeFlags, { output }: CommandContext): Promise<void> {
  const { extractFunctions, writtenKnowledge } = await import("@weightsmith/codegen");
  const entries = await readdir(from, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new AppError("request.invalid", { message: `${from} cannot be read as a folder.`, cause });
  });
  const functions: KnownFunction[] = [];
  for (const entry of entries) {
    const language = /\.py$/.test(entry.name)
      ? "python"
      : /(?<!\.d)\.ts$/.test(entry.name)
        ? "typescript"
        : undefined;
    const where = path.join(entry.parentPath, entry.name);
    if (!language || !entry.isFile() || /[\\/]node_modules[\\/]/.test(where)) continue;
    const source = await readFile(where, "utf8");
    if (source.length <= LARGEST_FILE) functions.push(...(await extractFunctions(source, language)));
  }
  await writeFile(path.resolve(file), writtenKnowledge(functions));
  output.result(
    { functions: functions.length, file },
    () =>
      `${functions.length} functions in ${file}. Use them: weightsmith generate code --knowledge ${file} …`,
  );
}
