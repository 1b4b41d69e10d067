/** One way to run a program for `run` and `evaluate`, whether it lies in a folder or on the server. */
import { type Constraint, LIMITS } from "@weightsmith/contract";
import type { CommandContext } from "./context.ts";
import type { ProgramName } from "./files.ts";

export interface Runner {
  readonly programId: string;
  /** Outputs in the order of the inputs. */
  run(inputs: readonly string[], onDone?: (count: number) => void): Promise<string[]>;
  /** The same with what goes with an answer, where `scores` asks for it. */
  answer(inputs: readonly string[], options: AnswerOptions): Promise<RunnerAnswer[]>;
  close(): Promise<void>;
}

export interface AnswerOptions {
  readonly constraint?: Constraint | undefined;
  readonly scores: boolean;
}

export interface RunnerAnswer {
  readonly output: string;
  readonly confidence?: number | undefined;
  readonly logProbability?: number | undefined;
}

export async function openRunner(name: ProgramName, context: CommandContext): Promise<Runner> {
  return name.kind === "folder" ? openFolder(name.directory, context) : openRemote(name.programId, context);
}

async function openFolder(
  directory: string,
  { modelsFolder, device, signal }: CommandContext,
): Promise<Runner> {
  const { loadProgram, openProgram } = await import("@weightsmith/programs");
  const artifact = await loadProgram(directory);
  const program = await openProgram(artifact, { modelsFolder, device });
  return {
    programId: artifact.manifest.programId,
    run: async (inputs, onDone) =>
      (await program.run(inputs, { signal, ...(onDone && { onDone }) })).map(({ output }) => output),
    answer: (inputs, { constraint, scores }) =>
      program.run(inputs, { signal, scores, ...(constraint === undefined ? {} : { constraint }) }),
    close: () => program.close(),
  };
}

function openRemote(programId: string, { api, signal }: CommandContext): Runner {
  const server = api();
  return {
    programId,
    async run(inputs, onDone) {
      const outputs: string[] = [];
      for (let from = 0; from < inputs.length; from += LIMITS.runInputs) {
        const chunk = inputs.slice(from, from + LIMITS.runInputs);
        outputs.push(...(await server.programs.run(programId, chunk, { signal })));
        onDone?.(outputs.length);
      }
      return outputs;
    },
    async answer(inputs, { constraint, scores }) {
      const answers: RunnerAnswer[] = [];
      for (let from = 0; from < inputs.length; from += LIMITS.runInputs) {
        const chunk = inputs.slice(from, from + LIMITS.runInputs);
        if (scores) {
          for (const each of await server.programs.answers(programId, chunk, { signal, constraint })) {
            const { output, confidence, logProbability } = each;
            answers.push({
              output: output ?? "",
              confidence: confidence ?? undefined,
              logProbability: logProbability ?? undefined,
            });
          }
        } else {
          const outputs = await server.programs.run(programId, chunk, { signal, constraint });
          answers.push(...outputs.map((output) => ({ output })));
        }
      }
      return answers;
    },
    close: async () => {},
  };
}
