import type { JobEvent } from "@weightsmith/contract";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { eventStream, formatEvent } from "./event-stream.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const event = (sequence: number): JobEvent => ({
  type: "log",
  level: "info",
  message: `line ${sequence}\nnext`,
  sequence,
  time: "2026-01-31T12:00:00.000Z",
});

/** Events that a test hands over one at a time, until it ends or fails them. */
function source() {
  const ready: JobEvent[] = [];
  let wake = () => {};
  let ended = false;
  let failure: Error | undefined;
  async function* events() {
    for (;;) {
      while (ready.length > 0) yield ready.shift()!;
      if (failure) throw failure;
      if (ended) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  return {
    events: events(),
    add: (one: JobEvent) => {
      ready.push(one);
      wake();
    },
    stop: vi.fn(() => {
      ended = true;
      wake();
    }),
    fail: (error: Error) => {
      failure = error;
      wake();
    },
  };
}

function open(limitSeconds = 60) {
  const from = source();
  const onError = vi.fn();
  const stream = eventStream(from.events, { heartbeatSeconds: 15, limitSeconds, stop: from.stop, onError });
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  const read = async () => (await reader.read()).value;
  return { ...from, onError, reader, read };
}

test("an event is its number, its type and one line of JSON", () => {
  expect(formatEvent(event(7))).toBe(`id: 7\nevent: log\ndata: ${JSON.stringify(event(7))}\n\n`);
  expect(formatEvent(event(7)).split("\n")).toHaveLength(5);
});

test("silence is filled with heartbeats", async () => {
  const { read, add, reader } = open();
  expect(await read()).toBe("retry: 1000\n\n");
  await vi.advanceTimersByTimeAsync(15_000);
  expect(await read()).toBe(": heartbeat\n\n");
  add(event(1));
  expect(await read()).toMatch(/^id: 1\n/);
  await reader.cancel();
});

test("the stream ends with its events, and nothing is left running", async () => {
  const { read, add, stop } = open();
  await read();
  add(event(1));
  await read();
  stop();
  expect(await read()).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
});

test("the stream ends when its time is up, so that the client connects again", async () => {
  const { read, stop } = open(20);
  await read();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(stop).toHaveBeenCalled();
  expect(await read()).toBe(": heartbeat\n\n");
  expect(await read()).toBeUndefined();
});

test("events that break off end the stream and are reported", async () => {
  const { read, fail, onError } = open();
  await read();
  fail(new Error("database gone"));
  expect(await read()).toBeUndefined();
  expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message: "database gone" }));
  expect(vi.getTimerCount()).toBe(0);
});

test("a client that goes away stops the events", async () => {
  const { read, reader, stop } = open();
  await read();
  await reader.cancel();
  expect(stop).toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
