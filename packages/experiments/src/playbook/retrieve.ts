/**
 * The entries of a playbook that a question needs: BM25 over words and cosine of embeddings, added after each is scaled
 * to at most 1. Entries that share no telling word and are far in both are left out, so that prompts stay short.
 * @see Robertson & Zaragoza 2009, The Probabilistic Relevance Framework: BM25 and Beyond
 */
import { cosine, embedText, wordsOf } from "../metrics/embedding.ts";
import type { Entry, Playbook } from "./playbook.ts";

export interface Retrieved {
  readonly entry: Entry;
  readonly score: number;
}

const k1 = 1.2;
const b = 0.75;
const bm25Share = 0.7;

interface Indexed {
  readonly entry: Entry;
  readonly counts: ReadonlyMap<string, number>;
  readonly length: number;
  readonly vector: Float32Array;
}

export class Retriever {
  readonly #documents: readonly Indexed[];
  readonly #frequency = new Map<string, number>();
  readonly #meanLength: number;

  constructor(playbook: Playbook) {
    this.#documents = playbook.entries.map((entry) => {
      const words = wordsOf(entry.content);
      const counts = new Map<string, number>();
      for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
      return { entry, counts, length: words.length, vector: embedText(entry.content) };
    });
    for (const { counts } of this.#documents)
      for (const word of counts.keys()) this.#frequency.set(word, (this.#frequency.get(word) ?? 0) + 1);
    this.#meanLength =
      this.#documents.reduce((sum, { length }) => sum + length, 0) / Math.max(1, this.#documents.length);
  }

  /**
   * At most k entries, best first; none below `leastScore`, nor below that share of the best.
   * @param leastScore from 0 (everything) to 1 (only the best)
   */
  top(query: string, k: number, leastScore = 0.35): Retrieved[] {
    const words = new Set(wordsOf(query));
    const vector = embedText(query);
    const lexical = this.#documents.map((document) => this.#bm25(document, words));
    const best = Math.max(...lexical, 1e-9);
    const scored = this.#documents
      .map(({ entry, vector: own }, index) => ({
        entry,
        score: (bm25Share * lexical[index]!) / best + (1 - bm25Share) * Math.max(0, cosine(vector, own)),
      }))
      .sort((x, y) => y.score - x.score || x.entry.createdAt - y.entry.createdAt);
    return scored.slice(0, k).filter(({ score }) => score >= leastScore);
  }

  #bm25({ counts, length }: Indexed, words: ReadonlySet<string>): number {
    const total = this.#documents.length;
    let sum = 0;
    for (const word of words) {
      const count = counts.get(word);
      if (count === undefined) continue;
      const containing = this.#frequency.get(word)!;
      const inverse = Math.log(1 + (total - containing + 0.5) / (containing + 0.5));
      sum += (inverse * count * (k1 + 1)) / (count + k1 * (1 - b + (b * length) / this.#meanLength));
    }
    return sum;
  }
}
