/**
 * The queues: one a type of job, each with its dead-letter queue. A message says which job wants work and nothing else;
 * it may come twice, late or never, and nothing goes wrong for it.
 */
import {
  GetQueueAttributesCommand,
  type GetQueueAttributesCommandOutput,
  SendMessageBatchCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { JobId, JobType, QueueMessage } from "@weightsmith/contract";

export interface Queues {
  readonly sqs: SQSClient;
  readonly urls: Readonly<Record<JobType, { readonly url: string; readonly deadLetterUrl: string }>>;
}

export interface Outgoing {
  readonly jobId: JobId;
  readonly requestId: string | null;
  readonly traceparent?: string | null;
  readonly delaySeconds: number;
}

/** What one call to SQS takes. */
export const BATCH_MESSAGES = 10;
/** The longest that SQS holds a message back. */
export const MAX_DELAY_SECONDS = 900;

/**
 * Sends up to ten messages in one call. Which of them were refused is in the answer; a call that fails as a whole throws.
 * @returns the jobs whose message the queue has taken
 */
export async function send(
  queues: Queues,
  queueUrl: string,
  messages: readonly Outgoing[],
): Promise<JobId[]> {
  const { Successful = [] } = await queues.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: messages.map(({ jobId, requestId, traceparent, delaySeconds }, index) => {
        const body: QueueMessage = {
          jobId,
          ...(requestId === null ? {} : { requestId }),
          ...(traceparent == null ? {} : { traceparent }),
        };
        return {
          Id: String(index),
          MessageBody: JSON.stringify(body),
          DelaySeconds: Math.min(Math.max(Math.ceil(delaySeconds), 0), MAX_DELAY_SECONDS),
        };
      }),
    }),
  );
  return Successful.map(({ Id }) => messages[Number(Id)]!.jobId);
}

export interface Depth {
  /** Ready to be received. */
  readonly waiting: number;
  /** Held back until later. */
  readonly delayed: number;
  /** Received and not yet deleted. */
  readonly inFlight: number;
}

/** About how many messages a queue has. */
export async function depth(queues: Queues, queueUrl: string): Promise<Depth> {
  const { Attributes }: GetQueueAttributesCommandOutput = await queues.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesDelayed",
        "ApproximateNumberOfMessagesNotVisible",
      ],
    }),
  );
  return {
    waiting: Number(Attributes?.ApproximateNumberOfMessages ?? 0),
    delayed: Number(Attributes?.ApproximateNumberOfMessagesDelayed ?? 0),
    inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}
