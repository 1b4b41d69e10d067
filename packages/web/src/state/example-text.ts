/** Examples out of pasted or uploaded text: JSON Lines, or CSV/TSV with the input first and the output second. */
import { type Example, parseExampleLines } from "@weightsmith/contract";

/** @throws AppError for malformed JSON Lines, naming the line; Error for CSV rows that have no two cells */
export function parseExamples(text: string): Example[] {
  const first = text.trimStart()[0];
  if (first === "{") return parseExampleLines(text).map(({ input, output }) => ({ input, output }));
  const rows = parseSeparated(text, text.includes("\t") ? "\t" : ",");
  const [head, ...rest] = rows;
  const named = head?.[0]?.trim().toLowerCase() === "input" && head[1]?.trim().toLowerCase() === "output";
  return (named ? rest : rows).map((cells, index) => {
    const [input, output] = cells;
    if (input === undefined || output === undefined || cells.length > 2) {
      throw new Error(
        `Row ${index + (named ? 2 : 1)} has ${cells.length} cells; expected two, the input and the output. Put a cell with commas in double quotes, or use tabs or JSON Lines.`,
      );
    }
    return { input, output };
  });
}

/** RFC 4180: quoted cells may hold separators, line ends and doubled quotes. */
function parseSeparated(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const endRow = () => {
    row.push(cell);
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
    cell = "";
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (character === '"' && cell === "") quoted = true;
    else if (character === separator) {
      row.push(cell);
      cell = "";
    } else if (character === "\n") endRow();
    else if (character !== "\r") cell += character;
  }
  endRow();
  return rows;
}
