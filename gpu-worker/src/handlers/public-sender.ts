/**
 * Asks an address that a caller named: https, public addresses only, decided on the address that is connected to; no
 * redirects followed, and only so much of an answer read.
 */
import http from "node:http";
import https from "node:https";
import { AppError } from "@weightsmith/contract";
import { Webhook } from "@weightsmith/core";
import type { SendRequest } from "@weightsmith/experiments";

const mostAnswerBytes = 4 * 1024 * 1024;

export function publicSender({ allowPrivate }: { readonly allowPrivate: boolean }): SendRequest {
  return (address, { headers, body, signal }) => {
    const url = checked(address, allowPrivate);
    const { request } = url.protocol === "https:" ? https : http;
    return new Promise((done, failed) => {
      const lookup = allowPrivate ? {} : { lookup: Webhook.publicLookup() };
      const length = { "content-length": String(Buffer.byteLength(body)) };
      const sending = request(
        url,
        { method: "POST", agent: false, signal, ...lookup, headers: { ...headers, ...length } },
        (response) => {
          const pieces: Buffer[] = [];
          let bytes = 0;
          response.on("data", (piece: Buffer) => {
            pieces.push(piece);
            bytes += piece.length;
            if (bytes > mostAnswerBytes)
              response.destroy(new Error(`the answer has more than ${mostAnswerBytes} bytes`));
          });
          response.on("error", failed);
          response.on("end", () =>
            done({ status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString("utf8") }),
          );
        },
      );
      sending.on("error", failed);
      sending.end(body);
    });
  };
}

function checked(address: string, allowPrivate: boolean): URL {
  try {
    return Webhook.checkTarget(address, { allowPrivate });
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    throw new AppError("model.unknown", {
      message: `This service does not ask ${address.slice(0, 200)}: a model's address must be https and public.`,
      cause,
    });
  }
}
