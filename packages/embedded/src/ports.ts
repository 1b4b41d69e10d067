/** Ports on the loopback interface. */
import { createServer } from "node:net";
import { PortTakenError } from "./errors.ts";

/** The only interface that the embedded servers listen on. */
export const loopback = "127.0.0.1";

/**
 * A port that was free a moment ago: the one asked for, or any if `wanted` is 0.
 * @throws PortTakenError if `wanted` is in use; `server` names its purpose in the message
 */
export async function freePort(wanted: number, server: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, wanted, server)));
    probe.listen({ host: loopback, port: wanted, exclusive: true }, () => {
      const address = probe.address();
      const port = typeof address === "object" && address ? address.port : wanted;
      probe.close(() => resolve(port));
    });
  });
}

/** The error of a failed `listen`, as a PortTakenError where that is the reason. */
export function listenError(error: NodeJS.ErrnoException, port: number, server: string): Error {
  return error.code === "EADDRINUSE" || error.code === "EACCES" ? new PortTakenError(port, server) : error;
}
