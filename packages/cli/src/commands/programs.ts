/** `weightsmith programs` and `weightsmith download`. */
import path from "node:path";
import type { Program, ProgramSummary } from "@weightsmith/contract";
import type { Command } from "commander";
import { table } from "../terminal/output.ts";
import type { CommandContext } from "./context.ts";
import { countOf } from "./options.ts";

export function registerPrograms(program: Command, context: () => CommandContext): void {
  const programs = program.command("programs").summary("list, look at, change and delete programs");
  programs
    .command("list", { isDefault: true })
    .description("Lists your programs, the newest first.")
    .option("--query <words>", "only those whose name, spec or tags have these words")
    .option("--public", "everybody's public programs instead of your own")
    .option("--limit <count>", "at most so many", countOf, 20)
    .action(
      async ({ query, public: everybodys, limit }: { query?: string; public?: true; limit: number }) => {
        const { api, output, signal } = context();
        const { items } = await api().programs.list({ q: query, public: everybodys, limit }, { signal });
        output.result({ items }, () =>
          items.length === 0
            ? "No programs."
            : table(["ID", "HELD OUT", "KB", "METHOD", "NAME OR SPEC"], items.map(row)),
        );
      },
    );
  programs
    .command("get")
    .description("Prints one program with its report.")
    .argument("<id>")
    .action(async (id: string) => {
      const { api, output, signal } = context();
      output.result(await api().programs.get(id, { signal }), describe);
    });
  programs
    .command("update")
    .description("Changes a program's name, tags or visibility.")
    .argument("<id>")
    .option("--name <text>")
    .option("--tag <tag...>", "replaces all tags")
    .option("--public", "let everyone see, download and run it")
    .option("--private", "keep it to this workspace")
    .action(async (id: string, flags: { name?: string; tag?: string[]; public?: true; private?: true }) => {
      const { api, output, signal } = context();
      const visibility = flags.public === true ? true : flags.private === true ? false : undefined;
      const change = { name: flags.name, tags: flags.tag, public: visibility };
      output.result(await api().programs.update(id, change, { signal }), describe);
    });
  programs
    .command("delete")
    .description("Deletes a program and its file.")
    .argument("<id>")
    .action(async (id: string) => {
      const { api, output, signal } = context();
      await api().programs.delete(id, { signal });
      output.result({ programId: id, deleted: true }, () => `Deleted ${id}.`);
    });

  program
    .command("download")
    .summary("fetch a program to run it offline")
    .description("Writes a program's folder; `weightsmith run FOLDER` then needs no server.")
    .argument("<id>", "a program's id")
    .option("--out <folder>", "where to (default: a folder named by the id)")
    .action(async (id: string, { out = id }: { out?: string }) => {
      const { api, output, signal } = context();
      const archive = await api().programs.download(id, { signal });
      const { saveProgram, unpackArtifact } = await import("@weightsmith/programs");
      const directory = path.resolve(out);
      await saveProgram(unpackArtifact(archive), directory);
      output.result({ programId: id, directory, bytes: archive.byteLength }, () => `Wrote ${directory}`);
    });
}

function row(program: ProgramSummary): string[] {
  const score = program.scores?.heldOut;
  return [
    program.id,
    score == null || score.exactMatch === null
      ? "–"
      : `${Math.round(score.exactMatch * 100)} % of ${score.n}`,
    (program.artifact.bytes / 1000).toFixed(0),
    program.method ?? program.kind,
    (program.name ?? program.spec).slice(0, 60),
  ];
}

function describe(program: Program): string {
  const { heldOut } = program.scores ?? {};
  return [
    `${program.id}  ${program.name ?? ""}`.trim(),
    program.spec,
    `${program.method ?? program.kind} on ${program.interpreter?.id ?? "–"}, ${(program.artifact.bytes / 1000).toFixed(0)} kB, ${program.public ? "public" : "private"}`,
    heldOut === undefined || heldOut.exactMatch === null
      ? "Held-out score: not measured"
      : `Held-out score: ${Math.round(heldOut.exactMatch * 100)} % of ${heldOut.n}`,
  ].join("\n");
}
