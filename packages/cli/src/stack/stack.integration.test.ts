/**
 * The local stack as people meet it: processes, a terminal's signals, ports and a folder. No sample is compiled here;
 * that is sample.integration.test.ts.
 */
import { once } from "node:events";
import { statSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import {
  clientOf,
  credentialsOf,
  newHome,
  processesOf,
  type Started,
  start,
  up,
} from "../../test/started-stack.ts";

// Six starts of everything; on a busy machine each takes a while.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

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
      await expect.poll(() => processesOf(started), { timeout: 10_000, interval: 100 }).toEqual([]);
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
    await expect.poll(() => processesOf(stack), { timeout: 10_000, interval: 100 }).toEqual([]);
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
  const started = await start(newHome(), { port });
  expect(await started.ended()).toBe(1);
  expect(started.output()).toContain(`Port ${port} is taken by another program.`);
  expect(started.output()).toMatch(/npm start -- --port \d+/);
  blocker.close();
});
