// Retrieval by words: BM25 over descriptions.

/** Words, numbers and operator signs, in lower case; `a(n)` and the like say nothing and are left out. */
export function tokenize(text: string): string[] {
  return (
    text
      .toLowerCase()
      .replace(/\b[a-z]\([a-z]\)/g, " ")
      .match(/[a-z]+|\d+|[\^*/+-]/g) ?? []
  ).map((word) => (word.length > 3 && word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word));
}

export interface Hit {
  /** The place of the document in the list that the index was made of. */
  readonly document: number;
  readonly score: number;
}

/** Term saturation and length normalisation: the customary values. */
const k1 = 1.2;
const b = 0.75;

/** @see Robertson and Zaragoza 2009, "The probabilistic relevance framework: BM25 and beyond" */
export class Bm25Index {
  /** For each word the documents that hold it, and how often, alternating. */
  private readonly postings = new Map<string, number[]>();
  private readonly lengths: Float64Array;
  private readonly averageLength: number;

  constructor(documents: readonly string[]) {
    this.lengths = new Float64Array(documents.length);
    let total = 0;
    for (const [document, text] of documents.entries()) {
      const words = tokenize(text);
      this.lengths[document] = words.length;
      total += words.length;
      const counts = new Map<string, number>();
      for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
      for (const [word, count] of counts) {
        const list = this.postings.get(word);
        if (list) list.push(document, count);
        else this.postings.set(word, [document, count]);
      }
    }
    this.averageLength = documents.length === 0 ? 1 : Math.max(1, total / documents.length);
  }

  /** The best documents for a query, best first. */
  search(query: string, count: number): Hit[] {
    const documents = this.lengths.length;
    const scores = new Map<number, number>();
    for (const word of new Set(tokenize(query))) {
      const list = this.postings.get(word);
      if (!list) continue;
      const holding = list.length / 2;
      const weight = Math.log(1 + (documents - holding + 0.5) / (holding + 0.5));
      for (let i = 0; i < list.length; i += 2) {
        const document = list[i]!;
        const frequency = list[i + 1]!;
        const length = 1 - b + (b * this.lengths[document]!) / this.averageLength;
        const score = (weight * frequency * (k1 + 1)) / (frequency + k1 * length);
        scores.set(document, (scores.get(document) ?? 0) + score);
      }
    }
    return [...scores]
      .map(([document, score]): Hit => ({ document, score }))
      .sort((a, c) => c.score - a.score || a.document - c.document)
      .slice(0, count);
  }
}
