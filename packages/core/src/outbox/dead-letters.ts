/**
 * Looks through the dead-letter queues. A letter whose job still waits means that deliveries ended before anybody claimed
 * it: the job is put back, at the price of an attempt, and the letter goes. Letters of jobs that have ended stay, for
 * people and alarms.
 */
import { DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { type JobType, queueMessageSchema } from "@weightsmith/contract";
import type { Database } from "../database/index.ts";
import { deadLetter } from "../job/manage.ts";
import type { Log } from "../log.ts";
import type { Queues } from "../queue/index.ts";

/** For so long nobody else sees a letter that is being looked at. */
const LOOK_SECONDS = 2;
/** How many letters of a queue one pass looks at. */
const MOST_LETTERS = 100;

/** @returns how many letters were dealt with and removed */
export async function settleDeadLetters(
  db: Database,
  queues: Queues,
  { log }: { readonly log: Log },
): Promise<number> {
  let settled = 0;
  for (const type of Object.keys(queues.urls) as JobType[]) {
    const url = queues.urls[type].deadLetterUrl;
    for (let seen = 0; seen < MOST_LETTERS; ) {
      const { Messages = [] } = await queues.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: LOOK_SECONDS,
        }),
      );
      if (Messages.length === 0) break;
      seen += Messages.length;
      for (const { Body, ReceiptHandle } of Messages) {
        const message = queueMessageSchema.safeParse(parseJson(Body));
        // Nobody's job: for people to look at.
        if (!message.success) continue;
        const { jobId } = message.data;
        const outcome = await deadLetter(db, jobId);
        if (outcome === "ignored") continue;
        log("warn", "dead letter", { jobId, outcome });
        if (outcome === "failed" || outcome === "canceled") continue;
        await queues.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
        settled++;
      }
    }
  }
  return settled;
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
