/** An HTTP server that answers from a script and remembers what it was asked. Closed when the test ends. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Answer = (response: ServerResponse, asked: Asked) => void;

export interface ScriptedServer {
  readonly baseUrl: string;
  readonly asked: Asked[];
  close(): Promise<void>;
}

/** The nth request gets the nth answer; the last answer is repeated. */
export async function scriptedServer(...answers: Answer[]): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const one = { method, url, headers, body };
      asked.push(one);
      answers[Math.min(asked.length, answers.length) - 1]!(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  return { baseUrl: `http://127.0.0.1:${port}`, asked, close };
}

export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };

export const refusal = (status: number, code: string, retryable: boolean, headers?: Record<string, string>) =>
  json(
    {
      error: {
        code,
        title: "T",
        message: `message of ${code}`,
        remedy: "R",
        retryable,
        status,
        requestId: "req_1",
        documentation: "/docs/errors/x",
        details: { line: 3 },
      },
    },
    status,
    headers,
  );

export const hangUp: Answer = (response) => {
  response.socket?.destroy();
};

/** Sends events, then ends the stream (`end`), cuts the connection (`cut`) or says nothing more (`hang`). */
export const stream =
  (text: string, then: "end" | "cut" | "hang"): Answer =>
  (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(text, () => {
      if (then === "end") response.end();
      if (then === "cut") response.socket?.destroy();
    });
  };
