/** `weightsmith export`: a program, or an interpreter, in a form that other runtimes load. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";

export function registerExport(program: Command, context: () => CommandContext): void {
  const exports = program
    .command("export")
    .summary("write programs and interpreters for llama.cpp and PAW's clients");
  exports
    .command("paw")
    .description("Writes a program's folder as .paw: a ZIP with a GGUF adapter that llama.cpp loads.")
    .argument("<folder>", "a program's folder")
    .option("--out <file>", "where to (default: ID.paw)")
    .action(async (folder: string, { out }: { out?: string }) => {
      const { output, modelsFolder } = context();
      const { loadInterpreter, loadProgram, packPaw } = await import("@weightsmith/programs");
      const artifact = await loadProgram(folder);
      const { programId, interpreter } = artifact.manifest;
      const archive = packPaw(artifact, await loadInterpreter(modelsFolder, interpreter.id));
      const file = path.resolve(out ?? `${programId}.paw`);
      await write(file, archive);
      output.result({ programId, file, bytes: archive.byteLength }, () => `Wrote ${file}`);
    });
  exports
    .command("interpreter")
    .description("Writes an interpreter as a GGUF file, the base model of its .paw programs in llama.cpp.")
    .argument("[name]", "the interpreter (default: the default one)")
    .option("--out <file>", "where to (default: its runtime's id with .gguf)")
    .action(async (name: string | undefined, { out }: { out?: string }) => {
      const { output, modelsFolder } = context();
      const { baseModelFile, loadInterpreter } = await import("@weightsmith/programs");
      const base = baseModelFile(await loadInterpreter(modelsFolder, name));
      const file = path.resolve(out ?? base.file);
      await write(file, base.bytes);
      output.result({ file, sha256: base.sha256, bytes: base.bytes.byteLength }, () => `Wrote ${file}`);
    });
}

async function write(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, bytes);
}
