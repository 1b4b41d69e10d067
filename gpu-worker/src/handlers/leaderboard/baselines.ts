/**
 * Rules that know nothing but a task's public examples: the first entries of each board, measured on the hidden examples
 * like any other. What does not beat them has learnt nothing.
 */
import type { Example } from "@weightsmith/contract";

export interface Baseline {
  readonly name: string;
  /** Learns from the public examples and answers inputs. */
  readonly learn: (examples: readonly Example[]) => (input: string) => string;
}

const mostCommon: Baseline = {
  name: "Most common answer",
  learn: (examples) => {
    const counts = new Map<string, number>();
    for (const { output } of examples) counts.set(output, (counts.get(output) ?? 0) + 1);
    const [answer = ""] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0] ?? [];
    return () => answer;
  },
};

const nearest: Baseline = {
  name: "Nearest example",
  learn: (examples) => (input) => {
    let best: { readonly output: string; readonly distance: number } = { output: "", distance: Infinity };
    for (const example of examples) {
      const distance = editDistance(input, example.input);
      if (distance < best.distance) best = { output: example.output, distance };
    }
    return best.output;
  },
};

const copy: Baseline = { name: "Copy of the input", learn: () => (input) => input };

/** The polynomial of least degree through the given terms, by Newton's forward differences: Σ Δᵏa(0)·C(n, k). */
const polynomial: Baseline = {
  name: "Polynomial through the terms",
  learn: (examples) => {
    let row = examples.map(({ output }) => BigInt(output));
    const leading: bigint[] = [];
    while (row.length > 0) {
      leading.push(row[0]!);
      row = row.slice(1).map((value, i) => value - row[i]!);
    }
    return (input) => {
      const n = BigInt(input);
      let sum = 0n;
      let binomial = 1n;
      for (const [k, difference] of leading.entries()) {
        sum += difference * binomial;
        binomial = (binomial * (n - BigInt(k))) / BigInt(k + 1);
      }
      return String(sum);
    };
  },
};

const lastTerm: Baseline = {
  name: "The last known term",
  learn: (examples) => () => examples.at(-1)?.output ?? "0",
};

export function baselinesFor(suite: string): readonly Baseline[] {
  if (suite === "sequences") return [polynomial, lastTerm];
  return suite === "text" ? [nearest, mostCommon, copy] : [nearest, mostCommon];
}

/** Levenshtein distance in UTF-16 code units, one row at a time. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
