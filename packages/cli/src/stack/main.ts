/**
 * Entry point of the local stack, started by scripts/start.mjs. Exit status: 0 when it did what was asked or was ended by
 * a signal while it was up, 130 or 143 when a signal came before `--once` was done, 2 for a command line that is not
 * understood, 1 for anything else.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Weightsmith, WeightsmithError } from "@weightsmith/client";
import { FolderInUseError, PortTakenError } from "@weightsmith/embedded";
import { createOutput } from "../terminal/output.ts";
import { parseOptions, type StackOptions, UsageError, usage } from "./options.ts";
import { runSample, type SampleRun } from "./sample.ts";
import { startSpecialists } from "./specialists.ts";
import { type Stack, startStack } from "./stack.ts";

const repositoryRoot = fileURLToPath(new URL("../../../..", import.meta.url));

/** Why the stack was asked to end. */
class Ended extends Error {
  override name = "Ended";
  readonly exitStatus: number;
  constructor(exitStatus: number) {
    super("The stack was asked to end.");
    this.exitStatus = exitStatus;
  }
}

const ending = new AbortController();
let stack: Stack | undefined;

function end(exitStatus: number): void {
  if (ending.signal.aborted) {
    stack?.kill();
    process.exit(exitStatus);
  }
  console.log("\nStopping… (once more to stop at once)");
  ending.abort(new Ended(exitStatus));
}

process.on("SIGINT", () => end(130));
process.on("SIGTERM", () => end(143));
process.on("SIGHUP", () => end(129));
if (process.channel) {
  // The process that started this one is gone.
  process.on("disconnect", () => end(143));
  process.channel.unref();
}
// When the terminal is gone there is nobody to read, which is no reason to fail.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

process.exitCode = await main();
// Connections that other libraries keep open must not keep the process.
process.exit();

async function main(): Promise<number> {
  let options: StackOptions;
  try {
    options = parseOptions(process.argv.slice(2), process.env, repositoryRoot);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
  if (options.help) {
    console.log(usage);
    return 0;
  }
  try {
    return await run(options);
  } catch (error) {
    if (ending.signal.aborted) {
      const { exitStatus } = ending.signal.reason as Ended;
      console.log("Stopped before everything was up; what was there before is kept.");
      return options.once ? exitStatus : 0;
    }
    console.error(`\n${explain(error, options)}`);
    return 1;
  }
}

async function run(options: StackOptions): Promise<number> {
  const began = performance.now();
  console.log(`Weightsmith starts; its data are in ${shown(options.home)}`);
  const { signal } = ending;
  stack = await startStack(options, repositoryRoot, {
    signal,
    onUp: (what, milliseconds) => console.log(`  ✓ ${what.padEnd(30)} ${seconds(milliseconds)}`),
    onNotice: (message) => console.error(`  ! ${message}`),
  });
  try {
    console.log(`\n${addresses(stack, options)}\n`);
    if (options.sample) {
      const sample = await runSample(
        new Weightsmith({ baseUrl: stack.url, apiKey: stack.credentials.apiKey }),
        options.home,
        createOutput(false),
        signal,
      );
      console.log(`${describe(sample)}\n`);
    }
    const client = new Weightsmith({ baseUrl: stack.url, apiKey: stack.credentials.apiKey });
    if (await startSpecialists(client, signal)) {
      console.log("Specialists are made ready in the background: weightsmith specialists list\n");
    }
    if (options.once) {
      console.log(
        `Done ${seconds(performance.now() - began)} after the start; stopping, as asked by --once.`,
      );
      return 0;
    }
    console.log("Ctrl-C stops it.");
    const aborted = new Promise<undefined>((resolve) => {
      signal.addEventListener("abort", () => resolve(undefined), { once: true });
      if (signal.aborted) resolve(undefined);
    });
    const failure = await Promise.race([stack.failed, aborted]);
    if (failure) throw failure;
    return 0;
  } finally {
    await stack.stop();
    console.log("Stopped; data and programs are kept.");
  }
}

function addresses({ url, hasPage, credentials }: Stack, { home }: StackOptions): string {
  const lines: [string, string][] = [
    ...(hasPage ? ([["Page", `${url}/#key=${credentials.apiKey}`]] as [string, string][]) : []),
    ["API", `${url}/v1`],
    ["Reference", `${url}/docs`],
    ["API key", `in ${shown(path.join(home, "credentials.json"))}, where the weightsmith command finds it`],
    ["Logs", shown(path.join(home, "logs"))],
  ];
  return lines.map(([name, value]) => `  ${name.padEnd(10)} ${value}`).join("\n");
}

function describe({ programId, report, compiled, compileSeconds, calls }: SampleRun): string {
  const heldOut = report?.heldOut;
  const score =
    heldOut && heldOut.exactMatch !== null
      ? `${Math.round(heldOut.exactMatch * 100)} % of ${heldOut.n} held-out examples right`
      : "no held-out examples";
  const origin = compiled ? `compiled in ${compileSeconds.toFixed(0)} s` : "compiled at an earlier start";
  const rows = calls.map(
    ({ input, output, milliseconds }) =>
      `    ${JSON.stringify(input)} → ${JSON.stringify(output)}   (${milliseconds.toFixed(0)} ms)`,
  );
  return [`  Sample program ${programId}: ${score}, ${origin}`, ...rows].join("\n");
}

function explain(error: unknown, { port, home }: StackOptions): string {
  if (error instanceof FolderInUseError) {
    const where = error.note === undefined ? "" : ` at ${error.note}`;
    return `Weightsmith is running already${where} (process ${error.processId}, data in ${shown(home)}).\nUse that one, stop it with Ctrl-C in its terminal, or start another one with --home FOLDER --port NUMBER.`;
  }
  if (error instanceof PortTakenError && error.port === port) {
    return `Port ${port} is taken by another program.\nStop that program, or choose another port: npm start -- --port ${port + 100}`;
  }
  if (error instanceof WeightsmithError)
    return `The sample program failed: ${error.message}\n${error.remedy}`;
  return error instanceof Error ? error.message : String(error);
}

function shown(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith("..") ? file : relative;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
