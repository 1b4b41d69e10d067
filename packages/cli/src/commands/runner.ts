/** One way to run a program for `run` and `evaluate`, whether it lies in a folder or on the server. */
import { LIMITS } from "@weightsmith/contract";
import type { CommandContext } from "./context.ts";
import type { ProgramName } from "./files.ts";

export interface Runner {
  readonly programId: string;
  /** Outputs in the order of the inputs. */
  run(inputs: readonly string[], onDone?: (count: number) => void): Promise<string[]>;
  close(): Promise<void>;
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
    close: async () => {},
  };
}
