/** Hands a request on to the process that runs programs, as it came, and its answer back. */
import { AppError } from "@weightsmith/contract";
import type { AppContext } from "../../http/environment.ts";

/** What the other process needs to treat the request as its own. */
const PASSED_ON = [
  "authorization",
  "x-api-key",
  "cookie",
  "origin",
  "sec-fetch-site",
  "accept",
  "content-type",
  "content-encoding",
  "content-length",
];

/** These describe the connection that the answer came by, not the one it goes on by. */
const CONNECTION_HEADERS = ["connection", "keep-alive", "transfer-encoding", "date"];

export async function forward(c: AppContext, origin: string): Promise<Response> {
  const headers = new Headers({
    "x-request-id": c.get("requestId"),
    "x-forwarded-for": c.env?.address ?? "unknown",
    // Links in the answer lead to where the caller asked.
    "x-forwarded-origin": new URL(c.req.url).origin,
  });
  const traceparent = c.get("traceparent");
  if (traceparent !== undefined) headers.set("traceparent", traceparent);
  for (const name of PASSED_ON) {
    const value = c.req.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  const { body } = c.req.raw;
  try {
    const answer = await fetch(new URL(c.req.path + new URL(c.req.url).search, origin), {
      method: c.req.method,
      headers,
      body,
      redirect: "manual",
      signal: c.req.raw.signal,
      ...(body === null ? {} : { duplex: "half" }),
    });
    const passed = new Headers(answer.headers);
    for (const name of CONNECTION_HEADERS) passed.delete(name);
    return new Response(answer.body, { status: answer.status, headers: passed });
  } catch (cause) {
    c.req.raw.signal.throwIfAborted();
    throw new AppError("service.unavailable", {
      message: "The part that runs programs cannot be reached.",
      cause,
    });
  }
}
