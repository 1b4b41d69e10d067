/** One signed POST: no redirects followed, no connection kept, an answer that is not read, a time limit over all of it. */
import http from "node:http";
import https from "node:https";
import { Webhook } from "standardwebhooks";
import { checkTarget, publicLookup } from "./target.ts";

export interface Message {
  readonly id: string;
  readonly url: string;
  readonly payload: unknown;
  /** `whsec_…` */
  readonly secret: string;
  readonly sentAt: Date;
}

export interface PostSettings {
  /** Local mode: http, and addresses of private networks. */
  readonly allowPrivate: boolean;
  readonly timeoutSeconds: number;
}

/** @returns the HTTP status @throws AppError webhook.*, PrivateAddressError, and the errors of sockets and time */
export async function post(
  message: Message,
  { allowPrivate, timeoutSeconds }: PostSettings,
): Promise<number> {
  const url = checkTarget(message.url, { allowPrivate });
  const body = JSON.stringify(message.payload);
  const { request } = url.protocol === "https:" ? https : http;
  const signal = AbortSignal.timeout(timeoutSeconds * 1000);
  return new Promise<number>((done, failed) => {
    const sending = request(
      url,
      {
        method: "POST",
        agent: false,
        signal,
        ...(allowPrivate ? {} : { lookup: publicLookup() }),
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          "user-agent": "weightsmith-webhooks/1",
          "webhook-id": message.id,
          "webhook-timestamp": String(Math.floor(message.sentAt.getTime() / 1000)),
          "webhook-signature": new Webhook(message.secret).sign(message.id, message.sentAt, body),
        },
      },
      (response) => {
        done(response.statusCode ?? 0);
        response.destroy();
      },
    );
    sending.on("error", failed);
    sending.end(body);
  });
}
