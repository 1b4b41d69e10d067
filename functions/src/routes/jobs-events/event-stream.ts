/** Job events in the wire form of server-sent events, with comments as heartbeats and a limit in time. */
import type { JobEvent } from "@weightsmith/contract";

export interface EventStreamOptions {
  readonly heartbeatSeconds: number;
  /** After so long the stream ends; the client connects again. */
  readonly limitSeconds: number;
  /** Makes `events` end. */
  readonly stop: () => void;
  /** `events` failed; the stream ends, and the client connects again. */
  readonly onError: (error: unknown) => void;
}

/** How long a client should wait before it connects again. */
const RETRY_MILLISECONDS = 1000;

export function eventStream(
  events: AsyncIterable<JobEvent>,
  { heartbeatSeconds, limitSeconds, stop, onError }: EventStreamOptions,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = events[Symbol.asyncIterator]();
  let heartbeat: NodeJS.Timeout | undefined;
  let limit: NodeJS.Timeout | undefined;
  const end = () => {
    clearInterval(heartbeat);
    clearTimeout(limit);
    stop();
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(`retry: ${RETRY_MILLISECONDS}\n\n`));
      heartbeat = setInterval(() => {
        // A client that does not read gets no more of them.
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(": heartbeat\n\n"));
      }, heartbeatSeconds * 1000);
      limit = setTimeout(stop, limitSeconds * 1000);
    },
    async pull(controller) {
      try {
        const { done, value } = await iterator.next();
        if (!done) return controller.enqueue(encoder.encode(formatEvent(value)));
      } catch (error) {
        onError(error);
      }
      end();
      controller.close();
    },
    cancel: end,
  });
}

/** JSON has no line breaks, so the data is one line. */
export const formatEvent = (event: JobEvent): string =>
  `id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
