/**
 * Stands between a client and an HTTP server and lets some requests fail, in the three ways a network can: refused with
 * 503, cut off before the server saw it, and cut off after the server did it. A signed request passes unchanged.
 */
import { once } from "node:events";
import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";

export interface FailingProxy {
  readonly endpoint: string;
  /** How many requests came, and how many of them failed. */
  readonly seen: { requests: number; failures: number };
}

/** @param random in [0, 1): a seeded one makes the same order of failures */
export async function failingProxy(
  endpoint: string,
  { failureRate, random }: { readonly failureRate: number; readonly random: () => number },
): Promise<FailingProxy> {
  const target = new URL(endpoint);
  const seen = { requests: 0, failures: 0 };
  const server = createServer(async (request, response) => {
    seen.requests++;
    const fails = random() < failureRate;
    const way = Math.floor(random() * 3);
    if (fails) seen.failures++;
    if (fails && way === 0) {
      request.resume();
      await once(request, "end").catch(() => {});
      response.writeHead(503).end();
      return;
    }
    if (fails && way === 1) {
      request.destroy();
      return;
    }
    const forwarded = send(
      {
        host: target.hostname,
        port: target.port,
        method: request.method,
        path: request.url,
        headers: request.headers,
      },
      (answer) => {
        if (fails) {
          answer.resume();
          answer.on("end", () => response.destroy());
        } else {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        }
      },
    );
    forwarded.on("error", () => response.destroy());
    request.pipe(forwarded);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}
