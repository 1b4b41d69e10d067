/**
 * Questions about the tables of a firm's report, in the manner of TAT-QA: a table, a question, a cell. People of the
 * firm have names of their own for some rows; who does not know them must guess.
 */
import type { Random } from "@weightsmith/nn";
import { drawNames, type Part } from "./names.ts";
import type { Question, World } from "./world.ts";

/** Tables of tasks have four rows; those that readers learn from two to four, so that they begin with simple ones. */
const rowsOfTable = { tasks: { least: 4, most: 4 }, training: { least: 2, most: 4 } } as const;
/** Questions that name the row as the table does, in percent. */
const literalPercent = 35;

export function financeWorld(part: Part, random: Random, terms = 12): World {
  const rows = drawNames("row", terms, part, random);
  const names = drawNames("term", terms, part, random);
  return {
    domain: "finance",
    facts: names.map((name, index) => ({
      subject: name,
      lesson: `${name} means ${rows[index]}`,
    })),
    draw: (draw) => question(rows, names, rowsOfTable[part], draw),
  };
}

function question(
  rows: readonly string[],
  names: readonly string[],
  { least, most }: { least: number; most: number },
  random: Random,
): Question {
  const size = least === most ? least : least + random.integer(most - least + 1);
  const shown = random.shuffle(rows.map((_, index) => index)).slice(0, size);
  const year = 2012 + random.integer(12);
  const table = shown.map((row) => {
    const value = 11 + random.integer(random.integer(3) > 0 ? 89 : 980);
    return { row, value, line: `${rows[row]}: ${value}` };
  });
  const asked = table[random.integer(table.length)]!;
  const literal = random.integer(100) < literalPercent;
  const name = literal ? rows[asked.row]! : names[asked.row]!;
  return {
    context: [`Year ${year}`, ...table.map(({ line }) => line)].join("\n"),
    question: `What was ${name}?`,
    answer: String(asked.value),
    fact: literal ? undefined : asked.row,
    why: literal ? asked.line : `${name} means ${asked.line}`,
  };
}
