/**
 * Learns what a house calls the rows of its tables: the cells that hold the right answer, in the column that the
 * question names, say which row a term can mean; several questions narrow it down to one.
 */
import { exactMatch, normalizeText } from "../../metrics/match.ts";
import { rowsOf } from "../../tasks/form.ts";
import type { TaskItem } from "../../tasks/item.ts";
import type { Inducer, Teaching } from "./evidence.ts";

const functionWords = new Set(
  "what was were is are the a an in of for did how much many which year at on by".split(" "),
);

export function aliasInducer(): Inducer {
  /** term → rows that it may mean */
  const candidates = new Map<string, ReadonlySet<string>>();
  return {
    learn({ context, question }: TaskItem, gold: string): Teaching | undefined {
      const rows = rowsOf(context);
      if (rows.length < 2) return undefined;
      const asked = normalizeText(question);
      const named = (header: string) => header === "" || asked.split(" ").includes(normalizeText(header));
      const holding = rows.filter(({ cells }) =>
        cells.some(([header, value]) => named(header) && exactMatch(gold, value)),
      );
      const term = termOf(
        asked,
        new Set(rows.flatMap(({ cells }) => cells.map(([header]) => normalizeText(header)))),
      );
      if (holding.length === 0 || term === "") return undefined;
      const labels = rows.map(({ label }) => normalizeText(label));
      if (labels.includes(term)) return { lessons: [], withdrawn: [] };
      const here = new Set(holding.map(({ label }) => label));
      const before = candidates.get(term);
      const both = before && [...here].filter((label) => before.has(label));
      // Contradicting evidence: the newest counts.
      const possible = new Set(both && both.length > 0 ? both : here);
      candidates.set(term, possible);
      const key = `alias ${term}`;
      if (possible.size !== 1) return { lessons: [], withdrawn: before?.size === 1 ? [key] : [] };
      return {
        lessons: [{ section: "terms", key, content: `${term} means ${[...possible][0]}` }],
        withdrawn: [],
      };
    },
  };
}

/** The longest run of words that are neither function words nor headers. */
function termOf(question: string, headers: ReadonlySet<string>): string {
  const runs: string[][] = [[]];
  for (const word of question.split(" ")) {
    if (functionWords.has(word) || headers.has(word)) runs.push([]);
    else runs.at(-1)!.push(word);
  }
  return runs.reduce((best, run) => (run.length > best.length ? run : best), []).join(" ");
}
