/** What `npm start` was asked for: flags first, then the environment, then the defaults. */
import path from "node:path";
import { parseArgs } from "node:util";

export interface StackOptions {
  /** Everything the stack keeps: database, objects, logs, credentials. */
  readonly home: string;
  /** The one port that people type; the other servers take ports near it, or any that is free. */
  readonly port: number;
  /** Stop after the sample program has answered. */
  readonly once: boolean;
  /** Compile the sample program the first time. */
  readonly sample: boolean;
  readonly device: string;
  /** The folder of the interpreters. */
  readonly models: string;
  /** A Postgres of one's own instead of the embedded one. */
  /** A clone of loda-programs, for jobs that look for LODA programs. */
  readonly lodaPrograms?: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly help: boolean;
}

export const usage = `Usage: npm start -- [options]

Runs the whole of Weightsmith on this machine: database, object store, queues, API, worker and page.
The first time it compiles a sample program. Ctrl-C stops it; what it made is kept.

  --once            stop after the sample program has answered, with exit status 0
  --port NUMBER     the port of the page and the API (default 8787, or WEIGHTSMITH_PORT)
  --home FOLDER     where data are kept (default .weightsmith here, or WEIGHTSMITH_HOME)
  --device NAME     where the worker computes: auto, cpu, cuda or webgpu (default auto, or WEIGHTSMITH_DEVICE)
  --no-sample       do not compile the sample program
  --help            show this

DATABASE_URL, if set, names a Postgres to use instead of the one that comes with the packages,
WEIGHTSMITH_MODELS a folder of interpreters instead of models/ here, and WEIGHTSMITH_LODA_PROGRAMS a clone
of loda-programs for the generation of LODA programs.`;

/** A command line that cannot be understood; the message says how it should look. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** @throws UsageError */
export function parseOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  repositoryRoot: string,
): StackOptions {
  let values: { [name: string]: string | boolean | undefined };
  try {
    ({ values } = parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        once: { type: "boolean", default: false },
        port: { type: "string" },
        home: { type: "string" },
        device: { type: "string" },
        sample: { type: "boolean", default: true },
        help: { type: "boolean", short: "h", default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
  const port = Number(values.port ?? environment.WEIGHTSMITH_PORT ?? 8787);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new UsageError(
      `The port must be a number from 1 to 65535; it is "${values.port ?? environment.WEIGHTSMITH_PORT}".`,
    );
  }
  const device = String(values.device ?? environment.WEIGHTSMITH_DEVICE ?? "auto");
  const devices = ["auto", "cpu", "cuda", "webgpu"];
  if (!devices.includes(device)) {
    throw new UsageError(`The device must be one of ${devices.join(", ")}; it is "${device}".`);
  }
  const home = values.home ?? environment.WEIGHTSMITH_HOME;
  return {
    home: home === undefined ? path.join(repositoryRoot, ".weightsmith") : path.resolve(String(home)),
    port,
    once: values.once === true,
    sample: values.sample !== false,
    device,
    models: path.resolve(environment.WEIGHTSMITH_MODELS ?? path.join(repositoryRoot, "models")),
    lodaPrograms:
      environment.WEIGHTSMITH_LODA_PROGRAMS === undefined
        ? undefined
        : path.resolve(environment.WEIGHTSMITH_LODA_PROGRAMS),
    databaseUrl: environment.DATABASE_URL || undefined,
    help: values.help === true,
  };
}
