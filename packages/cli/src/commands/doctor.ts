/** `weightsmith doctor`: looks at this machine and at a deployment, and says what is wrong and what to do about it. */
import { existsSync, statfsSync } from "node:fs";
import path from "node:path";
import { AppError, type Health } from "@weightsmith/contract";
import type { Command } from "commander";
import manifest from "../../package.json" with { type: "json" };
import type { CommandContext } from "./context.ts";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found. */
  readonly message: string;
  /** What to do; only where something is wrong. */
  readonly remedy?: string;
}

type Look = () => Promise<Omit<Check, "name">>;

export function registerDoctor(program: Command, context: () => CommandContext): void {
  program
    .command("doctor")
    .summary("find out what is wrong with a deployment")
    .description(
      "Checks this machine, the connection, the key, every part of the server, and with --deep that a program can be compiled and run. The exit status is 1 if anything is wrong.",
    )
    .option("--deep", "also compile a small program, run it and delete it")
    .action((flags: { deep?: true }) => doctor(flags, context()));
}

async function doctor({ deep }: { readonly deep?: true }, context: CommandContext): Promise<void> {
  const { output } = context;
  const checks: Check[] = [];
  const look = async (name: string, at: Look): Promise<boolean> => {
    let found: Omit<Check, "name">;
    try {
      found = await at();
    } catch (error) {
      found = failed(error);
    }
    checks.push({ name, ...found });
    return found.ok;
  };

  await look("node", async () => nodeCheck());
  await look("disk", async () => diskCheck());
  await look("models", async () => modelsCheck(context.modelsFolder));
  let health: Health | undefined;
  const reached = await look("server", async () => {
    const began = Date.now();
    health = await context.api().health({ signal: context.signal });
    return { ok: true, message: `answers in ${Date.now() - began} ms, version ${health.version}` };
  });
  if (reached && health) {
    const { version, parts } = health;
    await look("version", async () => versionCheck(version));
    for (const [name, { ok, message, milliseconds }] of Object.entries(parts)) {
      await look(name, async () =>
        ok
          ? { ok, message: `answers in ${milliseconds ?? 0} ms` }
          : { ok, message: message ?? "does not answer", remedy: REMEDIES[name] ?? "See the server's log." },
      );
    }
    const known = await look("key", async () => {
      const { items } = await context.api().jobs.list({ limit: 100 }, { signal: context.signal });
      return waitingCheck(items);
    });
    if (deep === true && known) await look("compile and run", () => throughAndThrough(context));
  }

  const ok = checks.every((check) => check.ok);
  output.result({ ok, checks }, () => describe(checks));
  if (!ok) process.exitCode = 1;
}

const REMEDIES: Readonly<Record<string, string>> = {
  postgres: "Is the database up, and DATABASE_URL right? In the cloud: does the function's network reach it?",
  storage:
    "Does the bucket exist, and may the server read it? See WEIGHTSMITH_BUCKET and the role's permissions.",
  queues: "Do the three queues exist, and may the server read their attributes? See WEIGHTSMITH_*_QUEUE_URL.",
};

function nodeCheck(): Omit<Check, "name"> {
  const ok = Number(process.versions.node.split(".")[0]) >= 24;
  return ok
    ? { ok, message: process.version }
    : { ok, message: `${process.version} is too old`, remedy: "Use Node 24 or newer." };
}

/** What a compile with checkpoints may need. */
const ENOUGH_BYTES = 2e9;

function diskCheck(): Omit<Check, "name"> {
  const { bavail, bsize } = statfsSync(".");
  const free = bavail * bsize;
  const message = `${(free / 1e9).toFixed(1)} GB free`;
  return free >= ENOUGH_BYTES
    ? { ok: true, message }
    : { ok: false, message, remedy: "Free at least 2 GB: artifacts and checkpoints need room." };
}

async function modelsCheck(folder: string): Promise<Omit<Check, "name">> {
  if (!existsSync(folder)) {
    return {
      ok: false,
      message: `the folder ${folder} does not exist`,
      remedy:
        "Set WEIGHTSMITH_MODELS, or run from the repository: without models nothing is compiled or run here.",
    };
  }
  const { listInterpreters, identifyInterpreter } = await import("@weightsmith/programs");
  const names = await listInterpreters(folder);
  // Reads every byte: a model that was cut short is found here and not in the middle of a job.
  for (const name of names) await identifyInterpreter(folder, name);
  return names.length > 0
    ? { ok: true, message: names.join(", ") }
    : {
        ok: false,
        message: `no interpreter in ${path.resolve(folder)}`,
        remedy: "Fetch one or train one: see models/README.md.",
      };
}

function versionCheck(server: string): Omit<Check, "name"> {
  const [ours, theirs] = [manifest.version, server].map((text) => text.split(".").slice(0, 2).join("."));
  return ours === theirs
    ? { ok: true, message: `both are ${ours}` }
    : {
        ok: false,
        message: `this command is ${manifest.version}, the server ${server}`,
        remedy: "Use the command of the server's version: programs are known by the code that makes them.",
      };
}

/** A worker that is there begins a job within seconds, unless all are busy. */
const PATIENCE_SECONDS = 60;

function waitingCheck(
  jobs: readonly { readonly state: string; readonly createdAt: string }[],
): Omit<Check, "name"> {
  const waiting = jobs.filter(({ state }) => state === "queued");
  const running = jobs.filter(({ state }) => state === "running").length;
  const oldest = Math.max(0, ...waiting.map(({ createdAt }) => (Date.now() - Date.parse(createdAt)) / 1000));
  const message = `accepted; ${waiting.length} jobs wait, ${running} run`;
  return oldest < PATIENCE_SECONDS || running > 0
    ? { ok: true, message }
    : {
        ok: false,
        message: `${message}, the oldest for ${Math.round(oldest)} s`,
        remedy: "No worker takes them: is one up for this type of job, and does it reach the queue?",
      };
}

async function throughAndThrough({ api, signal }: CommandContext): Promise<Omit<Check, "name">> {
  const server = api();
  const began = Date.now();
  const job = await server.compile(
    { spec: `Repeat the text. (${began})`, examples: [], method: "context", tags: ["doctor"] },
    { signal },
  );
  const { programId } = await server.waitFor(job, { signal });
  if (programId === null) throw new AppError("internal.error");
  const compiled = Date.now();
  await server.programs.run(programId, "well", { signal });
  await server.programs.delete(programId, { signal });
  return { ok: true, message: `compiled in ${compiled - began} ms, ran in ${Date.now() - compiled} ms` };
}

function failed(error: unknown): Omit<Check, "name"> {
  if (error instanceof AppError) return { ok: false, message: error.publicMessage, remedy: error.remedy };
  const { message, remedy } = error as { message?: string; remedy?: string };
  return { ok: false, message: message ?? String(error), remedy: remedy ?? "See the server's log." };
}

function describe(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, ok, message, remedy }) => [
    `${ok ? "✓" : "✗"} ${name.padEnd(width)}  ${message}`,
    ...(remedy === undefined ? [] : [`  ${" ".repeat(width)}  → ${remedy}`]),
  ]);
  const wrong = checks.filter(({ ok }) => !ok).length;
  return [
    ...lines,
    wrong === 0 ? "All is well." : `${wrong} of ${checks.length} checks found something.`,
  ].join("\n");
}
