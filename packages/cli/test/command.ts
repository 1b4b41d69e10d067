/** Runs the `weightsmith` command as a shell does, and reads what it says. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { repositoryRoot } from "./started-stack.ts";

export interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Stdout as the one JSON document that it is. @throws SyntaxError if it is anything else */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape it expects
  json(): any;
}

export interface Where {
  /** The data folder of a stack, where the command finds its key; none: as on a machine without one. */
  readonly home: string;
  readonly folder: string;
  readonly variables?: Readonly<Record<string, string>>;
}

export async function weightsmith(where: Where, ...args: readonly string[]): Promise<Said> {
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      path.join(repositoryRoot, "packages/cli/bin/weightsmith.mjs"),
      ...args,
    ],
    {
      cwd: where.folder,
      env: {
        ...process.env,
        WEIGHTSMITH_HOME: where.home,
        WEIGHTSMITH_DEVICE: "cpu",
        NODE_COMPILE_CACHE: path.join(repositoryRoot, "node_modules/.cache/node-compile"),
        ...where.variables,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const [status] = (await once(child, "close")) as [number];
  return { status, stdout, stderr, json: () => JSON.parse(stdout) };
}
