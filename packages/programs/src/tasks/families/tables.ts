/** Rows and columns: comma separated values, tab separated, Markdown. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { city, firstName, product } from "../vocabulary/names.ts";
import { count, ordinal, separator } from "../vocabulary/wording.ts";
import { plain, thing } from "../vocabulary/words.ts";
import { type Value, valueFor } from "./json.ts";

/** The cells of a row: names, words, numbers. */
function cells(random: Random, least: number, most: number): string[] {
  return random.many(random.upTo(least, most), () => {
    const kind = random.int(6);
    if (kind === 0) return firstName(random);
    if (kind === 1) return city(random);
    if (kind === 2) return String(random.int(1000));
    if (kind === 3) return product(random);
    return plain(random);
  });
}

const columnMarks = [",", ";", "|", "\t", ", "] as const;
const columnNames: Readonly<Record<string, string>> = {
  ",": "commas",
  ";": "semicolons",
  "|": "pipes",
  "\t": "tabs",
  ", ": "a comma and a space",
};
const columns = ["name", "age", "city", "price", "qty", "color", "id", "year", "status", "code"];

/** A header and `rows` rows with values that suit it. */
function table(random: Random, header: readonly string[], rows: number): string[][] {
  return random.many(rows, () => header.map((key) => String(valueFor(key, random) as Value)));
}

const asNumbers = (text: string) => text.split("\n").map((row) => row.split(","));

export const tables = families("tables", {
  "nth-column": {
    specs: [
      "[return|give] the {nth} column[, columns are separated by {name}|]",
      "row with {name} between the cells: the {nth} cell",
      "field number {n} of the {name} separated row",
    ],
    draw: (r) => {
      const mark = r.pick(columnMarks);
      const n = r.int(3);
      return {
        say: { nth: ordinal(r, n), n: String(n + 1), name: columnNames[mark] as string },
        note: r.chance(0.6) ? `cells are separated by ${columnNames[mark]}` : undefined,
        input: (q) => cells(q, n + 1, n + 3).join(mark),
        output: (s) => s.split(mark)[n] as string,
      };
    },
  },
  "change-columns": {
    specs: [
      "[convert|rewrite] the row: cells separated by {from} become separated by {to}",
      "{from} to {to}",
      "replace the column separator: {from} -> {to}",
    ],
    draw: (r) => {
      const [from, to] = r.sample(columnMarks, 2) as [string, string];
      return {
        say: { from: columnNames[from] as string, to: columnNames[to] as string },
        input: (q) => cells(q, 2, 4).join(from),
        output: (s) => s.split(from).join(to),
      };
    },
  },
  "row-to-json": {
    specs: [
      "the row holds {header}: return a JSON object",
      "CSV row ({header}) -> JSON with string values",
      "columns {header}: make JSON from the row",
    ],
    draw: (r) => {
      const header = r.sample(columns, r.between(2, 3));
      return {
        say: { header: header.join(", ") },
        note: "all values are strings, no spaces between them",
        pair: (q) => {
          const [row] = table(q, header, 1) as [string[]];
          return [row.join(","), JSON.stringify(Object.fromEntries(header.map((key, i) => [key, row[i]])))];
        },
      };
    },
  },
  "cell-by-header": {
    specs: [
      "first line is the header: [return|give] the {key} of the row",
      "CSV with header: the value in column {key}",
      "look up {key} in the two-line table",
    ],
    draw: (r) => {
      const key = r.pick(columns);
      const mark = r.pick([",", ";", "|"]);
      return {
        say: { key },
        pair: (q) => {
          const header = q.shuffle([
            key,
            ...q.sample(
              columns.filter((name) => name !== key),
              q.upTo(1, 2),
            ),
          ]);
          const [row] = table(q, header, 1) as [string[]];
          return [`${header.join(mark)}\n${row.join(mark)}`, row[header.indexOf(key)] as string];
        },
      };
    },
  },
  "column-of-all": {
    specs: [
      "[return|list] the {nth} column of all rows, separated by {name}",
      "rows on lines, cells with commas: the {nth} cells joined by {name}",
      "column {n} of the CSV ({name} between)",
    ],
    draw: (r) => {
      const n = r.int(2);
      const { mark, name } = separator(r, [", ", ";", " | ", "\n"]);
      return {
        say: { nth: ordinal(r, n), n: String(n + 1), name },
        input: (q) => q.many(q.upTo(2, 3), () => cells(q, 2, 2).join(",")).join("\n"),
        output: (s) =>
          asNumbers(s)
            .map((row) => row[n])
            .join(mark),
      };
    },
  },
  "count-columns": {
    specs: [
      "how many columns has the row[, separated by {name}|] ({name} between cells)",
      "count the cells (separator: {name})",
      "number of fields separated by {name}",
    ],
    draw: (r) => {
      const mark = r.pick(columnMarks);
      return {
        say: { name: columnNames[mark] as string },
        input: (q) => cells(q, 1, 6).join(mark),
        output: (s) => String(s.split(mark).length),
      };
    },
  },
  "count-rows": {
    specs: [
      "how many rows has the table[, not counting the header|] (the first line is the header)",
      "count the data lines below the header",
      "number of records; line one is the header",
    ],
    input: (r) => {
      const header = r.sample(columns, 2);
      return [header, ...table(r, header, r.upTo(1, 4))].map((row) => row.join(",")).join("\n");
    },
    output: (s) => String(s.split("\n").length - 1),
  },
  "swap-columns": {
    specs: [
      "swap the two columns[ (separator {name})|] separated by {name}",
      "second cell first, first cell second; {name} between",
      "exchange the cells around the {name}",
    ],
    draw: (r) => {
      const mark = r.pick(columnMarks);
      return {
        say: { name: columnNames[mark] as string },
        input: (q) => cells(q, 2, 2).join(mark),
        output: (s) => s.split(mark).reverse().join(mark),
      };
    },
  },
  "drop-column": {
    specs: [
      "remove the {nth} column[; cells are separated by {name}|] (separator: {name})",
      "the row without its {nth} cell ({name} between cells)",
      "delete cell {n}; separator: {name}",
    ],
    draw: (r) => {
      const mark = r.pick(columnMarks);
      const n = r.int(3);
      return {
        say: { nth: ordinal(r, n), n: String(n + 1), name: columnNames[mark] as string },
        input: (q) => cells(q, Math.max(2, n + 1), n + 3).join(mark),
        output: (s) => s.split(mark).toSpliced(n, 1).join(mark),
      };
    },
  },
  "keep-columns": {
    specs: [
      "keep columns {a} and {b}[ of the comma separated row|], in this order",
      "cells {a} and {b} of the row, separated by a comma",
      "reduce the CSV row to fields {a},{b}",
    ],
    draw: (r) => {
      const [a, b] = r.sample([1, 2, 3], 2) as [number, number];
      return {
        say: { a: String(a), b: String(b) },
        input: (q) => cells(q, 3, 4).join(","),
        output: (s) => {
          const row = s.split(",");
          return `${row[a - 1]},${row[b - 1]}`;
        },
      };
    },
  },
  "markdown-to-csv": {
    specs: [
      "Markdown table row to CSV",
      "| a | b | -> a,b",
      "take the cells out of the pipes, separated by commas",
    ],
    input: (r) => `| ${cells(r, 2, 4).join(" | ")} |`,
    output: (s) => s.slice(2, -2).split(" | ").join(","),
  },
  "csv-to-markdown": {
    specs: ["CSV row to a Markdown table row", "a,b -> | a | b |", "write the cells as | a | b |"],
    input: (r) => cells(r, 2, 4).join(","),
    output: (s) => `| ${s.split(",").join(" | ")} |`,
  },
  "html-row": {
    specs: [
      "make an HTML table row of the comma separated cells",
      "a,b -> <tr><td>a</td><td>b</td></tr>",
      "wrap each cell in td and all in tr",
    ],
    input: (r) => cells(r, 1, 3).join(","),
    output: (s) =>
      `<tr>${s
        .split(",")
        .map((cell) => `<td>${cell}</td>`)
        .join("")}</tr>`,
  },
  "quote-cells": {
    specs: ["put every cell in double quotes[, commas between|]", 'a,b -> "a","b"', "quote the CSV fields"],
    input: (r) => cells(r, 1, 4).join(","),
    output: (s) =>
      s
        .split(",")
        .map((cell) => `"${cell}"`)
        .join(","),
  },
  "unquote-cells": {
    specs: ["remove the double quotes around the cells", '"a","b" -> a,b', "unquote the CSV fields"],
    input: (r) =>
      cells(r, 1, 4)
        .map((cell) => (r.chance(0.8) ? `"${cell}"` : cell))
        .join(","),
    output: (s) => s.replaceAll('"', ""),
  },
  "trim-cells": {
    specs: [
      "remove the spaces around the cells[ (separator: {name})|], cells are separated by {name}",
      "trim each cell; separator: {name}",
      "clean the row: no spaces beside {name}",
    ],
    draw: (r) => {
      const mark = r.pick([",", ";", "|"]);
      return {
        say: { name: columnNames[mark] as string },
        input: (q) =>
          cells(q, 2, 4)
            .map((cell) => q.pick(["", " ", "  "]) + cell + q.pick(["", " "]))
            .join(mark),
        output: (s) =>
          s
            .split(mark)
            .map((cell) => cell.trim())
            .join(mark),
      };
    },
  },
  "row-with": {
    specs: [
      "[return|find] the line whose first cell is {key}",
      "which row starts with {key}",
      "lines 'x,y': the one for {key}",
    ],
    draw: (r) => {
      const key = thing(r);
      return {
        say: { key },
        pair: (q) => {
          const rows = q
            .many(q.upTo(1, 3), () => `${plain(q)},${q.int(100)}`)
            .filter((row) => !row.startsWith(`${key},`));
          const wanted = `${key},${q.int(100)}`;
          rows.splice(q.int(rows.length + 1), 0, wanted);
          return [rows.join("\n"), wanted];
        },
      };
    },
  },
  "lookup-row": {
    specs: [
      "lines 'name,number': the number of {key}",
      "look up {key} in the lines and return the second cell",
      "value of {key} in the two-column table",
    ],
    draw: (r) => {
      const key = thing(r);
      return {
        say: { key },
        pair: (q) => {
          const rows = q
            .many(q.upTo(1, 3), () => `${plain(q)},${q.int(100)}`)
            .filter((row) => !row.startsWith(`${key},`));
          const value = String(q.int(100));
          rows.splice(q.int(rows.length + 1), 0, `${key},${value}`);
          return [rows.join("\n"), value];
        },
      };
    },
  },
  "best-row": {
    specs: [
      "lines 'name,number': the name with the {which} number",
      "who has the {which} number",
      "first cell of the row with the {which} second cell",
    ],
    draw: (r) => {
      const most = r.chance(0.6);
      return {
        say: { which: most ? r.pick(["highest", "largest"]) : r.pick(["lowest", "smallest"]) },
        pair: (q) => {
          const scores = q.distinct(q.upTo(2, 3), () => q.int(100));
          const rows = scores.map((score) => [firstName(q), score] as const);
          const best = rows.reduce((a, b) => ((most ? b[1] > a[1] : b[1] < a[1]) ? b : a));
          return [rows.map(([name, score]) => `${name},${score}`).join("\n"), best[0]];
        },
      };
    },
  },
  "head-lines": {
    specs: ["keep the first {n} lines", "only the first {n} rows", "cut after {n} lines"],
    draw: (r) => {
      const n = r.between(2, 3);
      return {
        say: { n: count(r, n) },
        input: (q) => q.many(q.upTo(n, n + 2), () => cells(q, 1, 2).join(",")).join("\n"),
        output: (s) => s.split("\n").slice(0, n).join("\n"),
      };
    },
  },
  "skip-header": {
    specs: ["remove the header line", "everything below the first line", "drop line one"],
    input: (r) => {
      const header = r.sample(columns, 2);
      return [header, ...table(r, header, r.upTo(1, 2))].map((row) => row.join(",")).join("\n");
    },
    output: (s) => s.slice(s.indexOf("\n") + 1),
  },
  transpose: {
    specs: [
      "turn the columns into rows: two lines of cells become lines 'a,b'",
      "transpose the two-line table",
      "pair the cells of line one and line two",
    ],
    input: (r) => {
      const n = r.upTo(2, 3);
      return `${cells(r, n, n).join(",")}\n${r.many(n, () => r.int(100)).join(",")}`;
    },
    output: (s) => {
      const [top, bottom] = asNumbers(s) as [string[], string[]];
      return top.map((cell, i) => `${cell},${bottom[i]}`).join("\n");
    },
  },
});
