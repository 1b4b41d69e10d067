/**
 * The lexical side of a function's body, one character at a time: brackets and quotes that must match, words that must be
 * (or may become) keywords, names in scope or attributes. States never change, so that beams can branch. What it lets
 * through is a superset of the language; the parser rules on the rest.
 */
import type { Language } from "../print/expression.ts";
import { bindersOf, globalsOf, keywordsOf } from "./names.ts";

export interface ScanState {
  readonly language: Language;
  /** Open brackets, outermost first, each with names used in it that a comprehension has still to bind. */
  readonly brackets: readonly { readonly open: string; readonly unbound: readonly string[] }[];
  /** The quote of the text that is open. */
  readonly quote: string;
  readonly escaped: boolean;
  /** A word that may still go on. */
  readonly word: string;
  /** What stood before the word: nothing on its line, a dot, or anything else. */
  readonly before: "line" | "dot" | "other";
  /** After `for`, `lambda`, `const` …: words are new names. */
  readonly binding: boolean;
  /** A word that began a line and is not in scope: only an assignment may follow. */
  readonly assigned: string;
  readonly scope: ReadonlySet<string>;
  /** The last character that is no space; "" at the beginning of a line. */
  readonly last: string;
  /** Spaces at the beginning of the line so far; -1 after them. */
  readonly indent: number;
  readonly comment: boolean;
}

const OPENING = "([{";
const CLOSING: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
const isWord = (c: string): boolean => /[A-Za-z0-9_]/.test(c);
const MOST_INDENT = 24;
const MOST_LETTERS = 32;
const MOST_NEW_LETTERS = 10;
/** After these a binding has its names. */
const BOUND: ReadonlySet<string> = new Set(["in", "of", "="]);

/** @param scope the parameters and the function's own name */
export function startScan(language: Language, scope: readonly string[]): ScanState {
  return {
    language,
    brackets: [],
    quote: "",
    escaped: false,
    word: "",
    before: "line",
    binding: false,
    assigned: "",
    scope: new Set(scope),
    last: "",
    indent: 0,
    comment: false,
  };
}

/** The state after a character, or undefined if no program goes on so. */
export function scan(state: ScanState, character: string): ScanState | undefined {
  if (state.quote !== "") return insideText(state, character);
  if (state.comment) return character === "\n" ? newLine({ ...state, comment: false }) : state;
  if (isWord(character)) return insideWord(state, character);
  const ended = endWord(state);
  if (!ended) return undefined;
  if (character === " ") return space(ended);
  if (character === "\n") return ended.language === "python" ? newLine(ended) : typescriptLine(ended);
  if (character === "\t" || character === "\r" || character > "~") return undefined;
  const marked = mark(ended, character);
  if (!marked) return undefined;
  const { assigned } = marked;
  // What is not in scope where a line begins is about to be assigned.
  if (assigned !== "" && ended.assigned !== "") {
    if (character === "," && ended.language === "python" && ended.brackets.length === 0)
      return { ...marked, assigned: "", scope: added(marked.scope, assigned), binding: true };
    if (character !== "=") return undefined;
    return { ...marked, assigned: "", scope: added(marked.scope, assigned) };
  }
  return marked;
}

const added = (scope: ReadonlySet<string>, name: string): ReadonlySet<string> =>
  scope.has(name) ? scope : new Set([...scope, name]);

function insideText(state: ScanState, character: string): ScanState | undefined {
  if (character === "\n" && state.quote !== "`") return undefined;
  if (state.escaped) return { ...state, escaped: false };
  if (character === "\\") return { ...state, escaped: true };
  return character === state.quote ? { ...state, quote: "", last: character } : state;
}

function insideWord(state: ScanState, character: string): ScanState | undefined {
  const { language, scope, word } = state;
  if (word === "") {
    // After a name, a number or a closing mark only an operator or a keyword may stand, and not without a space.
    if (/[)\]}"'`]/.test(state.last) && state.indent === -1 && !spaced(state)) return undefined;
    if (state.assigned !== "") return undefined;
  }
  const next = word + character;
  const begun: ScanState = { ...state, word: next, indent: -1 };
  if (/^\d/.test(next)) return /^\d+$/.test(next) && !state.binding ? begun : undefined;
  if (next.length > MOST_LETTERS) return undefined;
  if (state.before === "dot" || state.binding || (state.before === "line" && language === "python"))
    return begun;
  // A comprehension binds after use, an arrow function's parameters look like operands: new names may come in brackets.
  if (state.brackets.length > 0 && next.length <= MOST_NEW_LETTERS) return begun;
  return mayBecome(next, scope, language) ? begun : undefined;
}

/** Set by `space`: a blank between two words. */
const spaced = (state: ScanState): boolean => state.last.endsWith(" ");

function mayBecome(prefix: string, scope: ReadonlySet<string>, language: Language): boolean {
  for (const set of [scope, keywordsOf(language), globalsOf(language)])
    for (const name of set) if (name.startsWith(prefix)) return true;
  return false;
}

function endWord(state: ScanState): ScanState | undefined {
  const { word, language, scope, before } = state;
  if (word === "") return state;
  const after: ScanState = { ...state, word: "", last: "a", before: "other" };
  if (/^\d/.test(word)) return after;
  if (before === "dot") return after;
  if (keywordsOf(language).has(word)) {
    if (BOUND.has(word)) return { ...after, binding: false, last: "k" };
    if (state.binding) return undefined;
    return { ...after, binding: bindersOf(language).has(word), last: "k" };
  }
  if (state.binding) {
    return {
      ...after,
      scope: added(scope, word),
      brackets: state.brackets.map((one) => ({
        ...one,
        unbound: one.unbound.filter((name) => name !== word),
      })),
    };
  }
  if (scope.has(word) || globalsOf(language).has(word)) return after;
  if (before === "line" && state.brackets.length === 0)
    return language === "python" ? { ...after, assigned: word } : undefined;
  const innermost = state.brackets.at(-1);
  if (!innermost) return undefined;
  return {
    ...after,
    brackets: [...state.brackets.slice(0, -1), { ...innermost, unbound: [...innermost.unbound, word] }],
  };
}

function space(state: ScanState): ScanState | undefined {
  if (state.indent >= 0)
    return state.indent < MOST_INDENT ? { ...state, indent: state.indent + 1 } : undefined;
  if (spaced(state)) return undefined;
  return { ...state, last: `${state.last} ` };
}

function newLine(state: ScanState): ScanState | undefined {
  if (state.assigned !== "") return undefined;
  if (state.brackets.length > 0) return { ...state, last: `${state.last.trim()} ` };
  return { ...state, before: "line", binding: false, last: "", indent: 0 };
}

function typescriptLine(state: ScanState): ScanState {
  const inside = state.brackets.some(({ open }) => open !== "{");
  return { ...state, before: inside ? state.before : "line", last: "", indent: 0 };
}

function mark(state: ScanState, character: string): ScanState | undefined {
  const { language, brackets } = state;
  const next: ScanState = {
    ...state,
    last: character,
    indent: -1,
    before: character === "." ? "dot" : "other",
    binding: state.binding && ",([{".includes(character),
  };
  const called = brackets.at(-1);
  if (character === "=" && called !== undefined && state.last.trim() === "a" && called.unbound.length > 0) {
    // The name of an argument.
    const inner = { ...called, unbound: called.unbound.slice(0, -1) };
    return { ...next, brackets: [...brackets.slice(0, -1), inner] };
  }
  if (character === "#") return language === "python" ? { ...state, comment: true } : undefined;
  if (character === "/" && state.last === "/" && language === "typescript")
    return { ...state, comment: true };
  if (character === '"' || character === "'" || (character === "`" && language === "typescript"))
    return state.last === "a" ? undefined : { ...next, quote: character };
  if (OPENING.includes(character))
    return { ...next, brackets: [...brackets, { open: character, unbound: [] }] };
  const open = CLOSING[character];
  if (open !== undefined) {
    const innermost = brackets.at(-1);
    if (innermost?.open !== open) return undefined;
    const { unbound } = innermost;
    const outer = brackets.slice(0, -1);
    // Arrow functions bind what their brackets hold: the parser sees to those.
    if (unbound.length > 0 && language === "python") {
      const around = outer.at(-1);
      if (!around) return undefined;
      return {
        ...next,
        brackets: [...outer.slice(0, -1), { ...around, unbound: [...around.unbound, ...unbound] }],
      };
    }
    return { ...next, brackets: outer };
  }
  if (language === "python" && "$?`;".includes(character)) return undefined;
  if (language === "typescript" && "@#".includes(character)) return undefined;
  if (character === ";" && language === "typescript") return { ...next, before: "line" };
  return next;
}
