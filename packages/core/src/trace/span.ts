/** What a tracer is, whoever makes its spans. */

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

export interface TracerSettings {
  /** As OTEL_EXPORTER_OTLP_ENDPOINT has it, without `/v1/traces`; undefined: no traces. */
  readonly endpoint: string | undefined;
  readonly service: string;
  readonly version: string;
}
