/** `experiment run`: one model on one task in one mode, here or, with --server, as a job. */
import { existsSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { AppError, type ExperimentReport, experimentOutputSchema } from "@weightsmith/contract";
import { type Command, Option } from "commander";
import type { CommandContext } from "../context.ts";
import { readText } from "../files.ts";
import { chosenTask, openLocalModel, runHere, type TaskFlags, writeFileIn, writePictures } from "./local.ts";
import { type SettingFlags, settingsOf, withSettings } from "./options.ts";

interface RunFlags extends SettingFlags, TaskFlags {
  readonly modelId: string;
  readonly mode: "baseline" | "ace";
  readonly playbookPath?: string;
  readonly outputPath: string;
  readonly epochs?: number;
  readonly pictures?: true;
  readonly server?: true;
}

export function registerRunExperiment(experiment: Command, context: () => CommandContext): void {
  const command = experiment
    .command("run")
    .description(
      "Asks a model the questions of a task, as it is or with a playbook of lessons that it keeps as it goes, and writes every answer as CSV. With --playbook-path the lessons there are used, and what was learnt is written back.",
    )
    .requiredOption("--model-id <model>", "a name, a folder, a program's id, or https://host/v1#model")
    .option("--task-name <task>", "a registered task")
    .option("--dataset-path <file>", "questions of your own: JSON with id, question, answer, context, domain")
    .addOption(
      new Option("--dataset-format <format>", "of the file")
        .choices(["items", "tatqa", "medqa"])
        .default("items"),
    )
    .option("--domain <domain>", "finance, medical, iot or another: chooses the prompts")
    .addOption(
      new Option("--mode <mode>", "without or with a playbook")
        .choices(["baseline", "ace"])
        .default("baseline"),
    )
    .option("--playbook-path <file>", "JSON Lines, or ACE's text form if it ends in .txt or .md")
    .requiredOption("--output-path <file>", "where the CSV goes")
    .option("--pictures", "write SVG pictures beside the CSV")
    .option("--server", "run it as a job on the server");
  withSettings(command).action((flags: RunFlags) => run(flags, context()));
}

async function run(flags: RunFlags, context: CommandContext): Promise<void> {
  const result = flags.server === true ? await runOnServer(flags, context) : await runLocally(flags, context);
  context.output.result(result, ({ outputPath, report, files }) =>
    [describe(report), `Wrote ${[outputPath, ...files].join(", ")}`].join("\n"),
  );
}

async function runLocally(flags: RunFlags, context: CommandContext) {
  const { defaultSettings, measureResources, parsePlaybook, reportOf, toAceText, toCsv, toJsonLines } =
    await import("@weightsmith/experiments");
  const task = await chosenTask(flags);
  const { playbookPath } = flags;
  const playbook =
    playbookPath !== undefined && existsSync(playbookPath)
      ? parsePlaybook(await readText(playbookPath, "lessons"))
      : undefined;
  const settings = { ...defaultSettings, ...settingsOf(flags), mode: flags.mode };
  if (settings.feedback === "execution" && flags.check === undefined)
    throw new AppError("request.missing_field", {
      message: "--feedback execution needs --check, the command that checks.",
    });
  const model = await openLocalModel(flags.modelId, context);
  try {
    const resources = measureResources();
    const result = await runHere(
      {
        model,
        task,
        settings,
        label: `${model.id} on ${task.name}`,
        ...(playbook ? { playbook } : {}),
        ...(flags.check === undefined ? {} : { check: flags.check }),
      },
      context,
    );
    const report: ExperimentReport = structuredClone(
      reportOf(result, {
        model: { id: model.id, identity: model.identity, device: model.device },
        task: { name: task.name, domain: task.domain },
        settings,
        resources: resources(),
      }),
    ) as unknown as ExperimentReport;
    const outputPath = await writeFileIn(flags.outputPath, toCsv(result.records));
    const files: string[] = [];
    if (playbookPath !== undefined && flags.mode === "ace") {
      const asText = /\.(txt|md)$/.test(playbookPath);
      files.push(
        await writeFileIn(playbookPath, asText ? toAceText(result.playbook) : toJsonLines(result.playbook)),
      );
    }
    if (flags.pictures)
      files.push(...(await writePictures(outputPath.replace(/\.csv$/, ""), result.records)));
    return { jobId: null, outputPath, files, report };
  } finally {
    await model.close();
  }
}

async function runOnServer(flags: RunFlags, context: CommandContext) {
  const { output, signal } = context;
  const { feedback, ...settings } = settingsOf(flags);
  if (feedback === "execution")
    throw new AppError("request.invalid", {
      message: "Feedback from execution runs a command: only without --server.",
    });
  const source =
    flags.taskName !== undefined
      ? { task: flags.taskName }
      : {
          dataset: itemsOf(await chosenTask(flags)),
          ...(flags.domain === undefined ? {} : { domain: flags.domain }),
        };
  const { playbookPath } = flags;
  const playbook =
    playbookPath !== undefined && existsSync(playbookPath)
      ? await readText(playbookPath, "lessons")
      : undefined;
  const api = context.api();
  const job = await api.experiment(
    {
      model: flags.modelId,
      ...source,
      mode: flags.mode,
      ...settings,
      ...(feedback === undefined ? {} : { feedback }),
      ...(playbook === undefined ? {} : { playbook }),
    },
    { signal },
  );
  const bar = output.progress("Experiment");
  const finished = await api
    .waitFor(job, {
      signal,
      onEvent: (event) => {
        if (event.type === "progress") bar.update(event.done / Math.max(1, event.total ?? 1), event.phase);
      },
    })
    .finally(() => bar.done());
  const outcome = experimentOutputSchema.parse(finished.result?.output);
  const csv = gunzipSync(Buffer.from(outcome.resultsGzip, "base64")).toString("utf8");
  const outputPath = await writeFileIn(flags.outputPath, csv);
  const files: string[] = [];
  if (playbookPath !== undefined && flags.mode === "ace") {
    const asText = /\.(txt|md)$/.test(playbookPath);
    files.push(await writeFileIn(playbookPath, asText ? outcome.lessons : outcome.playbook));
  }
  if (flags.pictures) {
    const base = outputPath.replace(/\.csv$/, "");
    for (const [name, svg] of Object.entries(outcome.pictures))
      files.push(await writeFileIn(`${base}-${name}.svg`, svg));
  }
  return { jobId: job.id, outputPath, files, report: outcome.report };
}

/** In an order that gives the same parts again. */
function itemsOf({ train, validation, test }: Awaited<ReturnType<typeof chosenTask>>) {
  if (train === test) return [...test];
  const [rest, items] = [{ train: [...train], validation: [...validation], test: [...test] }, []] as [
    { train: (typeof test)[number][]; validation: (typeof test)[number][]; test: (typeof test)[number][] },
    (typeof test)[number][],
  ];
  for (let index = 0; rest.train.length + rest.validation.length + rest.test.length > 0; index++) {
    const tenth = index % 10;
    const next = (tenth < 4 ? rest.train : tenth < 6 ? rest.validation : rest.test).shift();
    if (next) items.push(next);
  }
  return items;
}

export function describe({
  model,
  task,
  settings,
  scores,
  latency,
  playbook,
  resources,
}: ExperimentReport): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const { exactMatch, n } = scores;
  const lines = [
    `${model.id} on ${task.name}, ${String(settings.mode)}`,
    `Exact match ${percent(exactMatch.mean)} of ${n} (95 % interval ${percent(exactMatch.low)} to ${percent(exactMatch.high)}), token F1 ${percent(scores.tokenF1)}`,
    `Answers in ${latency.answer.p50.toFixed(0)} ms (median), ${latency.answer.p95.toFixed(0)} ms (95th percentile)`,
  ];
  if (latency.reflection)
    lines.push(
      `Reflection in ${latency.reflection.p50.toFixed(1)} ms (median), by ${String(settings.reflector)}`,
    );
  if (settings.mode === "ace") lines.push(`Playbook: ${playbook.entries} lessons`);
  const energy =
    resources.energyJoules === null
      ? "not measured"
      : `${resources.energyJoules.toFixed(0)} J (${resources.energySource})`;
  lines.push(`Peak memory ${(resources.peakMemoryBytes / 1e6).toFixed(0)} MB, energy ${energy}`);
  return lines.join("\n");
}
