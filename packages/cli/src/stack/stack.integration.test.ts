/**
 * The local stack as people meet it: processes, a terminal's signals, ports and a folder. No sample is compiled here;
 * that is sample.integration.test.ts.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Weightsmith } from "@weightsmith/client";
import { freePort } from "@weightsmith/embedded";
import { afterAll, describe, expect, test, vi } from "vitest";

const repositoryRoot = path.resolve(import.meta.dirname, "../../../..");
const folders: string[] = [];
const running: Started[] = [];

interface Started {
  readonly process: ChildProcess;
  readonly home: string;
  readonly port: number;
  /** In the environment of the stack and of all its processes. */
  readonly mark: string;
  output(): string;
  /** Resolves when the output has the text; rejects if the stack ends first. */
  until(text: string): Promise<void>;
  ended(): Promise<number | null>;
}

// Six starts of everything; on a busy machine each takes a while.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

afterAll(async () => {
  for (const started of running) started.process.kill("SIGTERM");
  await Promise.all(running.map((started) => started.ended()));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function start(home = newHome(), port?: number): Promise<Started> {
  const chosen = port ?? (await freePort(0, "test"));
  const mark = randomUUID();
  const child = spawn(
    process.execPath,
    [path.join(repositoryRoot, "scripts/start.mjs"), "--no-sample", "--port", String(chosen)],
    {
      env: { ...process.env, WEIGHTSMITH_HOME: home, WEIGHTSMITH_DEVICE: "cpu", STACK_MARK: mark },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
      child.emit("output");
    });
  }
  const ended = once(child, "close").then(([code]) => code as number | null);
  const started: Started = {
    process: child,
    home,
    port: chosen,
    mark,
    output: () => output,
    ended: () => ended,
    until: (text) =>
      new Promise((resolve, reject) => {
        const look = () => output.includes(text) && resolve();
        child.on("output", look);
        ended.then((code) => reject(new Error(`It ended (${code}) without "${text}":\n${output}`)), reject);
        look();
      }),
  };
  running.push(started);
  return started;
}

function newHome(): string {
  const home = mkdtempSync(path.join(tmpdir(), "weightsmith-stack-"));
  folders.push(home);
  return home;
}

/** Command lines of everything that this start left running, the database server among it. */
function processesOf({ mark, home }: Started): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((processId) => {
      try {
        const command = readFileSync(`/proc/${processId}/cmdline`, "utf8").replaceAll("\0", " ");
        const environment = readFileSync(`/proc/${processId}/environ`, "utf8");
        return environment.includes(mark) || command.includes(home) ? [`${processId} ${command}`] : [];
      } catch {
        return [];
      }
    });
}

const credentialsOf = ({ home }: Started) =>
  JSON.parse(readFileSync(path.join(home, "credentials.json"), "utf8")) as { apiUrl: string; apiKey: string };

function clientOf(started: Started): Weightsmith {
  const { apiUrl, apiKey } = credentialsOf(started);
  return new Weightsmith({ baseUrl: apiUrl, apiKey });
}

const up = "Ctrl-C stops it.";

const killed = (started: Started, entry: string): string => {
  const line = processesOf(started).find((command) => command.includes(entry))!;
  process.kill(Number(line.split(" ")[0]), "SIGKILL");
  return line;
};

/** What one test leaves running or on the disk, the next one finds: starting everything is not cheap. */
describe.runIf(process.platform === "linux")("the local stack on one folder", () => {
  const home = newHome();
  let stack: Started;
  let jobId: string;
  let apiKey: string;

  test.each(["Postgres", "database schema", "API, "])(
    "Ctrl-C right after `%s` ends the start cleanly",
    async (moment) => {
      const started = await start(home);
      await started.until(moment);
      started.process.kill("SIGINT");
      expect(await started.ended()).toBe(0);
      expect(started.output()).toMatch(/Stopp(ed before everything was up|ed; data)/);
      expect(processesOf(started)).toEqual([]);
    },
  );

  test("after that it comes up: API, page, and a key that only its owner can read", async () => {
    stack = await start(home);
    await stack.until(up);
    expect(statSync(path.join(home, "credentials.json")).mode & 0o777).toBe(0o600);
    expect((await clientOf(stack).health()).ready).toBe(true);
    const page = await fetch(`http://127.0.0.1:${stack.port}/`);
    expect(page.headers.get("content-type")).toMatch(/text\/html/);
    ({ apiKey } = credentialsOf(stack));
    jobId = (await clientOf(stack).compile({ spec: "kept", examples: [], method: "context" })).id;
  });

  test("a second start beside it says so and leaves it alone", async () => {
    const second = await start(home);
    expect(await second.ended()).toBe(1);
    expect(second.output()).toContain(`Weightsmith is running already at http://127.0.0.1:${stack.port}`);
    expect((await clientOf(stack).health()).ready).toBe(true);
  });

  test.each(["gpu-worker/src/main.ts", "functions/src/main.ts"])(
    "%s is started again when it dies",
    async (entry) => {
      const victim = killed(stack, entry);
      const others = () => processesOf(stack).filter((line) => line.includes(entry) && line !== victim);
      await expect.poll(others, { timeout: 60_000 }).toHaveLength(1);
      await expect.poll(() => isReady(stack), { timeout: 60_000 }).toBe(true);
      expect(stack.output()).toContain("starting it again");
    },
  );

  test("Ctrl-C stops everything in order", async () => {
    stack.process.kill("SIGINT");
    expect(await stack.ended()).toBe(0);
    expect(stack.output()).toMatch(/Stopped; data and programs are kept\.\n$/);
    expect(processesOf(stack)).toEqual([]);
  });

  test("the next start has the same key and the same jobs", async () => {
    stack = await start(home);
    await stack.until(up);
    expect(credentialsOf(stack).apiKey).toBe(apiKey);
    expect((await clientOf(stack).jobs.get(jobId)).id).toBe(jobId);
  });

  test("killed by SIGKILL, it leaves no process behind", async () => {
    killed(stack, "stack/main.ts");
    await stack.ended();
    await expect.poll(() => processesOf(stack), { timeout: 30_000, interval: 100 }).toEqual([]);
  });
});

async function isReady(started: Started): Promise<boolean> {
  try {
    return (await clientOf(started).health()).ready;
  } catch {
    return false;
  }
}

test("a taken port is named together with the way out", async () => {
  const blocker = createServer().listen(0, "127.0.0.1");
  await once(blocker, "listening");
  const { port } = blocker.address() as { port: number };
  const started = await start(newHome(), port);
  expect(await started.ended()).toBe(1);
  expect(started.output()).toContain(`Port ${port} is taken by another program.`);
  expect(started.output()).toMatch(/npm start -- --port \d+/);
  blocker.close();
});
