/** The official client against the tools, with the API over real servers behind them. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { Weightsmith } from "@weightsmith/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApp, serveApp } from "../../../../functions/src/index.ts";
import {
  COMPILE,
  finishJob,
  makeProgram,
  type TestServices,
  testServices,
} from "../../../../functions/test/api.ts";
import { mcpServer } from "./server.ts";

let world: TestServices;
let client: Client;
let close: () => Promise<void>;
beforeAll(async () => {
  world = await testServices();
  const served = await serveApp(createApp(world.services), { host: "127.0.0.1", port: 0 });
  close = () => served.close();
  const api = new Weightsmith({ baseUrl: served.url, apiKey: world.ann.secret });
  client = new Client({ name: "test", version: "1" });
  const [near, far] = InMemoryTransport.createLinkedPair();
  await mcpServer({ api: () => api, version: "1" }).connect(far);
  await client.connect(near);
});
afterAll(async () => {
  await client.close();
  await close();
});

const call = async (name: string, args: Record<string, unknown>) => {
  const result = await client.callTool({ name, arguments: args });
  const [first] = result.content as { type: string; text: string }[];
  return { isError: result.isError === true, text: first!.text, data: result.structuredContent };
};

test("the tools are named and described", async () => {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(["compile", "job", "run", "list", "search"]);
  expect(tools.every(({ description = "" }) => description.length > 20)).toBe(true);
});

test("compile waits for the program and tells its score", async () => {
  const compiling = call("compile", { spec: COMPILE.spec, examples: COMPILE.examples });
  const { db } = world.services;
  for (;;) {
    const [queued] = await db.sql<{ id: `job_${string}` }>`select id from job where state = 'queued'`;
    if (queued) {
      await finishJob(world.services, queued.id);
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { data } = await compiling;
  expect(data).toMatchObject({ state: "succeeded", heldOut: { exactMatch: 1, n: 1 } });
  const job = await call("job", { id: (data as { jobId: string }).jobId });
  expect(job.data).toMatchObject({ state: "succeeded" });
});

test("run answers by id and by alias, and abstains", async () => {
  const { programId } = await makeProgram(world.services, world.ann, { spec: "Shout." });
  const byId = await call("run", { program: programId, inputs: ["ab", "a"], abstainBelow: 0.4 });
  expect(byId.data).toMatchObject({
    programId,
    answers: [
      { input: "ab", output: null },
      { input: "a", output: "A" },
    ],
  });
  expect(await call("run", { program: "nobody/nothing", inputs: ["a"] })).toMatchObject({
    isError: true,
    text: expect.stringContaining("alias.not_found"),
  });
});

test("list has one's own programs, search everybody's public ones", async () => {
  await makeProgram(world.services, world.bob, { spec: "Reverse the vowels.", public: true });
  const specs = ({ data }: { data: unknown }) =>
    (data as { programs: { spec: string }[] }).programs.map(({ spec }) => spec);
  expect(specs(await call("search", { query: "vowels" }))).toEqual(["Reverse the vowels."]);
  expect(specs(await call("list", {}))).not.toContain("Reverse the vowels.");
});
