/** LISTEN on a connection of its own, which comes back when it is lost. */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";

const LONGEST_PAUSE_MS = 5000;

export async function listen(
  newClient: () => pg.Client,
  channel: string,
  notified: (payload: string) => void,
  connected: () => void,
): Promise<{ unlisten(): Promise<void> }> {
  const closing = new AbortController();

  const open = async (): Promise<pg.Client> => {
    const client = newClient();
    // Without a listener an error would end the process; the loop below hears of it through "end".
    client.on("error", () => {});
    client.on("notification", ({ payload }) => notified(payload ?? ""));
    try {
      await client.connect();
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    connected();
    return client;
  };

  const reopen = async (): Promise<pg.Client | undefined> => {
    for (let pauseMs = 50; !closing.signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      await sleep(pauseMs, undefined, { signal: closing.signal, ref: false }).catch(() => {});
      if (closing.signal.aborted) return undefined;
      try {
        return await open();
      } catch {
        // Not back yet.
      }
    }
    return undefined;
  };

  let client: pg.Client | undefined = await open();
  const keepOpen = (async () => {
    while (client) {
      const current = client;
      await new Promise<void>((gone) => {
        current.once("end", gone);
        closing.signal.addEventListener("abort", () => gone(), { once: true });
      });
      if (closing.signal.aborted) await current.end().catch(() => {});
      client = closing.signal.aborted ? undefined : await reopen();
    }
  })();

  return {
    async unlisten() {
      closing.abort();
      await keepOpen;
    },
  };
}
