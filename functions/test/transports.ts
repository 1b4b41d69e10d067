/** Three ways to the same app: called directly, through Lambda's adapter with API gateway events, and over a socket. */
import type { LambdaContext, LambdaEvent } from "hono/aws-lambda";
import { createApp } from "../src/app.ts";
import { lambdaHandler } from "../src/lambda.ts";
import { serveApp } from "../src/server.ts";
import type { Services } from "../src/services.ts";

export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Channel {
  send(ask: Ask): Promise<Response>;
  close(): Promise<void>;
}

/** Tests that share a channel must not share an address's allowance by accident: this one is reserved for documentation. */
export const ADDRESS = "203.0.113.7";

export const transports: Readonly<Record<string, (services: Services) => Promise<Channel>>> = {
  direct: async (services) => {
    const app = createApp(services);
    return {
      send: async ({ path, ...init }) => app.request(path, init, { address: ADDRESS }),
      close: async () => {},
    };
  },

  lambda: async (services) => {
    const handler = lambdaHandler(services);
    return {
      send: async (ask) => {
        const result = (await handler(gatewayEvent(ask), {} as LambdaContext)) as GatewayResult;
        const body = result.isBase64Encoded ? Buffer.from(result.body, "base64") : result.body;
        const empty = result.statusCode === 204 || result.statusCode === 304 || ask.method === "HEAD";
        return new Response(empty ? null : body, { status: result.statusCode, headers: result.headers });
      },
      close: async () => {},
    };
  },

  node: async (services) => {
    const served = await serveApp(createApp(services), { port: 0 });
    return {
      send: ({ path, ...init }) => fetch(new URL(path, served.url), { ...init, redirect: "manual" }),
      close: () => served.close(0),
    };
  },
};

interface GatewayResult {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** As an HTTP API sends it, payload format 2.0. */
export function gatewayEvent({ method, path, headers = {}, body }: Ask): LambdaEvent {
  const [rawPath = "/", rawQueryString = ""] = path.split("?");
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    headers: {
      host: "api.example.com",
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }),
    },
    ...(rawQueryString === ""
      ? {}
      : { queryStringParameters: Object.fromEntries(new URLSearchParams(rawQueryString)) }),
    requestContext: {
      accountId: "123456789012",
      apiId: "api",
      domainName: "api.example.com",
      domainPrefix: "api",
      http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: ADDRESS, userAgent: "test" },
      requestId: "gateway-request",
      routeKey: "$default",
      stage: "$default",
      time: "31/Jan/2026:12:00:00 +0000",
      timeEpoch: 1769860800000,
    },
    body: body ?? null,
    isBase64Encoded: false,
  } as unknown as LambdaEvent;
}
