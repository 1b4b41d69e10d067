/** The `weightsmith` command: parses the command line, runs a command, turns errors into words and an exit status. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Weightsmith } from "@weightsmith/client";
import { Command, CommanderError } from "commander";
import { registerAliases } from "./commands/aliases.ts";
import { registerBatch } from "./commands/batch.ts";
import { registerCompile } from "./commands/compile.ts";
import type { CommandContext } from "./commands/context.ts";
import { registerDoctor } from "./commands/doctor.ts";
import { registerEval } from "./commands/eval.ts";
import { registerEvalCode } from "./commands/eval-code.ts";
import { registerEvalScaling } from "./commands/eval-scaling.ts";
import { registerEvalSpecialists } from "./commands/eval-specialists.ts";
import { registerEvaluate } from "./commands/evaluate.ts";
import { registerExamples } from "./commands/examples.ts";
import { registerExperiment } from "./commands/experiment/register.ts";
import { registerExport } from "./commands/export.ts";
import { registerGenerateCode } from "./commands/generate-code.ts";
import { registerHealth } from "./commands/health.ts";
import { registerJobs } from "./commands/jobs.ts";
import { registerKeys } from "./commands/keys.ts";
import { registerMcp } from "./commands/mcp.ts";
import { registerPrograms } from "./commands/programs.ts";
import { registerRun } from "./commands/run.ts";
import { registerSigning } from "./commands/sign.ts";
import { registerSpecialists } from "./commands/specialists.ts";
import { registerTrain } from "./commands/train.ts";
import { dataFolders, findCredentials } from "./credentials.ts";
import { exitCodeHelp, exitCodes } from "./exit-codes.ts";
import { registerLoda } from "./loda/register.ts";
import { explain } from "./terminal/failure.ts";
import { createOutput } from "./terminal/output.ts";

const repositoryRoot = fileURLToPath(new URL("../../..", import.meta.url));

interface GlobalFlags {
  readonly json?: true;
  readonly apiUrl?: string;
  readonly apiKey?: string;
}

export function buildProgram(environment: NodeJS.ProcessEnv, signal: AbortSignal): Command {
  const program = new Command("weightsmith")
    .description(
      "Specs in, programs out: compile a spec and examples into a small weight program, run it anywhere.",
    )
    .option("--json", "print one JSON document on stdout and nothing else")
    .option("--api-url <url>", "the server (default: WEIGHTSMITH_API_URL, else the local stack)")
    .option("--api-key <key>", "the key (default: WEIGHTSMITH_API_KEY, else the local stack's)")
    .showHelpAfterError("Run with --help to see what is possible.")
    .addHelpText(
      "after",
      `
Examples:
  weightsmith compile --spec "Return the file extension." --examples pairs.jsonl --out extension
  weightsmith run extension photo.JPG
  weightsmith evaluate extension --examples more.jsonl --json
${exitCodeHelp}`,
    );
  const folders = dataFolders(environment, repositoryRoot);
  const context = (): CommandContext => {
    const flags = program.opts<GlobalFlags>();
    return {
      output: createOutput(flags.json === true),
      signal,
      api: () => {
        const { apiUrl, apiKey } = findCredentials({ flags, environment, homes: folders });
        return new Weightsmith({ baseUrl: apiUrl, apiKey });
      },
      modelsFolder: environment.WEIGHTSMITH_MODELS ?? path.join(repositoryRoot, "models"),
      programsFolder: path.resolve("programs"),
      device: environment.WEIGHTSMITH_DEVICE ?? "auto",
      endpointKey: environment.OPENAI_API_KEY,
      endpointUrl: environment.OPENAI_BASE_URL,
    };
  };
  for (const register of [
    registerCompile,
    registerRun,
    registerBatch,
    registerEvaluate,
    registerJobs,
    registerPrograms,
    registerAliases,
    registerExamples,
    registerExport,
    registerSigning,
    registerMcp,
    registerKeys,
    registerHealth,
    registerDoctor,
    registerEval,
    registerTrain,
    registerEvalScaling,
    registerEvalSpecialists,
    registerSpecialists,
    registerExperiment,
    registerLoda,
    registerGenerateCode,
    registerEvalCode,
  ]) {
    register(program, context);
  }
  acceptJsonAnywhere(program);
  return program;
}

/** `--json` is understood before and after the command's name. */
function acceptJsonAnywhere(program: Command): void {
  const visit = (command: Command) => {
    for (const child of command.commands) {
      child.option("--json", "print one JSON document on stdout and nothing else");
      child.on("option:json", () => program.setOptionValue("json", true));
      child.exitOverride();
      visit(child);
    }
  };
  program.exitOverride();
  visit(program);
}

const interrupt = new AbortController();
process.once("SIGINT", () => interrupt.abort(new Error("interrupted")));
const program = buildProgram(process.env, interrupt.signal);
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    // Where the command line went wrong, the flag may not have been reached.
    if (error.exitCode !== 0 && process.argv.includes("--json")) {
      const message = error.message.replace(/^error: /, "");
      const remedy = "Run with --help to see what is possible.";
      console.log(JSON.stringify({ error: { code: "cli.usage", message, remedy, details: {} } }, null, 2));
    }
  } else {
    const failure = explain(error, interrupt.signal.aborted);
    if (program.opts<GlobalFlags>().json === true)
      console.log(JSON.stringify({ error: failure.problem }, null, 2));
    else console.error(failure.text);
    process.exitCode = failure.exitCode;
  }
}
