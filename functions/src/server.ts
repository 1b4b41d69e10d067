/** The app behind Node's HTTP server, with limits on slow clients and an end that lets requests finish. */
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import type { App } from "./http/environment.ts";

export interface ServeOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Whether a proxy stands in front whose X-Forwarded-For can be believed: its last entry is the caller's address. */
  readonly trustProxy?: boolean;
  /** A folder with the built page, served where the API has no path. */
  readonly pageFolder?: string;
}

export interface ServedApp {
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, lets running requests finish for so long, then cuts them. */
  close(graceSeconds?: number): Promise<void>;
}

/** @throws Error with code EADDRINUSE if the port is taken */
export async function serveApp(app: App, options: ServeOptions): Promise<ServedApp> {
  const { host = "127.0.0.1", port, trustProxy = false, pageFolder } = options;
  const site = pageFolder === undefined ? undefined : pageApp(app, pageFolder);
  const server = createAdaptorServer({
    fetch: (request, { incoming }) => {
      const env = { address: addressOf(incoming as IncomingMessage, trustProxy) };
      return (site ?? app).fetch(request, env);
    },
    serverOptions: {
      // A whole request, with its body, must arrive within this time; load balancers keep connections for 60 seconds.
      requestTimeout: 30_000,
      headersTimeout: 10_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 2_000,
    },
  }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve());
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    async close(graceSeconds = 10) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A connection that was kept alive becomes idle when its last request is answered.
      const sweep = setInterval(() => server.closeIdleConnections(), 20);
      const cut = setTimeout(() => server.closeAllConnections(), graceSeconds * 1000);
      await closed;
      clearInterval(sweep);
      clearTimeout(cut);
    },
  };
}

function addressOf(incoming: IncomingMessage, trustProxy: boolean): string {
  const direct = incoming.socket.remoteAddress ?? "unknown";
  return trustProxy ? (forwardedAddress(incoming.headers["x-forwarded-for"]) ?? direct) : direct;
}

/** The entry that the nearest proxy added; those before it are the caller's own word. */
export function forwardedAddress(header: string | string[] | undefined): string | undefined {
  const list = Array.isArray(header) ? header.join(",") : header;
  const last = list?.split(",").at(-1)?.trim();
  return last === "" ? undefined : last;
}

const API_PATH = /^\/(?:v1|p|api|health|metrics|docs|openapi\.json)(?:\/|$)/;

/** The page may load and call this server and nothing else. */
const PAGE_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

function pageApp(app: App, folder: string): Hono {
  const site = new Hono();
  // The build leaves a .br and a .gz beside each file.
  const files = serveStatic({ root: folder, precompressed: true });
  const index = serveStatic({ root: folder, path: "index.html", precompressed: true });
  site.all("*", async (c, next) => {
    const { path, method } = c.req;
    if (API_PATH.test(path) || (method !== "GET" && method !== "HEAD"))
      return app.fetch(c.req.raw, c.env as object);
    await next();
    for (const [name, value] of Object.entries(PAGE_HEADERS)) c.res.headers.set(name, value);
    // Vite puts a hash of the content into the names of what it builds.
    c.res.headers.set(
      "cache-control",
      path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    );
    return undefined;
  });
  site.use("*", files);
  // The page has addresses of its own; a missing file has a dot in its name and stays missing.
  site.get("*", (c, next) => (/\.\w+$/.test(c.req.path) ? next() : index(c, next)));
  return site;
}
