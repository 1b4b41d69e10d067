/** How a program of each kind is run on a task's inputs. None of them can reach a network, a disk or a clock. */
import { AppError, type ProgramKind } from "@weightsmith/contract";
import { ProgramHost, unpackArtifact } from "@weightsmith/programs";

export interface Answers {
  readonly outputs: string[];
  /** Of inputs run one by one. */
  readonly milliseconds: number[];
}

export interface RunnableSubmission {
  answer(inputs: readonly string[], signal: AbortSignal, onDone: (count: number) => void): Promise<Answers>;
  close(): Promise<void>;
}

export interface RunnerSettings {
  readonly modelsFolder: string;
  readonly device: string;
  readonly threads: number;
}

type Runner = (archive: Uint8Array, settings: RunnerSettings) => Promise<RunnableSubmission>;

/** How many inputs are run by themselves to see how long one takes; the rest goes in batches. */
const TIMED = 9;
const BATCH = 16;

/** A fixed interpreter with the program's adapter: data, not code. */
const weights: Runner = async (archive, { modelsFolder, device, threads }) => {
  const host = new ProgramHost({ modelsFolder, device, threads });
  const program = await host.open(unpackArtifact(archive));
  return {
    async answer(inputs, signal, onDone) {
      const outputs: string[] = [];
      const milliseconds: number[] = [];
      // The first run of an interpreter pays for its start.
      if (inputs[0] !== undefined) await program.run([inputs[0]], { signal });
      while (outputs.length < inputs.length) {
        const timed = outputs.length < TIMED;
        const rows = inputs.slice(outputs.length, outputs.length + (timed ? 1 : BATCH));
        const began = performance.now();
        for (const { output } of await program.run(rows, { signal })) outputs.push(output ?? "");
        if (timed) milliseconds.push(performance.now() - began);
        onDone(outputs.length);
      }
      return { outputs, milliseconds };
    },
    close: () => host.close(),
  };
};

const runners: Partial<Record<ProgramKind, Runner>> = { weights };

/** @throws AppError program.not_runnable for a kind that this worker cannot run */
export function openSubmission(
  kind: ProgramKind,
  archive: Uint8Array,
  settings: RunnerSettings,
): Promise<RunnableSubmission> {
  const runner = runners[kind];
  if (runner) return runner(archive, settings);
  throw new AppError("program.not_runnable", {
    message: `This worker measures no programs of kind ${kind}.`,
    context: { kind },
  });
}
