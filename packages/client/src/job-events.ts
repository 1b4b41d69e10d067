/** A job's events over SSE. A broken or silent connection is taken up again after the last event that was seen. */
import type { JobEvent } from "@weightsmith/contract";
import { createParser } from "eventsource-parser";
import { WeightsmithError } from "./error.ts";
import { backOffSeconds, type Transport } from "./transport.ts";

export interface FollowOptions {
  /** Only events after this sequence. Default 0: all of them. */
  readonly afterSequence?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** A connection on which nothing came for so long, not even a heartbeat, is given up. Default 45. */
  readonly silenceSeconds?: number | undefined;
  /** How often in a row it may fail to connect. Default 10. */
  readonly maxRetries?: number | undefined;
}

const FINAL: ReadonlySet<string> = new Set(["succeeded", "failed", "canceled"]);

/** Yields events in order, each once, and ends after the final one. */
export async function* followJob(
  transport: Transport,
  jobId: string,
  { afterSequence = 0, signal, silenceSeconds = 45, maxRetries = 10 }: FollowOptions = {},
): AsyncGenerator<JobEvent, void, undefined> {
  let last = afterSequence;
  let failures = 0;
  for (;;) {
    const silence = watchSilence(silenceSeconds);
    try {
      const response = await transport.open({
        method: "GET",
        path: `/v1/jobs/${encodeURIComponent(jobId)}/events`,
        headers: { accept: "text/event-stream", "last-event-id": last > 0 ? String(last) : undefined },
        signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
        repeatable: true,
      });
      for await (const event of readEvents(response, silence.heard)) {
        if (event.sequence <= last) continue;
        last = event.sequence;
        failures = 0;
        yield event;
        if (FINAL.has(event.type)) return;
      }
    } catch (error) {
      signal?.throwIfAborted();
      // Whatever breaks a stream that had begun (a reset, silence) is a reason to connect again; a refusal is not.
      if (error instanceof WeightsmithError && !error.retryable) throw error;
      if (++failures > maxRetries) throw error;
      const wait = error instanceof WeightsmithError ? error.retryAfterSeconds : undefined;
      await transport.sleep(backOffSeconds(failures - 1, wait), signal);
      continue;
    } finally {
      silence.stop();
    }
    // The server ended the stream before the final event: it may limit how long one lasts.
    await transport.sleep(backOffSeconds(0), signal);
  }
}

async function* readEvents(response: Response, heard: () => void): AsyncGenerator<JobEvent> {
  if (response.body === null) return;
  const ready: JobEvent[] = [];
  const parser = createParser({
    onEvent: ({ data }) => {
      ready.push(JSON.parse(data) as JobEvent);
    },
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      parser.feed(value);
      yield* ready.splice(0);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function watchSilence(seconds: number) {
  const controller = new AbortController();
  const giveUp = () =>
    controller.abort(
      new WeightsmithError({
        code: "client.timeout",
        message: `Nothing came on the event stream for ${seconds} seconds.`,
        remedy: "Try again.",
        retryable: true,
      }),
    );
  let timer = setTimeout(giveUp, seconds * 1000);
  return {
    signal: controller.signal,
    heard: () => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, seconds * 1000);
    },
    stop: () => clearTimeout(timer),
  };
}
