/** Spans by OpenTelemetry's own packages, sent by OTLP over HTTP. Their modules are loaded with the first span. */
import type { Attributes, Span, SpanOptions, Tracer, TracerSettings } from "./span.ts";

const KINDS = { internal: 0, server: 1, producer: 3, consumer: 4 } as const;

async function load({ endpoint, service, version }: TracerSettings) {
  const [api, sdk, exporter, resources] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-trace-base"),
    import("@opentelemetry/exporter-trace-otlp-http"),
    import("@opentelemetry/resources"),
  ]);
  const url = `${endpoint!.replace(/\/$/, "")}/v1/traces`;
  const provider = new sdk.BasicTracerProvider({
    resource: resources.resourceFromAttributes({ "service.name": service, "service.version": version }),
    spanProcessors: [
      new sdk.BatchSpanProcessor(new exporter.OTLPTraceExporter({ url, timeoutMillis: 5000 })),
    ],
  });
  return { api, provider, tracer: provider.getTracer("weightsmith", version) };
}

export function open(settings: TracerSettings): Tracer {
  let loading: ReturnType<typeof load> | undefined;
  return {
    async span(name, options, work) {
      loading ??= load(settings);
      const { api, tracer } = await loading;
      const { kind, parent, attributes = {} } = options;
      const context = contextOf(parent, api);
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes: defined(attributes) }, context);
      const fail = (message: string) => span.setStatus({ code: api.SpanStatusCode.ERROR, message });
      const { traceId, spanId, traceFlags } = span.spanContext();
      const shown: Span = {
        traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`,
        set: (more: Attributes) => span.setAttributes(defined(more)),
        fail,
      };
      try {
        return await work(shown);
      } catch (error) {
        fail(error instanceof Error ? error.message : String(error));
        throw error;
      } finally {
        span.end();
      }
    },
    // A collector that is away is its operator's to notice; requests and jobs go on.
    async flush() {
      await loading?.then(({ provider }) => provider.forceFlush()).catch(() => {});
    },
    async close() {
      await loading?.then(({ provider }) => provider.shutdown()).catch(() => {});
    },
  };
}

type Api = typeof import("@opentelemetry/api");

function contextOf(parent: SpanOptions["parent"], { ROOT_CONTEXT, trace }: Api) {
  const parts = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(parent ?? "");
  if (!parts) return ROOT_CONTEXT;
  const [, traceId, spanId, flags] = parts;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: traceId!,
    spanId: spanId!,
    traceFlags: Number.parseInt(flags!, 16),
    isRemote: true,
  });
}

const defined = (attributes: Attributes) =>
  Object.fromEntries(
    Object.entries(attributes).filter(
      (entry): entry is [string, string | number | boolean] => entry[1] !== undefined,
    ),
  );
