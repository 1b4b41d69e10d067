/** The worker's state over HTTP, for whoever supervises the process. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { WorkerHealth } from "./worker.ts";

export interface HealthServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** `GET /health` answers 200, or 503 when the worker is failing, with the state as JSON. */
export async function serveHealth(
  { host, port }: { readonly host: string; readonly port: number },
  health: () => WorkerHealth,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const known = request.method === "GET" && request.url === "/health";
    const state = known ? health() : { error: "The one address here is GET /health." };
    const status = known ? ("status" in state && state.status === "failing" ? 503 : 200) : 404;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(state));
  });
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
