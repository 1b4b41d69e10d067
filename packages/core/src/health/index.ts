/** Readiness: whether the parts that requests and jobs need answer. Each is asked the cheapest thing that proves it. */
import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { PartHealth } from "@weightsmith/contract";
import type { Storage } from "../artifact/object.ts";
import type { Database } from "../database/index.ts";
import type { Queues } from "../queue/index.ts";

export interface Readiness {
  readonly ready: boolean;
  readonly parts: Readonly<Record<"postgres" | "storage" | "queues", PartHealth>>;
}

/** Never throws, and takes no longer than the time limit. What is wrong is said without addresses or credentials. */
export async function readiness(
  parts: { readonly db: Database; readonly storage: Storage; readonly queues: Queues },
  { timeoutSeconds = 2 }: { readonly timeoutSeconds?: number } = {},
): Promise<Readiness> {
  const { db, storage, queues } = parts;
  const ask = async (question: (signal: AbortSignal) => Promise<unknown>): Promise<PartHealth> => {
    const started = performance.now();
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    try {
      await Promise.race([question(signal), aborted(signal)]);
      return { ok: true, milliseconds: Math.round((performance.now() - started) * 10) / 10 };
    } catch (error) {
      return { ok: false, message: signal.aborted ? `no answer in ${timeoutSeconds} s` : nameOf(error) };
    }
  };
  const [postgres, store, queue] = await Promise.all([
    ask(() => db.sql`select 1`),
    ask((abortSignal) => storage.s3.send(new HeadBucketCommand({ Bucket: storage.bucket }), { abortSignal })),
    ask((abortSignal) =>
      Promise.all(
        Object.values(queues.urls).map(({ url }) =>
          queues.sqs.send(
            new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["ApproximateNumberOfMessages"] }),
            { abortSignal },
          ),
        ),
      ),
    ),
  ]);
  return {
    ready: postgres.ok && store.ok && queue.ok,
    parts: { postgres, storage: store, queues: queue },
  };
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, failed) => signal.addEventListener("abort", () => failed(signal.reason), { once: true }));

function nameOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === "string" ? code : typeof name === "string" ? name : "unknown error";
}
