import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PortTakenError } from "./errors.ts";
import { type Queues, startQueues } from "./queues.ts";

let queues: Queues;
let sqs: SQSClient;

beforeAll(async () => {
  queues = await startQueues({
    queues: ["order", "retry", "abandoned", "wake"].map((name) => ({
      name,
      visibilitySeconds: 30,
      maxReceiveCount: 2,
    })),
  });
  sqs = new SQSClient({ endpoint: queues.endpoint, region: queues.region, credentials: queues.credentials });
});
afterAll(async () => {
  await sqs.destroy();
  await queues.stop();
});

const urlOf = (name: string) => queues.urls[name]!;

async function receive(url: string, waitSeconds = 0, abortSignal?: AbortSignal) {
  const command = new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: waitSeconds });
  const { Messages = [] } = await sqs.send(command, abortSignal ? { abortSignal } : {});
  return Messages[0];
}

test("a message is delivered once, is hidden meanwhile and is gone after its delete", async () => {
  const { url } = urlOf("order");
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "one" }));
  const message = await receive(url);
  expect(message?.Body).toBe("one");
  expect(await receive(url)).toBeUndefined();
  await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }));
  expect(await receive(url)).toBeUndefined();
});

test("a message given back too often lands in the dead-letter queue", async () => {
  const { url, deadLetterUrl } = urlOf("retry");
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "poison" }));
  for (let receipt = 0; receipt < 2; receipt++) {
    const message = await receive(url);
    const ReceiptHandle = message?.ReceiptHandle;
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }),
    );
  }
  expect(await receive(url)).toBeUndefined();
  expect((await receive(deadLetterUrl))?.Body).toBe("poison");
});

test("a waiting consumer gets a message as soon as it is sent", async () => {
  const { url } = urlOf("wake");
  const waiting = receive(url, 20);
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "now" }));
  expect((await waiting)?.Body).toBe("now");
});

test("a message that arrives for a consumer that went away is delivered to the next", async () => {
  const { url } = urlOf("abandoned");
  const leaving = new AbortController();
  const waiting = receive(url, 20, leaving.signal);
  await sleep(100);
  leaving.abort();
  await expect(waiting).rejects.toThrow(/abort/i);
  // The server has to notice the closed connection before the message comes, as it does between real events.
  await sleep(100);
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "kept" }));
  expect((await receive(url, 5))?.Body).toBe("kept");
});

test("a request without the access key, and any request of a page, is refused", async () => {
  const target = { "x-amz-target": "AmazonSQS.ListQueues", "content-type": "application/x-amz-json-1.0" };
  const unsigned = await fetch(queues.endpoint, { method: "POST", headers: target, body: "{}" });
  expect(unsigned.status).toBe(403);
  const authorization = `AWS4-HMAC-SHA256 Credential=${queues.credentials.accessKeyId}/20260101/us-east-1/sqs/aws4_request`;
  const page = await fetch(queues.endpoint, {
    method: "POST",
    headers: { ...target, authorization, origin: "https://elsewhere.example" },
    body: "{}",
  });
  expect(page.status).toBe(403);
});

test("a taken port is named", async () => {
  const blocker = createServer().listen(0, "127.0.0.1");
  await once(blocker, "listening");
  const { port } = blocker.address() as { port: number };
  await expect(startQueues({ port, queues: [] })).rejects.toThrow(new PortTakenError(port, "SQS server"));
  blocker.close();
});
