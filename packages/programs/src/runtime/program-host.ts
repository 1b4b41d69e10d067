/**
 * Runs programs. A host keeps each interpreter it has met in memory once, however many programs run on it.
 */
import { AppError } from "@weightsmith/contract";
import type { ProgramArtifact } from "../artifact/program-folder.ts";
import { loadInterpreter } from "../interpreter/load-interpreter.ts";
import {
  type DeviceOptions,
  OpenInterpreter,
  type RunOptions,
  type RunOutput,
  type RunPiece,
  type TextRow,
} from "./open-interpreter.ts";

export interface HostOptions extends DeviceOptions {
  /** The folder of the interpreters. */
  readonly modelsFolder: string;
}

export interface RunnableProgram {
  readonly programId: string;
  /**
   * Outputs in the order of the inputs. Inputs of other programs on the same interpreter may be answered in the same
   * batch. @throws AppError run.input_too_long, constraint.invalid; the signal's reason when aborted
   */
  run(inputs: readonly string[], options?: RunOptions): Promise<RunOutput[]>;
  /** The same, piece by piece, answers interleaved. Leaving the loop ends the work. */
  stream(inputs: readonly string[], options?: RunOptions): AsyncGenerator<RunPiece>;
  /** What it reads for an input, for `OpenInterpreter.write`. */
  row(input: string): TextRow;
  close(): Promise<void>;
}

export class ProgramHost {
  readonly #options: HostOptions;
  readonly #open = new Map<string, Promise<OpenInterpreter>>();

  constructor(options: HostOptions) {
    this.#options = options;
  }

  /**
   * Makes a program ready to run.
   * @throws AppError interpreter.unknown, program.not_runnable if this host has another version of its interpreter
   */
  async open({ manifest, adapter }: ProgramArtifact): Promise<RunnableProgram> {
    const { id, sha256 } = manifest.interpreter;
    const host = await this.#interpreter(id);
    if (host.interpreter.sha256 !== sha256) {
      throw new AppError("program.not_runnable", {
        message: `The program was made for another version of the interpreter ${id} (SHA-256 ${sha256.slice(0, 12)}…; here is ${host.interpreter.sha256.slice(0, 12)}…).`,
        remedy: "Compile it again, or run it where its interpreter is.",
        context: { interpreter: manifest.interpreter },
      });
    }
    const prepared = await host.prepare(adapter, manifest.prompt, manifest);
    return {
      programId: manifest.programId,
      run: (inputs, options) => host.answer(prepared, inputs, options),
      stream: (inputs, options) => host.stream(prepared, inputs, options),
      row: (input) => host.rowOf(prepared, input),
      close: async () => {},
    };
  }

  async close(): Promise<void> {
    const hosts = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    for (const host of hosts) if (host.status === "fulfilled") await host.value.close();
  }

  /**
   * An interpreter by itself, kept like those of programs.
   * @throws AppError interpreter.unknown, interpreter.unavailable
   */
  interpreter(id: string): Promise<OpenInterpreter> {
    return this.#interpreter(id);
  }

  #interpreter(id: string): Promise<OpenInterpreter> {
    let open = this.#open.get(id);
    if (open === undefined) {
      open = loadInterpreter(this.#options.modelsFolder, id).then((interpreter) =>
        OpenInterpreter.open(interpreter, this.#options),
      );
      this.#open.set(id, open);
      // A failure is told to whoever waits for it and not remembered.
      open.catch(() => this.#open.delete(id));
    }
    return open;
  }
}

/** One program by itself: a host that ends with it. */
export async function openProgram(artifact: ProgramArtifact, options: HostOptions): Promise<RunnableProgram> {
  const host = new ProgramHost(options);
  try {
    const program = await host.open(artifact);
    return { ...program, close: () => host.close() };
  } catch (error) {
    await host.close();
    throw error;
  }
}
