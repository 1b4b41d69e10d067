// Tables read as sequences: triangles by rows, square arrays by antidiagonals.
import { binary, call, type Expression, num, substitute, variable } from "../expression.ts";
import { parseFormula } from "../parse-formula.ts";
import { directProgram, mentions } from "../programs.ts";
import { type FormulaOptions, type FormulaProgram, knownOf } from "./reading.ts";

const n = variable("n");

/** T(n, k) with k from 0 (or 1) to n, read by rows, or from arrays by antidiagonals. */
export function readTable(text: string, options: FormulaOptions): FormulaProgram[] {
  const entry = /^triangle whose \((?:i,\s*j|n,\s*k)\)-th entry is\s+(.*)$/i.exec(text);
  const match = entry
    ? undefined
    : /\b(?:triangle|triangular|array|table|T\(n,\s*k\))\b.*?\b([A-Z])\(([a-z]),\s*([a-z])\)\s*(?:=|is)\s*(.*)$/i.exec(
        text,
      );
  if (!entry && !match) return [];
  const source = (entry ? entry[1] : match![4])!;
  const [row, column] = entry
    ? /i,\s*j/.test(entry[0])
      ? ["i", "j"]
      : ["n", "k"]
    : [match![2]!, match![3]!];
  const { expression, rest } = parseFormula(source, "");
  if (
    !/^\s*(?:$|[.,;:=]|\(?\s*(?:for|with|where|read|by|if|and|n|k|\d))/i.test(rest) ||
    !mentions(expression, column!)
  )
    return [];
  // Names of their own keep what is put in from being replaced again.
  const entryAt = (r: Expression, c: Expression) =>
    put(put(put(put(expression, row!, variable("#r")), column!, variable("#c")), "#r", r), "#c", c);
  const ones = new RegExp(
    `\\b1\\s*<=\\s*(?:${row}|${column})|\\b(?:${row}|${column})\\s*=\\s*1\\s*\\.\\.|\\b(?:${row}|${column})(?:,\\s*[a-z])?\\s*(?:>=\\s*1|>\\s*0)`,
  ).test(text);
  const reading = `the table ${source.slice(0, source.length - rest.length).trim()}`;
  const firsts = ones ? [1, 0] : [0, 1];
  const make = /antidiagonal/i.test(text) ? antidiagonals(text, entryAt) : rows(entryAt);
  return firsts.flatMap((first) =>
    make.map((at) => {
      const offset = options.offset ?? first;
      return {
        program: directProgram(at(place(offset), first), { offset, known: knownOf(options) }),
        reading,
      };
    }),
  );
}

type Entry = (row: Expression, column: Expression) => Expression;
type Placed = (at: Place, first: number) => Expression;

const put = substitute;

/** Row and column, both from 0 on, of the entry of a triangle that stands at a term's place. */
interface Place {
  readonly row: Expression;
  readonly column: Expression;
}

function place(offset: number): Place {
  const at = binary("-", n, num(offset));
  const root = call("floor", call("sqrt", binary("+", binary("*", num(8), at), num(1))));
  const row = call("floor", binary("/", binary("-", root, num(1)), num(2)));
  const before = binary("/", binary("*", row, binary("+", row, num(1))), num(2));
  return { row, column: binary("-", at, before) };
}

const from = (index: Expression, first: number) => (first === 0 ? index : binary("+", index, num(first)));

function rows(entry: Entry): Placed[] {
  return [({ row, column }, first) => entry(from(row, first), from(column, first))];
}

/** Downwards, the column grows along an antidiagonal; upwards, the row does. */
function antidiagonals(text: string, entry: Entry): Placed[] {
  const rowFalls: Placed = ({ row, column }, first) =>
    entry(from(binary("-", row, column), first), from(column, first));
  const rowGrows: Placed = ({ row, column }, first) =>
    entry(from(column, first), from(binary("-", row, column), first));
  return /descending|downward/i.test(text) ? [rowGrows, rowFalls] : [rowFalls, rowGrows];
}
