/** A Postgres server for one test alone, which it may stop, crash and start again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Database } from "@weightsmith/core";
import { type Postgres, startPostgres } from "@weightsmith/embedded";
import { afterAll } from "vitest";

export interface OwnPostgres {
  readonly db: Database.Database;
  readonly url: string;
  /**
   * `orderly` ends every session and writes everything out; `crash` leaves it all to recovery from the log. Commits that
   * were acknowledged survive both.
   * @param awayMs how long nothing listens
   */
  restart(how: "orderly" | "crash", awayMs?: number): Promise<void>;
}

/** Migrated. */
export async function ownPostgres(options: Database.ConnectOptions = {}): Promise<OwnPostgres> {
  const directory = mkdtempSync(path.join(tmpdir(), "weightsmith-own-postgres-"));
  let server: Postgres = await startPostgres({ directory });
  const { url, port } = server;
  const db = Database.connect(url, options);
  await Database.migrate(db);
  afterAll(async () => {
    await Database.close(db);
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    db,
    url,
    async restart(how, awayMs = 0) {
      if (how === "orderly") {
        await server.stop();
      } else {
        process.kill(server.processId, "SIGQUIT");
        await server.exited;
      }
      await new Promise((done) => setTimeout(done, awayMs));
      server = await startPostgres({ directory, port });
    },
  };
}
