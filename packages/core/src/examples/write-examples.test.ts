import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { write as writeExamples } from "./index.ts";

let server: Server;
let baseUrl: string;
let answer: { status: number; content: string };
let asked: { authorization: string | undefined; body: { model: string; messages: { content: string }[] } };
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    asked = {
      authorization: request.headers.authorization,
      body: JSON.parse(Buffer.concat(chunks).toString()),
    };
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(JSON.stringify({ choices: [{ message: { content: answer.content } }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`;
});
afterAll(() => server.close());

const write = (count: number) =>
  writeExamples({
    spec: "Capital letters.",
    given: [{ input: "a", output: "A" }],
    count,
    endpoint: { baseUrl, apiKey: "sk-test", model: "m" },
    signal: new AbortController().signal,
  });
const examples = (...pairs: [string, string][]) =>
  JSON.stringify({ examples: pairs.map(([input, output]) => ({ input, output })) });

test("what the endpoint writes comes back marked, without repetitions and no more than asked for", async () => {
  answer = { status: 200, content: examples(["a", "Z"], ["b", "B"], ["b", "X"], ["c", "C"], ["d", "D"]) };
  expect(await write(2)).toEqual([
    { input: "b", output: "B", generated: true },
    { input: "c", output: "C", generated: true },
  ]);
  expect(asked.authorization).toBe("Bearer sk-test");
  expect(asked.body.model).toBe("m");
  expect(JSON.parse(asked.body.messages[1]!.content)).toEqual({
    spec: "Capital letters.",
    examples: [{ input: "a", output: "A" }],
  });
});

test("an answer of another form, and a refusal, are told with what to do", async () => {
  for (const content of ["no JSON", "{}", '{"examples": [{"input": 1}]}']) {
    answer = { status: 200, content };
    await expect(write(2)).rejects.toMatchObject({
      code: "model.unavailable",
      message: expect.stringContaining("form"),
    });
  }
  answer = { status: 401, content: "" };
  await expect(write(2)).rejects.toMatchObject({ message: expect.stringContaining("401") });
});
