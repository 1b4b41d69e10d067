/**
 * Whether the beginning of a program can still become one: it is completed in the few ways that beginnings need (an
 * operand, a block, closing brackets), and parsed. The parser is incremental: only what differs from the text before is
 * parsed anew.
 */
import { createRequire } from "node:module";
import { Edit, Language as Grammar, Parser, type Tree } from "web-tree-sitter";
import type { Language } from "../print/expression.ts";

const require = createRequire(import.meta.url);
const FILES: Readonly<Record<Language, string>> = {
  python: "tree-sitter-python/tree-sitter-python.wasm",
  typescript: "tree-sitter-typescript/tree-sitter-typescript.wasm",
};

let starting: Promise<void> | undefined;

/** A parser of a language; the caller deletes it. */
export async function openParser(language: Language): Promise<Parser> {
  starting ??= Parser.init();
  await starting;
  const parser = new Parser();
  parser.setLanguage(await Grammar.load(require.resolve(FILES[language])));
  return parser;
}

const CLOSERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** What may be missing where a beginning stops, likeliest first. */
const OPERANDS: Readonly<Record<Language, readonly string[]>> = {
  python: ["", "x", " x", " in x", " x in x", ": x", " else x", "=x", " for x in x", "x: x"],
  typescript: ["", "x", " x", " x = x", " of x", " x of x", "=> x", "=x", ": x", "x: x", " => x", "(x) {}"],
};

/** What is still open where a text stops. */
export interface OpenEnd {
  readonly quote: string;
  readonly escaped: boolean;
  readonly brackets: readonly { readonly open: string }[];
}

export class IncrementalParser {
  readonly #parser: Parser;
  readonly #language: Language;
  #text = "";
  #tree: Tree | undefined;
  parses = 0;

  private constructor(parser: Parser, language: Language) {
    this.#parser = parser;
    this.#language = language;
  }

  static async open(language: Language): Promise<IncrementalParser> {
    return new IncrementalParser(await openParser(language), language);
  }

  /** Whether a text is a program without errors. */
  accepts(text: string): boolean {
    this.parses++;
    const shared = sharedLength(this.#text, text);
    const before = this.#tree;
    if (before) {
      before.edit(
        new Edit({
          startIndex: shared,
          oldEndIndex: this.#text.length,
          newEndIndex: text.length,
          startPosition: positionOf(text, shared),
          oldEndPosition: positionOf(this.#text, this.#text.length),
          newEndPosition: positionOf(text, text.length),
        }),
      );
    }
    const tree = this.#parser.parse(text, before) ?? undefined;
    before?.delete();
    this.#tree = tree;
    this.#text = text;
    return tree !== undefined && !tree.rootNode.hasError;
  }

  /** Whether a beginning can be completed. */
  completable(text: string, { quote, escaped, brackets }: OpenEnd): boolean {
    const inText = quote !== "";
    const begun = inText ? `${text}${escaped ? "n" : ""}${quote}` : text;
    const closers = brackets.map(({ open }) => CLOSERS[open]!).reverse();
    for (const operand of OPERANDS[this.#language]) {
      if (inText && operand !== "" && !/^[ :=]/.test(operand)) continue;
      for (const end of this.#ends(closers)) if (this.accepts(begun + operand + end)) return true;
    }
    return false;
  }

  #ends(closers: readonly string[]): readonly string[] {
    const closed = closers.join("");
    if (this.#language === "python")
      return [closed, `${closed}:\n                          pass`, `${closed} else x`];
    // A condition's bracket wants a statement after it, a function's brackets an arrow.
    return [
      closed,
      closed.replace(")}", ");}"),
      closed.replace(")", ") => x"),
      closed.replace(")", "; x; x) x;"),
    ];
  }

  close(): void {
    this.#tree?.delete();
    this.#tree = undefined;
    this.#parser.delete();
  }
}

function sharedLength(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at;
}

function positionOf(text: string, index: number): { row: number; column: number } {
  const before = text.slice(0, index);
  const row = before.split("\n").length - 1;
  return { row, column: index - (before.lastIndexOf("\n") + 1) };
}
