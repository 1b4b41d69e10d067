/**
 * OpenTelemetry traces: from a request through the queue to the worker. Without an endpoint nothing is loaded and nothing
 * is made, but a caller's traceparent still travels, so that whoever does trace finds the thread again.
 */
import { open } from "./otlp.ts";
import type { Tracer, TracerSettings } from "./span.ts";

export type { Attributes, Span, SpanOptions, Tracer, TracerSettings } from "./span.ts";

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A header's value if it is a traceparent. */
export const traceparentOf = (value: string | null | undefined): string | undefined =>
  value != null && TRACEPARENT.test(value) ? value : undefined;

/** Makes no spans. */
export const noTracer: Tracer = {
  span: (_name, { parent }, work) => work({ traceparent: traceparentOf(parent), set() {}, fail() {} }),
  flush: async () => {},
  close: async () => {},
};

/** Loads OpenTelemetry with the first span. */
export const tracer = (settings: TracerSettings): Tracer =>
  settings.endpoint === undefined ? noTracer : open({ ...settings, endpoint: settings.endpoint });
