/**
 * `npm run bench -- hub [--json] [--programs N] [--entries N] [--directory DIR]`: searching a large hub and reading a long board, on a real
 * Postgres of its own. Each figure is one whole call of core as a route makes it, one after the other, after a warm-up. The
 * peer of the search is `ilike '%word%'` on the same rows in the same run. Filling takes minutes and is not what is
 * measured: with a directory the database stays there for the next run.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { Database, Hub, Leaderboard } from "@weightsmith/core";
import { freePort, startPostgres } from "@weightsmith/embedded";
import { fillBoard, fillHub, tags, words } from "./rows.ts";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    programs: { type: "string", default: "100000" },
    entries: { type: "string", default: "10000" },
    samples: { type: "string", default: "200" },
    directory: { type: "string" },
  },
});
const programs = Number(flags.programs);
const entries = Number(flags.entries);
const samples = Number(flags.samples);
const say = (text: string) => void (flags.json ? undefined : console.log(text));

const kept = flags.directory;
const directory = kept ?? mkdtempSync(path.join(tmpdir(), "weightsmith-bench-hub-"));
const filled = path.join(directory, `filled-${programs}-${entries}`);
if (kept !== undefined) mkdirSync(kept, { recursive: true });
const server = await startPostgres({
  directory: path.join(directory, "postgres"),
  port: await freePort(0, "Postgres"),
});
const db = Database.connect(server.url, { maxConnections: 2, statementSeconds: 300 });
try {
  await Database.migrate(db);
  if (!existsSync(filled)) {
    say(`filling ${programs} programs and ${entries} entries…`);
    await fillHub(db, programs);
    await fillBoard(db, Math.min(entries, programs));
    writeFileSync(filled, "");
  }

  const queries: readonly Hub.SearchQuery[] = Array.from({ length: samples }, (_, i) => queryOf(i));
  const search = await timed(queries, (query) => Hub.search(db, query));
  const kinds = [
    "common word",
    "rare word",
    "two words",
    "beginning",
    "by score",
    "tag by downloads",
    "score above",
    "newest",
  ];
  for (const [index, kind] of kinds.entries()) {
    const own = search.filter((_, i) => i % kinds.length === index);
    say(`  ${kind.padEnd(18)} p50 ${quantile(own, 0.5)} ms, p95 ${quantile(own, 0.95)} ms`);
  }
  const peer = await timed(
    queries.filter(({ words }) => words !== undefined).slice(0, 20),
    ({ words }) =>
      db.sql`
      select id from program where public and (name ilike ${`%${words}%`} or spec ilike ${`%${words}%`})
      order by held_out_exact_match desc nulls last limit 20`,
  );
  const pages = Array.from({ length: samples }, (_, i) =>
    i % 4 === 0 ? 50 * (i % Math.max(1, entries / 50)) : 0,
  );
  const board = await timed(pages, async (offset) => {
    const cursor = offset === 0 ? {} : { cursor: Buffer.from(`rank.${offset}`).toString("base64url") };
    await Leaderboard.task(db, "bench");
    const page = await Leaderboard.entries(db, { taskId: "bench", version: 1, limit: 50, ...cursor });
    return JSON.stringify(page.items.map((ranked) => Leaderboard.entryView(ranked, undefined)));
  });
  const result = {
    programs,
    entries,
    searchP50Ms: quantile(search, 0.5),
    searchP95Ms: quantile(search, 0.95),
    ilikeP50Ms: quantile(peer, 0.5),
    searchSpeedup: round(quantile(peer, 0.5) / quantile(search, 0.5)),
    leaderboardP50Ms: quantile(board, 0.5),
    leaderboardP95Ms: quantile(board, 0.95),
  };
  if (flags.json) console.log(JSON.stringify(result));
  else for (const [name, value] of Object.entries(result)) say(`${name.padEnd(18)} ${value}`);
} finally {
  await Database.close(db);
  await server.stop();
  if (kept === undefined) rmSync(directory, { recursive: true, force: true });
}

/** What people look for: one word or several, common and rare, the beginning of one, a tag, a kind, an order. */
function queryOf(i: number): Hub.SearchQuery {
  const common = words[i % 12]!;
  const rare = words[300 + ((i * 37) % 1600)]!;
  switch (i % 8) {
    case 0:
      return { words: common };
    case 1:
      return { words: rare };
    case 2:
      return { words: `${common} ${rare}` };
    case 3:
      return { words: rare.slice(0, -1) };
    case 4:
      return { words: common, sort: "score", kind: "code" };
    case 5:
      return { tag: tags[i % tags.length]!, sort: "downloads" };
    case 6:
      return { words: `${words[i % 40]} ${words[(i * 7) % 40]}`, minScore: 0.8 };
    default:
      return { sort: "newest", kind: "loda" };
  }
}

async function timed<T>(inputs: readonly T[], call: (input: T) => Promise<unknown>): Promise<number[]> {
  for (const input of inputs.slice(0, 10)) await call(input);
  const milliseconds: number[] = [];
  for (const input of inputs) {
    const began = performance.now();
    await call(input);
    milliseconds.push(performance.now() - began);
  }
  return milliseconds;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!);
}
