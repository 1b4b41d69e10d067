/**
 * Code generation for event-driven users: takes requests from a queue in the form that `parseQueuedRequest` reads, and
 * sends each one's result to another queue, `request_id` telling them apart. A message is deleted once its result was
 * sent; a crash before that means the request is worked on again, so a result may come twice.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import {
  fromQueued,
  type GeneratedCode,
  parseQueuedRequest,
  type QueuedRequest,
  toQueuedResult,
} from "@weightsmith/codegen";
import { AppError } from "@weightsmith/contract";
import type { Logger } from "pino";
import { z } from "zod";

export interface CodeQueues {
  readonly sqs: SQSClient;
  readonly requestsUrl: string;
  readonly resultsUrl: string;
}

export interface CodeQueueSettings {
  /** How long a message stays hidden without being extended. */
  readonly visibilitySeconds: number;
  /** How long one request to the queue waits for a message. */
  readonly waitSeconds: number;
}

export type Generate = (
  request: ReturnType<typeof fromQueued>,
  signal: AbortSignal,
) => Promise<GeneratedCode>;

/** What SQS takes in one message. */
const MOST_BYTES = 256 * 1024;

/** Serves until `signal` is aborted; a request in hand is then given back. */
export async function serveCodeQueue(
  { sqs, requestsUrl, resultsUrl }: CodeQueues,
  { visibilitySeconds, waitSeconds }: CodeQueueSettings,
  generate: Generate,
  signal: AbortSignal,
  log: Logger,
): Promise<void> {
  const hideFor = (message: Message, seconds: number) =>
    sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: requestsUrl,
        ReceiptHandle: message.ReceiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
  const deal = async (message: Message): Promise<void> => {
    const extend = setInterval(
      () => {
        hideFor(message, visibilitySeconds).catch((error: unknown) =>
          log.warn({ err: error }, "code request could not be kept hidden"),
        );
      },
      (visibilitySeconds * 1_000) / 3,
    );
    try {
      const result = await resultFor(message.Body, generate, signal, log);
      await sqs.send(new SendMessageCommand({ QueueUrl: resultsUrl, MessageBody: fitted(result) }));
      await sqs.send(
        new DeleteMessageCommand({ QueueUrl: requestsUrl, ReceiptHandle: message.ReceiptHandle }),
      );
    } catch (error) {
      if (signal.aborted) await hideFor(message, 0).catch(() => {});
      else throw error;
    } finally {
      clearInterval(extend);
    }
  };
  let failures = 0;
  while (!signal.aborted) {
    try {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: requestsUrl,
          MaxNumberOfMessages: 1,
          WaitTimeSeconds: waitSeconds,
          VisibilityTimeout: visibilitySeconds,
        }),
        { abortSignal: signal },
      );
      if (Messages[0]) await deal(Messages[0]);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      log.warn({ err: error, failures }, "code queue out of reach");
      await sleep(Math.min(100 * 2 ** failures, 10_000), undefined, { signal }).catch(() => {});
    }
  }
}

type Result = ReturnType<typeof toQueuedResult>;

/** A message that says nothing usable has a result, too: whoever sent it waits for one. @throws the signal's reason */
async function resultFor(
  body: string | undefined,
  generate: Generate,
  signal: AbortSignal,
  log: Logger,
): Promise<Result> {
  let request: QueuedRequest | undefined;
  try {
    request = parseQueuedRequest(jsonOf(body));
    return toQueuedResult(request.request_id, await generate(fromQueued(request), signal));
  } catch (error) {
    signal.throwIfAborted();
    const known = error instanceof AppError;
    if (!known) log.error({ err: error }, "code request failed");
    const message = known ? (error.publicMessage ?? error.message) : "The request could not be worked on.";
    return { request_id: request?.request_id ?? idIn(body), status: "failed", result: null, error: message };
  }
}

const idSchema = z.object({ request_id: z.string().max(200) });

/** The id of a request that is wrong in some other way. */
const idIn = (body: string | undefined): string => idSchema.safeParse(jsonOf(body)).data?.request_id ?? "";

function jsonOf(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? "");
  } catch {
    return undefined;
  }
}

function fitted(result: Result): string {
  const text = JSON.stringify(result);
  if (Buffer.byteLength(text) <= MOST_BYTES) return text;
  const { request_id } = result;
  return JSON.stringify({
    request_id,
    status: "failed",
    result: null,
    error: `The result has more than ${MOST_BYTES} bytes, which no message holds.`,
  });
}
