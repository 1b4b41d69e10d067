/** The API and run processes as a deployment starts them: environment in, a port out, a clean end. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { Account } from "@weightsmith/core";
import { freshBucket, freshDatabase, freshQueues, freshWorkspace } from "@weightsmith/testing/services";
import { beforeAll, expect, inject, onTestFinished, test } from "vitest";

let variables: Record<string, string>;
let secret: string;
beforeAll(async () => {
  const [{ db, url }, { bucket }, { urls }] = await Promise.all([
    freshDatabase(),
    freshBucket(),
    freshQueues(),
  ]);
  const { objectStore, queues } = inject("servers");
  secret = (await Account.issueKey(db, { workspaceId: await freshWorkspace(db), name: "test" })).secret;
  const queueUrls = Object.entries(urls).flatMap(([type, { url, deadLetterUrl }]) => [
    [`WEIGHTSMITH_${type.toUpperCase()}_QUEUE_URL`, url],
    [`WEIGHTSMITH_${type.toUpperCase()}_DEAD_LETTER_URL`, deadLetterUrl],
  ]);
  variables = {
    PATH: process.env.PATH ?? "",
    DATABASE_URL: url,
    WEIGHTSMITH_BUCKET: bucket,
    AWS_REGION: objectStore.region,
    AWS_ENDPOINT_URL_S3: objectStore.endpoint,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    AWS_ACCESS_KEY_ID: objectStore.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: objectStore.credentials.secretAccessKey,
    WEIGHTSMITH_INTERPRETERS: JSON.stringify([{ id: "tiny", sha256: "ab".repeat(32) }]),
    WEIGHTSMITH_COMPILER_REVISION: "1",
    WEIGHTSMITH_API_PORT: "0",
    WEIGHTSMITH_RUN_PORT: "0",
    WEIGHTSMITH_MODELS: path.join(import.meta.dirname, "../../models"),
    ...Object.fromEntries(queueUrls),
  };
});

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly output: () => string;
}

function launch(entry: string, env: Record<string, string>): { child: ChildProcess; output: () => string } {
  const child = fork(path.join(import.meta.dirname, entry), [], { env, execArgv: [], stdio: "pipe" });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (part) => {
      text += part;
    });
  }
  return { child, output: () => text };
}

async function start(entry: string): Promise<Started> {
  const { child, output } = launch(entry, variables);
  const ended = once(child, "exit").then(() => {
    throw new Error(`${entry} ended: ${output()}`);
  });
  const [{ url }] = (await Promise.race([once(child, "message"), ended])) as [{ url: string }];
  ended.catch(() => {});
  return { child, url, output };
}

test("the API starts on any free port, serves, and ends in good order while somebody follows a job", async () => {
  const { child, url, output } = await start("main.ts");
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
  const body = JSON.stringify({ spec: "x", method: "context" });
  const accepted = await fetch(`${url}/v1/compile`, { method: "POST", headers, body });
  expect(accepted.status).toBe(202);
  const { links } = (await accepted.json()) as { links: { events: string } };
  const stream = await fetch(url + links.events, { headers });
  const text = stream.text();
  child.kill("SIGTERM");
  const [code] = await once(child, "exit");
  expect(code).toBe(0);
  expect(await text).toContain("event: queued");
  const lines = output()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { message: string });
  expect(lines.map(({ message }) => message)).toEqual(
    expect.arrayContaining(["api ready", "request", "asked to end", "ended"]),
  );
});

test("the run process starts, serves its health and ends in good order", async () => {
  const { child, url } = await start("run/main.ts");
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
  child.kill("SIGINT");
  const [code] = await once(child, "exit");
  expect(code).toBe(0);
});

test("an unusable environment ends the start with every variable that is wrong", async () => {
  const { WEIGHTSMITH_BUCKET: _, ...rest } = variables;
  const { child, output } = launch("main.ts", { ...rest, DATABASE_URL: "mysql://x" });
  const [code] = await once(child, "exit");
  expect(code).not.toBe(0);
  expect(output()).toMatch(/DATABASE_URL: .*\n.*WEIGHTSMITH_BUCKET: /);
});
