// Where a library is kept between runs: reading 140,000 program files takes a minute, reading one file two seconds.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import path from "node:path";

/** The cache file of a programs folder: another one as soon as a file was added to it or removed from it. */
export function libraryCacheFile(cacheFolder: string, root: string): string {
  const top = path.join(path.resolve(root), "oeis");
  const hash = createHash("sha256").update(top);
  for (const name of readdirSync(top).sort())
    hash.update(`${name} ${statSync(path.join(top, name)).mtimeMs}\n`);
  mkdirSync(cacheFolder, { recursive: true });
  return path.join(cacheFolder, `loda-library-${hash.digest("hex").slice(0, 16)}.tsv`);
}
