/**
 * Receives messages from one queue and hands them over, each until it is dealt with. While a message is worked on it
 * stays hidden from other workers, and counts as in flight for whoever scales the workers.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { type QueueMessage, queueMessageSchema } from "@weightsmith/contract";
import type { Logger } from "pino";

export interface ConsumeSettings {
  /** How long a message stays hidden without being extended: after a crash it comes back this much later. */
  readonly visibilitySeconds: number;
  /** How long one request waits for a message. */
  readonly waitSeconds: number;
  /** How many messages are worked on at once. */
  readonly concurrency: number;
}

export interface Consumer {
  /** When the last request to the queue was answered. */
  readonly lastPollAt: Date | undefined;
  /** Resolves when polling has ended and every message in hand is dealt with. */
  readonly done: Promise<void>;
}

/** Whether the message did its duty and goes, or stays to be delivered again. */
export type Verdict = "delete" | "keep";

/** Receives until `signal` is aborted. */
export function consume(
  queue: { readonly sqs: SQSClient; readonly url: string },
  settings: ConsumeSettings,
  handle: (message: QueueMessage) => Promise<Verdict>,
  signal: AbortSignal,
  log: Logger,
): Consumer {
  let lastPollAt: Date | undefined;

  const receive = async (): Promise<Message | undefined> => {
    const { Messages = [] } = await queue.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue.url,
        MaxNumberOfMessages: 1,
        WaitTimeSeconds: settings.waitSeconds,
        VisibilityTimeout: settings.visibilitySeconds,
        MessageSystemAttributeNames: ["ApproximateReceiveCount"],
      }),
      { abortSignal: signal },
    );
    lastPollAt = new Date();
    return Messages[0];
  };

  const hideFor = (message: Message, seconds: number) =>
    queue.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queue.url,
        ReceiptHandle: message.ReceiptHandle,
        VisibilityTimeout: seconds,
      }),
    );

  const deal = async (message: Message): Promise<void> => {
    const parsed = queueMessageSchema.safeParse(parseJson(message.Body));
    if (!parsed.success) {
      // It is delivered again until the queue moves it to the dead letters, where people see it.
      log.error({ messageId: message.MessageId, issues: parsed.error.issues }, "message not understood");
      return;
    }
    const extend = setInterval(
      () => {
        hideFor(message, settings.visibilitySeconds).catch((error: unknown) =>
          log.warn({ err: error, jobId: parsed.data.jobId }, "message could not be kept hidden"),
        );
      },
      (settings.visibilitySeconds * 1000) / 3,
    );
    let verdict: Verdict = "keep";
    try {
      verdict = await handle(parsed.data);
    } catch (error) {
      log.warn({ err: error, jobId: parsed.data.jobId }, "delivery could not be dealt with");
    } finally {
      clearInterval(extend);
    }
    try {
      if (verdict === "delete") {
        await queue.sqs.send(
          new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: message.ReceiptHandle }),
        );
      } else {
        const receipts = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
        await hideFor(message, Math.min(2 ** receipts, settings.visibilitySeconds));
      }
    } catch (error) {
      // It will be delivered once more, which the claim recognises.
      log.warn({ err: error, jobId: parsed.data.jobId, verdict }, "message could not be settled");
    }
  };

  const slot = async (): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      try {
        const message = await receive();
        failures = 0;
        if (message) await deal(message);
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        log.warn({ err: error, failures }, "queue out of reach");
        await sleep(Math.min(100 * 2 ** failures, 10_000), undefined, { signal }).catch(() => {});
      }
    }
  };

  return {
    get lastPollAt() {
      return lastPollAt;
    },
    done: Promise.all(Array.from({ length: settings.concurrency }, slot)).then(() => {}),
  };
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
