/** `weightsmith generate code`: a spec and examples to a Python or TypeScript function, executed before it is shown. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@weightsmith/contract";
import { type Command, Option } from "commander";
import type { CommandContext } from "./context.ts";
import { readText } from "./files.ts";
import { registerKnowledge } from "./generate-knowledge.ts";
import { secondsOf } from "./seconds.ts";

const techniques = ["all", "rag", "tree", "hierarchical", "beam", "hybrid"] as const;

interface GenerateFlags {
  readonly spec: string;
  readonly examples?: string;
  readonly language: "python" | "typescript";
  readonly technique: (typeof techniques)[number];
  readonly name?: string;
  readonly budget: number;
  readonly output?: string;
  readonly model?: string;
  readonly endpoint?: string;
  readonly endpointModel?: string;
  readonly knowledge?: string;
}

/** What the flags say, as the variables that they stand for. */
export const generatorVariables = (
  { model, endpoint, endpointModel, knowledge }: Partial<GenerateFlags>,
  key: string | undefined,
): Record<string, string | undefined> => ({
  ...process.env,
  ...(model === undefined ? {} : { WEIGHTSMITH_CODE_MODEL: model }),
  ...(knowledge === undefined ? {} : { WEIGHTSMITH_CODE_KNOWLEDGE: knowledge }),
  ...(endpoint === undefined ? {} : { WEIGHTSMITH_CODE_ENDPOINT: endpoint }),
  ...(endpointModel === undefined ? {} : { WEIGHTSMITH_CODE_ENDPOINT_MODEL: endpointModel }),
  ...(endpoint === undefined || key === undefined ? {} : { WEIGHTSMITH_CODE_ENDPOINT_KEY: key }),
});

/** The flags that name models and knowledge, for every command that generates code. */
export const withGeneratorOptions = (command: Command): Command =>
  command
    .option("--model <folder>", "a language model that writes drafts: a Hugging Face folder")
    .option(
      "--endpoint <url>",
      "an OpenAI-compatible endpoint that writes drafts, with its version: https://…/v1",
    )
    .option("--endpoint-model <name>", "the model to ask there")
    .option("--knowledge <file>", "functions beside those that ship, from `generate knowledge`");

export function registerGenerateCode(program: Command, context: () => CommandContext): void {
  const generate =
    program.commands.find((command) => command.name() === "generate") ??
    program.command("generate").summary("programs from a description, examples or terms");
  const code = generate
    .command("code")
    .summary("a Python or TypeScript function from a spec and examples")
    .description(
      "Searches for a function that agrees with every example, runs its printed source on them in a sandbox, and prints it. The spec may be a file: a request as JSON, or plain words.",
    )
    .requiredOption("--spec <file or text>", "what the function should do; or a JSON request with examples")
    .option("--examples <file>", 'JSON Lines of {"input": …, "output": …}')
    .addOption(
      new Option("--language <language>", "of the source")
        .choices(["python", "typescript"])
        .default("python"),
    )
    .addOption(new Option("--technique <name>", "how to look for it").choices(techniques).default("all"))
    .option("--name <identifier>", "the function's name")
    .option("--budget <time>", "how long to search: 30s, 500ms, 2m", secondsOf, 30)
    .option("--output <file>", "write the source there")
    .action((flags: GenerateFlags) => run(flags, context()));
  withGeneratorOptions(code);
  registerKnowledge(generate, context);
}

async function run(
  flags: GenerateFlags,
  { modelsFolder, output, signal, endpointKey }: CommandContext,
): Promise<void> {
  const {
    fromQueued,
    generateCode,
    openGenerator,
    parseQueuedRequest,
    readGeneratorConfig,
    Sandbox,
    toQueuedResult,
  } = await import("@weightsmith/codegen");
  const text = existsSync(flags.spec) ? await readFile(flags.spec, "utf8") : flags.spec;
  const message = text.trimStart().startsWith("{") ? jsonOf(text, flags.spec) : { spec: text };
  const examples =
    flags.examples === undefined ? {} : { examples: linesOf(await readText(flags.examples, "examples")) };
  const queued = parseQueuedRequest({
    request_id: "cli",
    language: flags.language,
    technique: flags.technique,
    budget_seconds: flags.budget,
    ...(flags.name === undefined ? {} : { function_name: flags.name }),
    ...message,
    ...examples,
  });
  const generator = await openGenerator(
    await readGeneratorConfig(modelsFolder, generatorVariables(flags, endpointKey)),
    { modelsFolder },
  );
  const bar = output.progress("Generating");
  const sandbox = new Sandbox();
  const generated = await generateCode(fromQueued(queued), {
    sandbox,
    signal,
    ...generator.parts,
    onProgress: (phase, done, total) => bar.update(total === 0 ? 0 : done / total, phase),
  }).finally(async () => {
    bar.done();
    await sandbox.close();
    await generator.close();
  });
  if (generated.code !== null && flags.output !== undefined)
    await writeFile(path.resolve(flags.output), generated.code);
  output.result(toQueuedResult(queued.request_id, generated), () =>
    generated.code === null
      ? `No function: ${generated.reason}`
      : [
          generated.code,
          ...generated.verified.unverified.map((one) => `# not verified: ${one}`),
          `# ${generated.strategy}, ${generated.seconds.toFixed(1)} s, confidence ${generated.confidence.toFixed(2)}; executed on ${generated.verified.examples} examples, ${generated.verified.passed} passed`,
        ].join("\n"),
  );
  if (generated.code === null) process.exitCode = 1;
}

function jsonOf(text: string, where: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new AppError("request.invalid", { message: `${where} starts like JSON but is not.`, cause: error });
  }
}

/** @throws AppError request.invalid, naming the line */
function linesOf(text: string): unknown[] {
  return text
    .split(/\r?\n/)
    .flatMap((line, at) => (line.trim() === "" ? [] : [jsonOf(line, `Line ${at + 1} of the examples`)]));
}
