/** `experiment baselines`, `epochs`, `grid` and `summarize`: many runs and their comparison. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { AppError, experimentOutputSchema } from "@weightsmith/contract";
import type { GridCell, SampleRecord, SummaryLine } from "@weightsmith/experiments";
import type { Command } from "commander";
import { table } from "../../terminal/output.ts";
import type { CommandContext } from "../context.ts";
import { readText } from "../files.ts";
import { countOf } from "../options.ts";
import { chosenTask, openLocalModel, runHere, type TaskFlags, writeFileIn, writePictures } from "./local.ts";
import { type SettingFlags, settingsOf, withSettings } from "./options.ts";

const tinyTasks = ["tatqa_tiny", "medqa_tiny", "iot_tiny"];

export function registerSeries(experiment: Command, context: () => CommandContext): void {
  experiment
    .command("baselines")
    .description("Asks a model all tiny tasks, without a playbook.")
    .requiredOption("--model-id <model>", "which model")
    .option("--output-dir <folder>", "where the CSV files go", "experiments")
    .option("--limit <count>", "questions a task", countOf)
    .action((flags: BaselineFlags) => baselines(flags, context()));
  withSettings(
    experiment
      .command("epochs")
      .description(
        "Epoch 0 without a playbook, then epochs that learn as they go: all answers in one CSV, pictures and the playbook beside it.",
      )
      .requiredOption("--model-id <model>", "which model")
      .option("--task-name <task>", "a registered task")
      .option("--dataset-path <file>", "questions of your own")
      .option("--domain <domain>", "of the questions")
      .option("--epochs <count>", "with a playbook", countOf, 3)
      .requiredOption("--output-path <file>", "where the CSV goes"),
  ).action((flags: EpochFlags) => epochs(flags, context()));
  experiment
    .command("grid")
    .description(
      "Every model with every task in every mode. A cell whose result is there already is not run again; with --server every cell is a job of its own.",
    )
    .requiredOption("--config <file>", "YAML with models, tasks, modes, settings")
    .option("--dry-run", "only list the cells")
    .option("--model-id <model>", "this model instead of those of the file")
    .option("--output-dir <folder>", "where the CSV files go", "experiments")
    .option("--server", "run the cells as jobs")
    .action((flags: GridFlags) => grid(flags, context()));
  experiment
    .command("summarize")
    .description(
      "Compares the result files of a folder: summary.csv, summary.md and pictures are written there.",
    )
    .requiredOption("--input-dir <folder>", "a folder of CSV files")
    .action((flags: { inputDir: string }) => summarizeFolder(flags.inputDir, context()));
}

interface BaselineFlags {
  readonly modelId: string;
  readonly outputDir: string;
  readonly limit?: number;
}

async function baselines(
  { modelId, outputDir, limit }: BaselineFlags,
  context: CommandContext,
): Promise<void> {
  const { defaultSettings, findTask, summarize, toCsv } = await import("@weightsmith/experiments");
  const model = await openLocalModel(modelId, context);
  const all: SampleRecord[] = [];
  try {
    for (const name of tinyTasks) {
      const settings = { ...defaultSettings, ...(limit === undefined ? {} : { limit }) };
      const { records } = await runHere({ model, task: findTask(name), settings, label: name }, context);
      await writeFileIn(path.join(outputDir, `${fileNameOf(modelId)}-${name}-baseline.csv`), toCsv(records));
      all.push(...records);
    }
  } finally {
    await model.close();
  }
  context.output.result({ lines: summarize(all) }, ({ lines }) => summaryTable(lines));
}

interface EpochFlags extends SettingFlags, TaskFlags {
  readonly modelId: string;
  readonly epochs: number;
  readonly outputPath: string;
}

async function epochs(flags: EpochFlags, context: CommandContext): Promise<void> {
  const { defaultSettings, summarize, toAceText, toCsv } = await import("@weightsmith/experiments");
  const task = await chosenTask(flags);
  const model = await openLocalModel(flags.modelId, context);
  try {
    const settings = { ...defaultSettings, ...settingsOf(flags) };
    const before = await runHere(
      { model, task, settings: { ...settings, mode: "baseline" }, label: "Epoch 0" },
      context,
    );
    const ace = await runHere(
      {
        model,
        task,
        settings: { ...settings, mode: "ace", epochs: flags.epochs },
        label: `Epochs 1 to ${flags.epochs}`,
        ...(flags.check === undefined ? {} : { check: flags.check }),
      },
      context,
    );
    const records = [...before.records, ...ace.records];
    const outputPath = await writeFileIn(flags.outputPath, toCsv(records));
    const base = outputPath.replace(/\.csv$/, "");
    const playbook = await writeFileIn(`${base}-playbook.txt`, toAceText(ace.playbook));
    const pictures = await writePictures(base, records);
    context.output.result(
      { outputPath, playbook, pictures, validation: ace.validation, lines: summarize(records) },
      ({ lines }) => `${summaryTable(lines)}\nWrote ${[outputPath, playbook, ...pictures].join(", ")}`,
    );
  } finally {
    await model.close();
  }
}

interface GridFlags {
  readonly config: string;
  readonly dryRun?: true;
  readonly modelId?: string;
  readonly outputDir: string;
  readonly server?: true;
}

async function grid(flags: GridFlags, context: CommandContext): Promise<void> {
  const { cellsOf, parseGrid } = await import("@weightsmith/experiments");
  const parsed = parseGrid(await readText(flags.config, "the grid"));
  const cells = cellsOf({ ...parsed, ...(flags.modelId === undefined ? {} : { models: [flags.modelId] }) });
  const placed = cells.map((cell) => {
    const file = path.join(
      flags.outputDir,
      `${fileNameOf(cell.model)}-${cell.task}-${cell.mode}-${cell.id}.csv`,
    );
    return { cell, file, done: existsSync(file) };
  });
  const list = placed.map(({ cell, file, done }) => ({ ...cell, file, done }));
  if (flags.dryRun) {
    context.output.result({ cells: list }, () =>
      table(
        ["CELL", "MODEL", "TASK", "MODE", "STATE"],
        list.map((cell) => [cell.id, cell.model, cell.task, cell.mode, cell.done ? "done" : "to do"]),
      ),
    );
    return;
  }
  const open = placed.filter(({ done }) => !done);
  if (flags.server) await runCellsOnServer(open, context);
  else await runCellsHere(open, context);
  context.output.result(
    { cells: list, ran: open.length },
    () =>
      `${open.length} cells run, ${placed.length - open.length} were there. \`experiment summarize --input-dir ${flags.outputDir}\` compares them.`,
  );
}

type PlacedCell = { readonly cell: GridCell; readonly file: string };

async function runCellsHere(cells: readonly PlacedCell[], context: CommandContext): Promise<void> {
  const { defaultSettings, findTask, toCsv } = await import("@weightsmith/experiments");
  for (const { cell, file } of cells) {
    const model = await openLocalModel(cell.model, context);
    try {
      const settings = { ...defaultSettings, ...cell.settings, mode: cell.mode } as typeof defaultSettings;
      const label = `${cell.model} ${cell.task} ${cell.mode}`;
      const { records } = await runHere({ model, task: findTask(cell.task), settings, label }, context);
      await writeFileIn(file, toCsv(records));
    } finally {
      await model.close();
    }
  }
}

/** All cells are queued at once; a grid that is started again finds the jobs of the first time. */
async function runCellsOnServer(cells: readonly PlacedCell[], context: CommandContext): Promise<void> {
  const { signal, output } = context;
  const api = context.api();
  const bar = output.progress("Grid");
  const started = await Promise.all(
    cells.map(async ({ cell, file }) => {
      const { model, task, mode, settings } = cell;
      const request = { model, task, mode, ...settings } as Parameters<typeof api.experiment>[0];
      return { file, job: await api.experiment(request, { signal, idempotencyKey: `grid-${cell.id}` }) };
    }),
  );
  let done = 0;
  try {
    await Promise.all(
      started.map(async ({ file, job }) => {
        const finished = await api.waitFor(job, { signal });
        const { resultsGzip } = experimentOutputSchema.parse(finished.result?.output);
        await writeFileIn(file, gunzipSync(Buffer.from(resultsGzip, "base64")).toString("utf8"));
        bar.update(++done / started.length, `${done} of ${started.length}`);
      }),
    );
  } finally {
    bar.done();
  }
}

async function summarizeFolder(folder: string, context: CommandContext): Promise<void> {
  const { fromCsv, summarize, summaryCsv, summaryMarkdown } = await import("@weightsmith/experiments");
  const files = (await readdir(folder).catch(() => [] as string[])).filter(
    (name) => name.endsWith(".csv") && name !== "summary.csv",
  );
  if (files.length === 0)
    throw new AppError("request.invalid", { message: `There are no CSV files in ${folder}.` });
  const records: SampleRecord[] = [];
  for (const name of files.sort())
    records.push(...fromCsv(await readFile(path.join(folder, name), "utf8"), name));
  const lines = summarize(records);
  await writeFileIn(path.join(folder, "summary.csv"), summaryCsv(lines));
  await writeFileIn(path.join(folder, "summary.md"), summaryMarkdown(lines));
  const pictures = await writePictures(path.join(folder, "summary"), records);
  context.output.result({ lines, pictures }, () => summaryTable(lines));
}

const fileNameOf = (model: string): string => model.replace(/[^\w.-]+/g, "_").slice(-60);

function summaryTable(lines: readonly SummaryLine[]): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  return table(
    ["MODEL", "TASK", "MODE", "N", "RIGHT", "95 % INTERVAL", "P50 MS", "CHANGE", "P"],
    lines.map((line) => [
      line.model,
      line.task,
      line.mode,
      String(line.n),
      percent(line.accuracy),
      `${percent(line.low)} – ${percent(line.high)}`,
      line.p50Ms.toFixed(0),
      line.difference === null ? "" : percent(line.difference),
      line.pValue === null ? "" : line.pValue.toFixed(4),
    ]),
  );
}
