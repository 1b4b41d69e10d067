/** Lines that are inputs of programs. All are asked at once: the host puts rows of different programs into one batch. */
import { AppError, parseBody, runLineSchema } from "@weightsmith/contract";
import { programRunner } from "@weightsmith/functions/run";
import type { ProgramHost } from "@weightsmith/programs";
import type { NamedProgram } from "../../batch-store.ts";
import { type Answerer, customIdOf, jsonOf, outcomeOf } from "./answering.ts";

export interface LineTools {
  readonly host: ProgramHost;
  /** @throws AppError program.not_found, alias.not_found */
  readonly named: (name: string) => Promise<NamedProgram>;
  readonly archive: (sha256: string) => Promise<Uint8Array>;
  readonly signal: AbortSignal;
}

/** How many programs stay ready. */
export const KEEP_PROGRAMS = 64;

/** @param fallback the program of lines that name none */
export function runAnswerer(tools: LineTools, fallback: string | undefined): Answerer {
  const { host, named, archive, signal } = tools;
  const runner = programRunner({ archive, host, keep: KEEP_PROGRAMS });

  const run = async (value: unknown): Promise<object> => {
    const { input, program: own, details, constraint, maxTokens } = parseBody(runLineSchema, value);
    const name = own ?? fallback;
    if (name === undefined) {
      throw new AppError("request.missing_field", {
        message: "The line names no `program`, and neither does the batch.",
      });
    }
    const program = await named(name);
    if (program.kind !== "weights") {
      throw new AppError("program.not_runnable", {
        message: `The program is of kind ${program.kind}; batches run weight programs.`,
      });
    }
    const { answers } = await runner.program({
      programId: program.id,
      artifactSha256: program.artifactSha256,
      interpreter: null,
      inputs: [input],
      signal,
      constraint,
      maxTokens,
      scores: details,
    });
    return { program: program.id, ...answers[0]! };
  };

  return {
    answer: (lines) =>
      Promise.all(
        lines.map(async ({ text }) => {
          let customId: string | null = null;
          const outcome = await outcomeOf(signal, async () => {
            const value = jsonOf(text);
            customId = customIdOf(value);
            return run(value);
          });
          return { ...outcome, customId };
        }),
      ),
    shown: (line, customId, outcome) => {
      const head = { line, ...(customId === null ? {} : { custom_id: customId }) };
      return "error" in outcome
        ? { ...head, error: outcome.error.toProblem() }
        : { ...head, ...outcome.value };
    },
  };
}
