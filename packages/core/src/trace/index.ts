/**
 * OpenTelemetry traces: from a request through the queue to the worker. Without an endpoint nothing is loaded and nothing
 * is made, but a caller's traceparent still travels, so that whoever does trace finds the thread again.
 */
import { open } from "./otlp.ts";

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Span {
  /** By which what follows from here is told to belong here (W3C Trace Context); undefined: nobody traces. */
  readonly traceparent: string | undefined;
  set(attributes: Attributes): void;
  /** The work failed, although nothing is thrown. */
  fail(message: string): void;
}

export interface SpanOptions {
  readonly kind: "server" | "producer" | "consumer" | "internal";
  /** The traceparent of what this is part of. One that is not well formed is ignored. */
  readonly parent?: string | undefined;
  readonly attributes?: Attributes;
}

export interface Tracer {
  /** Times the work; what it throws is noted and thrown on. Tracing itself never throws. */
  span<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T>;
  /** Resolves when what has ended is sent, or could not be. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

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

export interface TracerSettings {
  /** As OTEL_EXPORTER_OTLP_ENDPOINT has it, without `/v1/traces`; undefined: no traces. */
  readonly endpoint: string | undefined;
  readonly service: string;
  readonly version: string;
}

/** Loads OpenTelemetry with the first span. */
export const tracer = (settings: TracerSettings): Tracer =>
  settings.endpoint === undefined ? noTracer : open({ ...settings, endpoint: settings.endpoint });
