/** A hub of any size: programs and leaderboard entries with words that are as unequally common as words are. */
import type { Database } from "@weightsmith/core";

/**
 * Rank r is drawn with probability proportional to 1/r (Zipf): a few words are everywhere, most are rare. A word is `word`
 * and its rank, which the database can make by itself.
 */
export const words = Array.from({ length: 2000 }, (_, rank) => `word${rank + 1}`);
export const tags = words.slice(0, 40);

export async function fillHub(db: Database.Database, programs: number): Promise<void> {
  await db.sql`insert into workspace (id, name, webhook_secret) values ('ws_bench', 'bench', 'whsec_')`;
  await db.sql`insert into artifact (sha256, size_bytes, media_type) values (${"a".repeat(64)}, 1000, 'application/gzip')`;
  // Filling is not what is measured: the index is made once, afterwards.
  await db.sql.unsafe("drop index program_public_search");
  await db.sql`select setseed(0.42)`;
  const batch = 10_000;
  for (let from = 0; from < programs; from += batch) {
    // e^(u·ln n) for u uniform in [0, 1) has density proportional to 1/r.
    await db.sql`
      insert into program (
        workspace_id, id, kind, name, tags, public, spec, seed, artifact_sha256, held_out_exact_match, downloads,
        created_at, published_at
      )
      select 'ws_bench', lpad(to_hex(n.n), 20, '0'), (array['weights', 'weights', 'weights', 'code', 'loda'])[1 + n.n % 5],
        (select string_agg('word' || floor(exp(random() * ln(2000)))::int, ' ') from generate_series(1, 3 + 0 * n.n) k),
        array[(${tags}::text[])[1 + (floor(random() * 40)::int + n.n) % 40]],
        true,
        (select string_agg('word' || floor(exp(random() * ln(2000)))::int, ' ') from generate_series(1, 25 + 0 * n.n) k),
        0, ${"a".repeat(64)}, random(), floor(random() * 1000)::int,
        now() - make_interval(secs => (${programs}::int - n.n)::float8), now()
      from generate_series(${from + 1}::int, ${Math.min(programs, from + batch)}::int) as n (n)`;
  }
  await db.sql.unsafe(`create index program_public_search on program using gin (search) where public`);
  await db.sql.unsafe("vacuum analyze program");
}

export async function fillBoard(db: Database.Database, entries: number): Promise<void> {
  await db.sql`
    insert into leaderboard_task (id, version, title, description, kinds, suites, public_examples, hidden_key, hidden_sha256, hidden_count)
    values ('bench', 1, 'Bench', 'A task.', array['weights'], array['text'], '[]', 'nowhere', 'none', 128)`;
  await db.sql`
    insert into leaderboard_entry (
      id, task_id, task_version, name, submitter, kind, workspace_id, program_id, correct, n, score, low, high,
      artifact_bytes, latency_milliseconds, predictions
    )
    select 'ent_' || n, 'bench', 1, 'program ' || n, 'workspace ' || n % 500, 'weights', 'ws_bench',
      lpad(to_hex(n), 20, '0'), n % 129, 128, (n % 129) / 128.0, 0, 1, 1000 + n % 77, 1 + n % 13,
      (select json_agg(json_build_object('input', i, 'expected', i, 'output', i, 'correct', true)) from generate_series(1, 48) i)
    from generate_series(1, ${entries}::int) n`;
  await db.sql.unsafe("vacuum analyze leaderboard_entry");
}
