/**
 * Functions of source files, for the knowledge base: every top-level function that takes parameters, with the imports
 * and the other top-level functions of its file that it calls, its words those of its name and documentation.
 */
import type { Node } from "web-tree-sitter";
import type { Language } from "../print/expression.ts";
import { openParser } from "../syntax/parser.ts";
import type { KnownFunction } from "./functions.ts";

interface Definition {
  readonly name: string;
  readonly arity: number;
  readonly source: string;
  readonly words: string;
}

const MOST_SOURCE = 20_000;

export async function extractFunctions(source: string, language: Language): Promise<KnownFunction[]> {
  const parser = await openParser(language);
  try {
    const tree = parser.parse(source);
    if (!tree) return [];
    try {
      const top = tree.rootNode.namedChildren.filter((node) => node !== null);
      const imports = top
        .filter(({ type }) => /^import/.test(type))
        .map(({ text }) => text)
        // What the sandbox has no file for would only fail there.
        .filter((text) => language === "python" && !/^from \./.test(text));
      const definitions = top.flatMap((node, at) => definitionOf(node, top[at - 1], language));
      return definitions
        .filter(({ arity, name }) => arity > 0 && !name.startsWith("_"))
        .map((own) => {
          const called = reachable(own, definitions);
          const parts = [...imports, ...called.map((one) => one.source)];
          return { name: own.name, words: own.words, arity: own.arity, [language]: parts.join("\n\n") };
        })
        .filter((one) => String(one[language]).length <= MOST_SOURCE);
    } finally {
      tree.delete();
    }
  } finally {
    parser.delete();
  }
}

function definitionOf(node: Node, before: Node | undefined, language: Language): Definition[] {
  const inner = node.type === "export_statement" ? node.childForFieldName("declaration") : node;
  if (!inner || !["function_definition", "function_declaration"].includes(inner.type)) return [];
  const name = inner.childForFieldName("name")?.text;
  const parameters = inner.childForFieldName("parameters")?.namedChildren ?? [];
  if (name === undefined) return [];
  const documentation =
    language === "python"
      ? /^\s*(?:r?"""([\s\S]*?)"""|r?'([^']*)'|r?"([^"]*)")/.exec(inner.childForFieldName("body")?.text ?? "")
      : before?.type === "comment"
        ? [before.text, before.text]
        : null;
  const told = documentation?.slice(1).find((text) => text !== undefined) ?? "";
  return [
    {
      name,
      arity: parameters.filter((one) => one !== null && one.type !== "comment").length,
      source: inner.text,
      words: `${wordsOf(name)} ${told.replace(/>>>[\s\S]*|[/*@]+/g, " ")}`
        .replace(/\s+/g, " ")
        .trim()
        .slice(0, 600),
    },
  ];
}

const wordsOf = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();

/** The definitions that one calls, directly or not, and itself last. */
function reachable(own: Definition, all: readonly Definition[]): Definition[] {
  const found = new Set<Definition>([own]);
  for (const one of found)
    for (const other of all) if (new RegExp(`\\b${other.name}\\s*\\(`).test(one.source)) found.add(other);
  return [...found].reverse();
}
