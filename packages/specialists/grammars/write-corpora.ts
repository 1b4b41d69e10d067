/** Writes the corpora that ship from the grammars beside this file: `node packages/specialists/grammars/write-corpora.ts`. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseGrammar, writeProse } from "../src/corpus/prose-grammar.ts";

const sizes = { general: 480_000, datascience: 300_000, businessadvisor: 300_000 };
const filesEach = 3;

for (const [seed, [name, characters]] of Object.entries(sizes).entries()) {
  const grammar = parseGrammar(readFileSync(path.join(import.meta.dirname, `${name}.txt`), "utf8"));
  const paragraphs = [...writeProse(grammar, { characters, seed: seed + 1 })];
  const folder = path.join(import.meta.dirname, "../corpora", name);
  mkdirSync(folder, { recursive: true });
  const share = Math.ceil(paragraphs.length / filesEach);
  for (let part = 0; part < filesEach; part++) {
    const text = paragraphs.slice(part * share, (part + 1) * share).join("\n\n");
    writeFileSync(path.join(folder, `${name}-${part + 1}.txt`), `${text}\n`);
  }
}
