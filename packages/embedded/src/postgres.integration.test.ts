import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { FolderInUseError, PortTakenError } from "./errors.ts";
import { type Postgres, startPostgres } from "./postgres.ts";
import { waitUntilGone } from "./running-process.ts";

const scratch = mkdtempSync(path.join(tmpdir(), "embedded-postgres-"));
const directory = path.join(scratch, "data");
let running: Postgres | undefined;

beforeAll(async () => {
  // The cluster is created once; the tests below start servers on it.
  await (await startPostgres({ directory, durable: false })).stop();
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function start(options: Partial<Parameters<typeof startPostgres>[0]> = {}): Promise<Postgres> {
  running = await startPostgres({ directory, durable: false, ...options });
  return running;
}

async function query<Row>(server: Postgres, text: string): Promise<Row[]> {
  const sql = postgres(server.url, { max: 1, onnotice: () => {} });
  try {
    return await sql.unsafe<Row[]>(text);
  } finally {
    await sql.end();
  }
}

test("rows survive a stop and a start, and Unicode text is compared and changed in case as Unicode", async () => {
  await query(await start(), "create table kept (word text); insert into kept values ('Ärger')");
  await running?.stop();
  const rows = await query<{ lower: string }>(await start(), "select lower(word) from kept");
  expect(rows).toEqual([{ lower: "ärger" }]);
});

test("SKIP LOCKED passes over a row that another session has locked", async () => {
  const server = await start();
  await query(server, "create table queue (id int primary key); insert into queue values (1), (2)");
  const one = postgres(server.url, { max: 1 });
  const two = postgres(server.url, { max: 1 });
  const take = "select id from queue order by id for update skip locked limit 1";
  await one.begin(async (first) => {
    expect(await first.unsafe(take)).toEqual([{ id: 1 }]);
    await two.begin(async (second) => {
      expect(await second.unsafe(take)).toEqual([{ id: 2 }]);
    });
  });
  await one.end();
  await two.end();
});

test("a wrong password is refused", async () => {
  const server = await start();
  const url = new URL(server.url);
  url.password = "guess";
  await expect(query({ ...server, url: url.href }, "select 1")).rejects.toThrow(
    /password authentication failed/,
  );
});

test("a second server on a folder in use is refused and the first goes on", async () => {
  const server = await start();
  await expect(startPostgres({ directory })).rejects.toThrow(FolderInUseError);
  expect(await query(server, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("a taken port is named, and the folder is free again afterwards", async () => {
  const blocker = createServer().listen(0, "127.0.0.1");
  await once(blocker, "listening");
  const { port } = blocker.address() as { port: number };
  await expect(start({ port })).rejects.toThrow(new PortTakenError(port, "Postgres server"));
  blocker.close();
  expect(await query(await start(), "select 1 as one")).toEqual([{ one: 1 }]);
});

test("the server ends with a parent killed by SIGKILL, and its rows are there at the next start", async () => {
  const parent = spawn(process.execPath, ["--input-type=module", "--eval", parentProgram], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await once(createInterface(parent.stdout), "line");
  const { url, processId } = JSON.parse(line[0] as string) as Postgres;
  await query({ url } as Postgres, "create table written (id int); insert into written values (7)");
  parent.kill("SIGKILL");
  expect(await waitUntilGone(processId, 10_000)).toBe(true);
  expect(await query(await start(), "select id from written")).toEqual([{ id: 7 }]);
});

test("a server that outlived its parent and its watchdog is stopped by the next start", async () => {
  const program = parentProgram.replace(
    "/*before*/",
    "process.kill(watchdogOf(server.processId), 'SIGKILL');",
  );
  const parent = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await once(createInterface(parent.stdout), "line");
  const { processId } = JSON.parse(line[0] as string) as Postgres;
  parent.kill("SIGKILL");
  await once(parent, "exit");
  expect(await waitUntilGone(processId, 200)).toBe(false);
  expect(await query(await start(), "select 1 as one")).toEqual([{ one: 1 }]);
  expect(await waitUntilGone(processId, 0)).toBe(true);
});

test("an interrupted creation of the cluster is begun anew", async () => {
  const half = path.join(scratch, "half");
  mkdirSync(path.join(half, "cluster.draft"), { recursive: true });
  writeFileSync(path.join(half, "cluster.draft", "PG_VERSION"), "18\n");
  const server = await start({ directory: half });
  expect(await query(server, "select 1 as one")).toEqual([{ one: 1 }]);
  expect(existsSync(path.join(half, "cluster.draft"))).toBe(false);
});

test("a server that cannot start says why, from its own log", async () => {
  await expect(start({ settings: { shared_buffers: "nonsense" } })).rejects.toThrow(/shared_buffers/);
});

test("a missing password is explained rather than replaced", async () => {
  const other = path.join(scratch, "other");
  mkdirSync(path.join(other, "cluster"), { recursive: true });
  await expect(start({ directory: other })).rejects.toThrow(/password is missing/);
  expect(existsSync(path.join(other, "password"))).toBe(false);
});

/** Starts a server, prints its address and waits to be killed. */
const parentProgram = `
import { readdirSync, readFileSync } from "node:fs";
import { startPostgres } from ${JSON.stringify(path.resolve(import.meta.dirname, "postgres.ts"))};
const watchdogOf = (server) => readdirSync("/proc").filter((name) => /^\\d+$/.test(name)).find((name) => {
  try { return readFileSync("/proc/" + name + "/cmdline", "utf8").endsWith("stop-postgres\\0" + server + "\\0"); } catch { return false; }
});
const server = await startPostgres({ directory: ${JSON.stringify(directory)}, durable: false });
/*before*/
console.log(JSON.stringify({ url: server.url, processId: server.processId }));
setInterval(() => {}, 1000);
`;

test.runIf(process.getuid?.() === 0)(
  "as root the cluster belongs to the user the server runs as",
  async () => {
    await start();
    const status = readFileSync(`/proc/${running?.processId}/status`, "utf8");
    expect(status).toMatch(/^Name:\s+postgres/m);
  },
);
