/** What questions are made of, read back from their text: options, rows of tables, readings of sensors. */

export interface Option {
  readonly letter: string;
  readonly text: string;
}

/** The listed options of a multiple-choice question, "A) text" a line; none if there are fewer than two. */
export function optionsOf(question: string): Option[] {
  const found = [...question.matchAll(/^\s*\(?([A-J])[).:]\s*(.+)$/gm)].map(([, letter, text]) => ({
    letter: letter!,
    text: text!.trim(),
  }));
  return found.length >= 2 ? found : [];
}

/** The question without its options. */
export const stemOf = (question: string): string =>
  question
    .split("\n")
    .filter((line) => !/^\s*\(?[A-J][).:]\s/.test(line))
    .join("\n");

export interface Row {
  readonly label: string;
  /** Header of a column, "" where there is one column only, and the cell's text. */
  readonly cells: readonly (readonly [header: string, value: string])[];
}

/** Rows of a context that was written as "label: header value, header value" or "label: value". */
export function rowsOf(context: string): Row[] {
  return context.split("\n").flatMap((line) => {
    const match = /^([^:]{1,80}): (.+)$/.exec(line.trim());
    if (!match) return [];
    const whole = match[2]!;
    if (!/\s/.test(whole)) return [{ label: match[1]!.trim(), cells: [["", whole]] }];
    const cells = whole.split(/, (?=\S+ \S)/).flatMap((cell): [string, string][] => {
      const at = cell.indexOf(" ");
      return at < 0 ? [] : [[cell.slice(0, at), cell.slice(at + 1)]];
    });
    return cells.length === 0 ? [] : [{ label: match[1]!.trim(), cells }];
  });
}

export interface Reading {
  readonly sensor: string;
  readonly value: number;
}

/** "kiln load 93" standing as a clause by itself. */
export function readingsOf(question: string): Reading[] {
  return question.split(/[,;\n]|\.(?=\s|$)/).flatMap((clause) => {
    const match = /^\s*([a-z][a-z ]*?) (-?\d+(?:\.\d+)?)\s*[a-z%°/]*\s*$/i.exec(clause);
    return match && !/^unit$/i.test(match[1]!)
      ? [{ sensor: match[1]!.toLowerCase(), value: Number(match[2]) }]
      : [];
  });
}
