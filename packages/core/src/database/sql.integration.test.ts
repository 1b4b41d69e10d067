import { freshDatabase } from "@weightsmith/testing/services";
import { beforeAll, expect, test } from "vitest";
import { type Database, errorCode, isUnavailable } from "./index.ts";

let db: Database;
beforeAll(async () => {
  ({ db } = await freshDatabase({ maxConnections: 3 }));
  await db.sql.unsafe("create table note (id int primary key, text text)");
});

test("values are parameters, whatever they hold", async () => {
  const text = "'; drop table note; -- $1 \\ \u{1f600}";
  const bytes = new Uint8Array([0, 255, 10]);
  const [row] = await db.sql`
    select ${text}::text as text, ${bytes}::bytea as bytes, ${["a,b", '"c"', null]}::text[] as list,
      ${true}::bool as yes, ${null}::int as nothing, ${2.5}::float8 as number, ${new Date(0)}::timestamptz as time`;
  expect(row).toEqual({
    text,
    bytes: Buffer.from(bytes),
    list: ["a,b", '"c"', null],
    yes: true,
    nothing: null,
    number: 2.5,
    time: new Date(0),
  });
});

test("a statement without rows says how many it touched", async () => {
  const made = await db.sql`insert into note select n, 'x' from generate_series(100, 106) n`;
  expect(made.count).toBe(7);
  expect([...made]).toEqual([]);
});

test("a transaction is whole or not at all", async () => {
  await db.sql.begin(async (tx) => {
    await Promise.all([1, 2, 3].map((id) => tx`insert into note values (${id}, 'kept')`));
  });
  const failing = db.sql.begin(async (tx) => {
    await tx`insert into note values (4, 'lost')`;
    await tx`insert into note values (1, 'again')`;
  });
  expect(errorCode(await failing.catch((error: unknown) => error))).toBe("23505");
  const refused = db.sql.begin(async (tx) => {
    await tx`insert into note values (5, 'lost')`;
    throw new Error("changed my mind");
  });
  await expect(refused).rejects.toThrow("changed my mind");
  const rows = await db.sql`select id from note where id < 10 order by id`;
  expect(rows.map(({ id }) => id)).toEqual([1, 2, 3]);
});

test("of queries sent together one may fail: all are answered, and the connection is fit for others", async () => {
  for (let round = 0; round < 5; round++) {
    const together = db.sql.begin((tx) =>
      Promise.allSettled([
        tx`select 1 as n`,
        tx`select * from nothing`,
        tx`select 2 as n`,
        tx`insert into note values (9, 'lost')`,
      ]),
    );
    const answers = await together;
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "rejected"]);
  }
  expect(await db.sql`select from note where id = 9`).toHaveLength(0);
});

test("connections that the server ends reject their queries, are replaced, and nobody else notices", async () => {
  const sleeping = [1, 2, 3].map(() => db.sql`select pg_sleep(60)`.catch((error: unknown) => error));
  const assassin = db.newClient();
  assassin.on("error", () => {});
  await assassin.connect();
  const running = async () =>
    (await assassin.query("select pid from pg_stat_activity where query like 'select pg_sleep%'")).rows;
  while ((await running()).length < 3) await new Promise((done) => setTimeout(done, 10));
  for (const { pid } of await running()) await assassin.query("select pg_terminate_backend($1)", [pid]);
  for (const error of await Promise.all(sleeping)) expect(isUnavailable(error)).toBe(true);
  // Idle ones, too.
  await assassin.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  await assassin.end();
  await expect
    .poll(() =>
      Promise.all([1, 2, 3].map(() => db.sql`select 1`)).then(
        () => "all answered",
        () => "away",
      ),
    )
    .toBe("all answered");
});
