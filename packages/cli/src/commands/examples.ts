/** `weightsmith examples`: more examples for a spec, written by a model, to be looked at and edited. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@weightsmith/contract";
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";
import { readExamples } from "./files.ts";
import { countOf } from "./options.ts";

interface Flags {
  readonly spec: string;
  readonly examples?: string;
  readonly count: number;
  readonly model: string;
  readonly endpoint?: string;
  readonly out: string;
}

export function registerExamples(program: Command, context: () => CommandContext): void {
  program
    .command("examples")
    .summary("let a model write more examples for a spec")
    .description(
      'Asks an OpenAI-compatible endpoint (OPENAI_API_KEY, OPENAI_BASE_URL) for examples and writes them as JSON Lines behind the given ones, each marked "generated": true. Look at them: a compile learns from marked examples and measures nothing by them; without its mark an example counts like your own.',
    )
    .requiredOption("--spec <text>", "what the program should do, in plain language")
    .requiredOption("--out <file>", "where to write given and new examples")
    .option("--examples <file>", "those that you have, as JSON Lines")
    .option("--count <number>", "how many to ask for", countOf, 20)
    .option("--model <name>", "the endpoint's model", "gpt-4o-mini")
    .option("--endpoint <url>", "its address with /v1 (default: OPENAI_BASE_URL, else OpenAI's own)")
    .action(async (flags: Flags) => {
      const { output, signal, endpointKey, endpointUrl } = context();
      const baseUrl = flags.endpoint ?? endpointUrl ?? "https://api.openai.com/v1";
      if (endpointKey === undefined && flags.endpoint === undefined && endpointUrl === undefined) {
        throw new AppError("auth.missing_key", {
          message: "There is no key for the endpoint.",
          remedy: "Set OPENAI_API_KEY, or name an endpoint that needs none with --endpoint.",
        });
      }
      const given = flags.examples === undefined ? [] : await readExamples(flags.examples);
      const endpoint = { baseUrl, apiKey: endpointKey, model: flags.model };
      // Loaded when it is wanted: the command line starts faster without.
      const { Examples } = await import("@weightsmith/core");
      const written = await Examples.write({ spec: flags.spec, given, count: flags.count, endpoint, signal });
      const file = path.resolve(flags.out);
      const lines = [...given, ...written].map((example) => `${JSON.stringify(example)}\n`);
      await writeFile(file, lines.join(""));
      output.result(
        { file, given: given.length, generated: written.length },
        () => `Wrote ${written.length} new examples behind ${given.length} given ones: ${file}`,
      );
    });
}
