import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { generateCode, Sandbox } from "@weightsmith/codegen";
import { type Queues, startQueues } from "@weightsmith/embedded";
import { pino } from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serveCodeQueue } from "./serve-code-queue.ts";

let queues: Queues;
let sqs: SQSClient;
const sandbox = new Sandbox();
const stop = new AbortController();
let serving: Promise<void>;

beforeAll(async () => {
  queues = await startQueues({ queues: [{ name: "code_requests" }, { name: "code_results" }] });
  sqs = new SQSClient({ region: queues.region, endpoint: queues.endpoint, credentials: queues.credentials });
  serving = serveCodeQueue(
    { sqs, requestsUrl: queues.urls.code_requests!.url, resultsUrl: queues.urls.code_results!.url },
    { visibilitySeconds: 30, waitSeconds: 1 },
    (request, signal) => generateCode(request, { sandbox, signal }),
    stop.signal,
    pino({ level: "silent" }),
  );
});
afterAll(async () => {
  stop.abort();
  await serving;
  await sandbox.close();
  sqs.destroy();
  await queues.stop();
});

const ask = async (body: string): Promise<unknown> => {
  await sqs.send(new SendMessageCommand({ QueueUrl: queues.urls.code_requests!.url, MessageBody: body }));
  for (let tries = 0; tries < 60; tries++) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queues.urls.code_results!.url,
        WaitTimeSeconds: 1,
        VisibilityTimeout: 600,
      }),
    );
    if (Messages[0]) return JSON.parse(Messages[0].Body!);
  }
  throw new Error("no result came");
};

it("a request from the queue has its result in the other, in the form that users know", async () => {
  const result = await ask(
    JSON.stringify({
      request_id: "r-1",
      function_name: "lastFirst",
      language: "typescript",
      ast: {
        name: "lastFirst",
        parameters: [{ name: "full", type: "string" }],
        return_type: "string",
      },
      constraints: ["must not be empty"],
      examples: [
        { input: "Ada Lovelace", output: "Lovelace, Ada" },
        { input: "Alan Turing", output: "Turing, Alan" },
        { input: "Grace Hopper", output: "Hopper, Grace" },
      ],
    }),
  );
  expect(result).toMatchObject({
    request_id: "r-1",
    status: "success",
    result: {
      program_ast: {
        type: "function",
        name: "lastFirst",
        parameters: [{ name: "full", type: "string" }],
        return_type: "string",
        code: expect.stringContaining("export function lastFirst"),
      },
      confidence_score: expect.any(Number),
      time_taken: expect.any(Number),
      strategy: expect.stringContaining(":"),
      verified: { examples: 3, passed: 3, properties: [{ executed: 6, held: 6 }] },
    },
  });
});

it.each([
  ["what is no JSON", "nonsense", ""],
  ["a request that says nothing to do", JSON.stringify({ request_id: "r-2" }), "r-2"],
  [
    "a request with a wrong field",
    JSON.stringify({ request_id: "r-3", language: "cobol", spec: "x" }),
    "r-3",
  ],
])("%s has a failed result rather than none", async (_, body, id) => {
  expect(await ask(body)).toMatchObject({
    request_id: id,
    status: "failed",
    result: null,
    error: expect.any(String),
  });
});
