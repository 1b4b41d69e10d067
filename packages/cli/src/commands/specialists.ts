/** `weightsmith specialists`: list, add and delete specialists, write with them, look at their gates, chat. */
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import type { Routing, WriteRequest } from "@weightsmith/client";
import type { Job, SpecialistGates } from "@weightsmith/contract";
import type { Command } from "commander";
import { table } from "../terminal/output.ts";
import { showEvent } from "./compile.ts";
import type { CommandContext } from "./context.ts";
import { countOf } from "./options.ts";

interface WriteFlags {
  readonly maxTokens: number;
  readonly temperature: string;
  readonly topK: string;
  readonly seed: string;
  readonly routing: string;
}

export function registerSpecialists(program: Command, context: () => CommandContext): void {
  const group = program
    .command("specialists")
    .summary("a language model whose experts are added and deleted by corpus");
  group
    .command("list", { isDefault: true })
    .description("Shows the generalist, its specialists, and what is being trained.")
    .action(async () => list(context()));
  group
    .command("initialize")
    .description("Trains what is missing: the generalist, then a specialist for every corpus.")
    .option("--no-wait", "do not wait for the end")
    .action(async ({ wait }: { wait: boolean }) => {
      const { api, signal } = context();
      await follow(await api().specialists.initialize({ signal }), wait, context());
    });
  group
    .command("add")
    .description("Uploads text, if any is given, and trains a specialist on the corpus of its name.")
    .argument("<name>")
    .option("--corpus <path>", "a .txt file, or a folder of them, to upload first")
    .option("--no-wait", "do not wait for the end")
    .action(async (name: string, flags: { corpus?: string; wait: boolean }) => add(name, flags, context()));
  group
    .command("delete")
    .description("Takes a specialist out of the mixture, at once, and deletes its corpus.")
    .argument("<name>")
    .action(async (name: string) => {
      const { api, output, signal } = context();
      const began = performance.now();
      const job = await api().specialists.delete(name, { signal });
      const milliseconds = performance.now() - began;
      const finished = await api().waitFor(job, { signal });
      output.result({ deleted: name, milliseconds, job: finished }, () => {
        const { corpus } = (finished.result?.output ?? {}) as { corpus: { files: number; bytes: number } };
        return `Deleted ${name} (in effect after ${milliseconds.toFixed(0)} ms) and its corpus: ${corpus.files} files, ${corpus.bytes} bytes.`;
      });
    });
  const writing = (command: Command) =>
    command
      .option("--max-tokens <count>", "write at most so many", countOf, 200)
      .option("--temperature <number>", "0 is greedy", "0")
      .option("--top-k <count>", "0 is the whole distribution", "0")
      .option("--seed <number>", "of the draws", "0")
      .option("--routing <how>", "soft, hard, or how many experts at most", "soft");
  writing(group.command("generate"))
    .description("Goes on with a text. [name] in it hands what follows to a specialist.")
    .argument("<prompt>")
    .action(async (prompt: string, flags: WriteFlags) => generate(prompt, flags, context()));
  group
    .command("gates")
    .description("Shows how much each expert counts for every token of a text.")
    .argument("<prompt>")
    .option("--routing <how>", "soft, hard, or how many experts at most", "soft")
    .action(async (prompt: string, { routing }: { routing: string }) => {
      const { api, output, signal } = context();
      output.result(await api().specialists.gates(prompt, routingOf(routing), { signal }), gateTable);
    });
  writing(group.command("chat"))
    .description("Writes in turns: every line is added to the text so far, and the mixture goes on.")
    .action(async (flags: WriteFlags) => chat(flags, context()));
}

async function list({ api, output, signal }: CommandContext): Promise<void> {
  const specialists = api().specialists;
  const [status, { items, generalist }] = await Promise.all([
    specialists.status({ signal }),
    specialists.list({ signal }),
  ]);
  output.result({ ...status, items, generalist }, () => {
    const parts = [...(generalist ? [generalist] : []), ...items];
    const rows = parts.map(({ name, report }) => [
      name,
      report === null ? "" : `${(report.parameters / 1000).toFixed(0)}k`,
      report === null ? "" : `${report.corpus.paragraphs} paragraphs`,
      report === null ? "" : `${report.validationLoss.toFixed(3)} nats`,
    ]);
    const training = status.training.map(
      ({ what, done, total, jobId }) =>
        `${jobId}: ${what ?? "queued"} ${done}${total === null ? "" : ` of ${total}`}`,
    );
    return [
      rows.length === 0 ? "There is no mixture yet." : table(["NAME", "PARAMETERS", "CORPUS", "LOSS"], rows),
      ...(training.length === 0 ? [] : ["", "In work:", ...training]),
    ].join("\n");
  });
}

async function add(
  name: string,
  { corpus, wait }: { readonly corpus?: string; readonly wait: boolean },
  context: CommandContext,
): Promise<void> {
  const { api, output, signal } = context;
  for (const file of corpus === undefined ? [] : await textFiles(path.resolve(corpus))) {
    output.note(`Uploading ${path.basename(file)}`);
    await api().specialists.upload(name, path.basename(file), new Blob([await readFile(file)]), { signal });
  }
  await follow(await api().specialists.add(name, { signal }), wait, context);
}

async function textFiles(place: string): Promise<string[]> {
  if (!(await stat(place)).isDirectory()) return [place];
  const names = (await readdir(place)).filter((name) => name.endsWith(".txt"));
  return names.sort().map((name) => path.join(place, name));
}

async function follow(job: Job, wait: boolean, { api, output, signal }: CommandContext): Promise<void> {
  if (!wait) {
    output.result(job, ({ id, state }) => `${id}  ${state}`);
    return;
  }
  const bar = output.progress("Training");
  const finished = await api()
    .waitFor(job, { signal, onEvent: (event) => showEvent(bar, event) })
    .finally(() => bar.done());
  output.result(finished, ({ result }) => {
    const { trained } = (result?.output ?? { trained: [] }) as { trained: readonly string[] };
    return trained.length === 0 ? "Nothing was missing." : `Trained ${trained.join(", ")}.`;
  });
}

async function generate(
  prompt: string,
  flags: WriteFlags,
  { api, output, signal }: CommandContext,
): Promise<void> {
  const request = requestOf(prompt, flags);
  if (output.json) {
    output.result(await api().specialists.generate(request, { signal }), () => "");
    return;
  }
  for await (const { text, done } of api().specialists.stream(request, { signal })) {
    process.stdout.write(text);
    if (done)
      process.stderr.write(
        `\n\n${shares(done.specialists)} · ${done.tokens} tokens in ${(done.milliseconds / 1000).toFixed(2)} s\n`,
      );
  }
}

async function chat(flags: WriteFlags, { api, signal }: CommandContext): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, prompt: "> " });
  signal.addEventListener("abort", () => lines.close(), { once: true });
  let history = "";
  lines.prompt();
  for await (const line of lines) {
    history += history === "" ? line : `\n\n${line}`;
    for await (const { text } of api().specialists.stream(requestOf(history, flags), { signal })) {
      process.stdout.write(text);
      history += text;
    }
    process.stdout.write("\n");
    lines.prompt();
  }
}

function requestOf(prompt: string, flags: WriteFlags): WriteRequest {
  return {
    prompt,
    max_new_tokens: flags.maxTokens,
    temperature: Number(flags.temperature),
    top_k: Number(flags.topK),
    seed: Number(flags.seed),
    routing: routingOf(flags.routing),
  };
}

const routingOf = (flag: string): Routing =>
  flag === "soft" || flag === "hard" ? flag : { topK: Number(flag) };

const shares = (specialists: Readonly<Record<string, number>>): string =>
  Object.entries(specialists)
    .map(([name, share]) => `${name} ${(share * 100).toFixed(0)} %`)
    .join(", ");

/** Tokens down, layers across, each cell the favourite and its share. */
function gateTable({ tokens, experts, weights }: SpecialistGates): string {
  return table(
    ["TOKEN", ...weights.map((_, layer) => `LAYER ${layer + 1}`)],
    tokens.map((token, index) => [
      JSON.stringify(token),
      ...weights.map((layer) => {
        const row = layer[index]!;
        const best = row.indexOf(Math.max(...row));
        return `${experts[best]} ${(row[best]! * 100).toFixed(0)} %`;
      }),
    ]),
  );
}
