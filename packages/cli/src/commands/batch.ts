/** `weightsmith batch`: many inputs at once, from a file of lines to a file of lines. */
import { openAsBlob } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import type { Weightsmith } from "@weightsmith/client";
import {
  AppError,
  BATCH_ENDPOINTS,
  type Batch,
  type BatchEndpoint,
  PRIORITIES,
  type Priority,
} from "@weightsmith/contract";
import { type Command, Option } from "commander";
import { table } from "../terminal/output.ts";
import type { CommandContext } from "./context.ts";
import { countOf } from "./options.ts";

interface RunFlags extends OutFlags {
  readonly program?: string;
  readonly endpoint?: BatchEndpoint;
  readonly priority?: Priority;
  readonly wait: boolean;
}
interface OutFlags {
  readonly out?: string;
  readonly errors?: string;
}

export function registerBatch(program: Command, context: () => CommandContext): void {
  const batch = program.command("batch").summary("answer a file of many inputs in the background");
  batch
    .command("run")
    .description(
      'Uploads a file of lines and has it answered. A line is {"input": "…"}, optionally with custom_id and program; for the other endpoints it is as in OpenAI\'s batches.',
    )
    .argument("<file>", "JSON Lines")
    .option("--program <program>", "the program of lines that name none: its id, or an alias")
    .addOption(new Option("--endpoint <endpoint>", "what the lines ask").choices(BATCH_ENDPOINTS))
    .addOption(new Option("--priority <priority>", "among your own jobs (default: low)").choices(PRIORITIES))
    .option("--out <file>", "where the answers go (default: beside the file, .results.jsonl)")
    .option("--errors <file>", "where errors go (default: beside the file, .errors.jsonl)")
    .option("--no-wait", "print the batch and leave it")
    .action(async (file: string, flags: RunFlags) => {
      const { api, output, signal } = context();
      const { batches } = api();
      const content = await openAsBlob(file).catch((cause: unknown) => {
        throw new AppError("file.not_found", { message: `There is no file ${file}.`, cause });
      });
      const { id } = await batches.upload(content, path.basename(file), { signal });
      const { program: name, endpoint, priority } = flags;
      const started = await batches.start(
        {
          input_file_id: id,
          ...(name === undefined ? {} : { program: name }),
          ...(endpoint === undefined ? {} : { endpoint }),
          ...(priority === undefined ? {} : { priority }),
        },
        { signal },
      );
      if (!flags.wait) return output.result(started, describe);
      const bar = output.progress(`Batch ${started.id}`);
      const done = await batches
        .waitFor(started.id, {
          signal,
          onProgress: ({ progress, request_counts: { total } }) => bar.update(progress, `${total} lines`),
        })
        .finally(() => bar.done());
      const stem = file.replace(/\.jsonl?$/, "");
      const files = await save(batches, done.id, signal, {
        out: flags.out ?? `${stem}.results.jsonl`,
        errors: flags.errors ?? `${stem}.errors.jsonl`,
      });
      output.result({ ...done, files }, () => `${describe(done)}\n${filesText(files)}`);
    });
  batch
    .command("status")
    .description("Prints how far a batch is.")
    .argument("<id>")
    .action(async (id: string) => {
      const { api, output, signal } = context();
      output.result(await api().batches.get(id, { signal }), describe);
    });
  batch
    .command("results")
    .description("Saves what is answered so far; a batch that is under way has partial results.")
    .argument("<id>")
    .option("--out <file>", "where the answers go (default: ID.results.jsonl)")
    .option("--errors <file>", "where errors go (default: ID.errors.jsonl)")
    .action(async (id: string, flags: OutFlags) => {
      const { api, output, signal } = context();
      const files = await save(api().batches, id, signal, {
        out: flags.out ?? `${id}.results.jsonl`,
        errors: flags.errors ?? `${id}.errors.jsonl`,
      });
      output.result({ id, files }, () => filesText(files));
    });
  batch
    .command("cancel")
    .description("Stops a batch; what is answered by then stays.")
    .argument("<id>")
    .action(async (id: string) => {
      const { api, output, signal } = context();
      output.result(await api().batches.cancel(id, { signal }), describe);
    });
  batch
    .command("list", { isDefault: true })
    .description("Lists batches, the newest first.")
    .option("--limit <count>", "at most so many", countOf, 20)
    .action(async ({ limit }: { limit: number }) => {
      const { api, output, signal } = context();
      const { data } = await api().batches.list({ limit }, { signal });
      output.result({ data }, () =>
        data.length === 0
          ? "No batches."
          : table(
              ["ID", "STATUS", "DONE", "ANSWERED", "FAILED"],
              data.map(({ id, status, progress, request_counts: { completed, failed } }) => [
                id,
                status,
                `${Math.round(progress * 100)} %`,
                String(completed),
                String(failed),
              ]),
            ),
      );
    });
}

interface Saved {
  readonly file: string;
  readonly lines: number;
}

/** Writes line by line; a file of errors only if there are any. */
async function save(
  batches: Weightsmith["batches"],
  id: string,
  signal: AbortSignal,
  files: { readonly out: string; readonly errors: string },
): Promise<{ results: Saved; errors: Saved | null }> {
  const write = async (kind: "results" | "errors", file: string): Promise<Saved | null> => {
    let target: Awaited<ReturnType<typeof open>> | undefined;
    let lines = 0;
    try {
      if (kind === "results") target = await open(file, "w");
      for await (const line of batches.lines(id, kind, { signal })) {
        target ??= await open(file, "w");
        await target.write(`${line}\n`);
        lines++;
      }
    } finally {
      await target?.close();
    }
    return target === undefined ? null : { file, lines };
  };
  return { results: (await write("results", files.out))!, errors: await write("errors", files.errors) };
}

const filesText = ({ results, errors }: { results: Saved; errors: Saved | null }): string =>
  [
    `${results.lines} answers in ${results.file}`,
    ...(errors === null ? [] : [`${errors.lines} errors in ${errors.file}`]),
  ].join("\n");

function describe(batch: Batch): string {
  const { id, status, progress, request_counts: counts, errors } = batch;
  const lines = [
    `${id}  ${status}  ${Math.round(progress * 100)} %`,
    `${counts.completed} answered, ${counts.failed} failed`,
  ];
  for (const { code, message } of errors?.data ?? []) lines.push(`${code}: ${message}`);
  return lines.join("\n");
}
