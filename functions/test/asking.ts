/** Requests to an app as a caller sends them, and what comes back. */
import { errorBodySchema, jobSchema } from "@weightsmith/contract";
import { createApp } from "../src/app.ts";
import type { Services } from "../src/services.ts";
import type { Tenant } from "./api.ts";
import { ADDRESS } from "./transports.ts";

export interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly address?: string;
}

export type Asking = (method: string, path: string, sent?: Sent) => Promise<Response>;

/** @param tenant whose key is sent; undefined: none */
export function asking(services: Services, tenant: Tenant | undefined): Asking {
  const app = createApp(services);
  return async (method, path, { body, headers = {}, address = ADDRESS } = {}) => {
    const all = {
      ...(tenant === undefined ? {} : { authorization: `Bearer ${tenant.secret}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    };
    const init = { method, headers: all, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    return app.request(path, init, { address });
  };
}

export const jobOf = async (response: Response) => jobSchema.parse(await response.json());
export const problemOf = async (response: Response) => errorBodySchema.parse(await response.json()).error;
