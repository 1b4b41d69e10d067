import { freshDatabaseUrl } from "@weightsmith/testing/services";
import { expect, test } from "vitest";
import { close, connect, errorCode, isUnavailable, migrate } from "./index.ts";

test("five processes that start at once migrate an empty database once", async () => {
  const url = await freshDatabaseUrl({ empty: true });
  const pools = Array.from({ length: 5 }, () => connect(url, { maxConnections: 1 }));
  try {
    await Promise.all(pools.map((pool) => migrate(pool)));
    await migrate(pools[0]!);
    const applied = await pools[0]!.sql`select hash from drizzle.__drizzle_migrations`;
    expect(new Set(applied.map(({ hash }) => hash)).size).toBe(applied.length);
    const tables = await pools[0]!
      .sql`select relname, relpersistence from pg_class where relkind = 'r' and relname = 'rate_window'`;
    expect(tables[0]?.relpersistence, "rate windows are unlogged").toBe("u");
  } finally {
    await Promise.all(pools.map(close));
  }
});

test("a database that is away is told from a mistake in a query", async () => {
  const url = await freshDatabaseUrl({ empty: true });
  const nowhere = connect(url.replace(/:\d+\//, ":1/"), { connectSeconds: 2 });
  const refused = await nowhere.sql`select 1`.catch((error: unknown) => error);
  expect(isUnavailable(refused)).toBe(true);
  await close(nowhere);

  const db = connect(url, { maxConnections: 1 });
  const mistaken = await db.orm.execute("select * from nothing").catch((error: unknown) => error);
  expect(errorCode(mistaken)).toBe("42P01");
  expect(isUnavailable(mistaken)).toBe(false);
  await close(db);
});
