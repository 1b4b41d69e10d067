/** `experiment playbook`: files of lessons converted, merged, compared, searched. */
import type { Command } from "commander";
import { table } from "../../terminal/output.ts";
import type { CommandContext } from "../context.ts";
import { readText } from "../files.ts";
import { countOf } from "../options.ts";
import { writeFileIn } from "./local.ts";

const experiments = () => import("@weightsmith/experiments");

async function read(file: string) {
  const { parsePlaybook } = await experiments();
  return parsePlaybook(await readText(file, "lessons"));
}

async function write(file: string, playbook: Awaited<ReturnType<typeof read>>): Promise<string> {
  const { toAceText, toJsonLines } = await experiments();
  return writeFileIn(file, /\.(txt|md)$/.test(file) ? toAceText(playbook) : toJsonLines(playbook));
}

export function registerPlaybook(experiment: Command, context: () => CommandContext): void {
  const playbook = experiment
    .command("playbook")
    .summary("convert, merge, compare and search files of lessons");
  playbook
    .command("convert <from> <to>")
    .description("Between JSON Lines and ACE's text form; a name that ends in .txt or .md is the text form.")
    .action(async (from: string, to: string) => {
      const file = await write(to, await read(from));
      context().output.result({ file }, () => `Wrote ${file}`);
    });
  playbook
    .command("merge <first> <second> <to>")
    .description("Lessons of both, without duplicates; of two about the same the better proven stays.")
    .action(async (first: string, second: string, to: string) => {
      const { mergePlaybooks } = await experiments();
      const merged = mergePlaybooks(await read(first), await read(second));
      const file = await write(to, merged);
      context().output.result(
        { file, entries: merged.entries.length },
        (r) => `Wrote ${file}, ${r.entries} lessons`,
      );
    });
  playbook
    .command("diff <before> <after>")
    .description("What was added, removed and changed.")
    .action(async (before: string, after: string) => {
      const { diffPlaybooks } = await experiments();
      const diff = diffPlaybooks(await read(before), await read(after));
      context().output.result(diff, ({ added, removed, changed }) =>
        [
          ...removed.map(({ id, content }) => `- [${id}] ${content}`),
          ...added.map(({ id, content }) => `+ [${id}] ${content}`),
          ...changed.map(({ id, before: old, after: now }) =>
            old.content === now.content
              ? `~ [${id}] helpful ${old.helpful} → ${now.helpful}, harmful ${old.harmful} → ${now.harmful}`
              : `~ [${id}] ${old.content} → ${now.content}`,
          ),
        ].join("\n"),
      );
    });
  playbook
    .command("search <file> <question>")
    .description("The lessons that a question would be shown.")
    .option("--lessons <count>", "at most", countOf, 3)
    .action(async (file: string, question: string, { lessons }: { lessons: number }) => {
      const { Retriever } = await experiments();
      const found = new Retriever(await read(file)).top(question, lessons);
      context().output.result({ found }, () =>
        table(
          ["SCORE", "ID", "LESSON"],
          found.map(({ entry, score }) => [score.toFixed(2), entry.id, entry.content]),
        ),
      );
    });
}
