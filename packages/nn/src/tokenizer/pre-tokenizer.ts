/**
 * Pre-tokenizers: how a text is cut into pieces that no merge crosses. Each has the name under which llama.cpp
 * knows it (`tokenizer.ggml.pre` of a GGUF file), so that a model tokenises alike here and there.
 *
 * Patterns are kept as a tokenizer.json holds them (Oniguruma syntax) and compiled to JavaScript: `\s` is
 * Unicode White_Space there, while JavaScript's adds U+FEFF and lacks U+0085.
 */

const gpt2 = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;
const contractions = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
const tail = String.raw`| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const llama3 = `${contractions}${String.raw`|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}`}${tail}`;
const qwen2 = `${contractions}${String.raw`|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}`}${tail}`;

/** A pre-tokenizer: its patterns in order, each cutting the pieces that the one before left. */
export interface PreTokenizer {
  /** Oniguruma patterns; every match, and every gap between matches, is a piece. */
  readonly patterns: readonly string[];
  /** Whether llama.cpp takes a piece that is itself a token whole, without merging (`ignore_merges`). */
  readonly ignoreMerges: boolean;
}

/**
 * - `gpt-2`: words, runs of digits, runs of punctuation, each with one space before.
 * - `llama-bpe` (Llama 3): digits in groups of up to three; contractions in any case; line ends apart.
 * - `qwen2`: as Llama 3, every digit alone.
 * - `smollm`: every digit alone, the rest as GPT-2.
 */
export const preTokenizers = {
  "gpt-2": { patterns: [gpt2], ignoreMerges: false },
  "llama-bpe": { patterns: [llama3], ignoreMerges: true },
  qwen2: { patterns: [qwen2], ignoreMerges: false },
  smollm: { patterns: [String.raw`\p{N}`, gpt2], ignoreMerges: false },
} as const satisfies Record<string, PreTokenizer>;

export type PreTokenizerName = keyof typeof preTokenizers;

export const preTokenizerNames = Object.keys(preTokenizers) as PreTokenizerName[];

/** The pattern that a ByteLevel pre-tokenizer applies by itself (`use_regex`). */
export const byteLevelPattern = gpt2;

const spelling = (pattern: string) => pattern.replace("(?i:'s|'t|'re|'ve|'m|'ll|'d)", contractions);

/** The name of a list of patterns, or undefined where llama.cpp has none that we know. */
export function nameOfPatterns(patterns: readonly string[]): PreTokenizerName | undefined {
  const wanted = patterns.map(spelling).join("\n");
  return preTokenizerNames.find((name) => preTokenizers[name].patterns.join("\n") === wanted);
}

/** Cuts a text into pieces; their concatenation is the text. */
export type Split = (text: string) => string[];

/** JavaScript's form of one of the patterns above; only these are translated, never an unknown one. */
function compile(pattern: string): RegExp {
  const source = pattern
    .replaceAll(String.raw`\s`, String.raw`\p{White_Space}`)
    .replaceAll(String.raw`\S`, String.raw`\P{White_Space}`);
  return new RegExp(source, "gu");
}

function splitBy(pattern: RegExp, text: string, pieces: string[]): void {
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) pieces.push(text.slice(end, match.index));
    pieces.push(match[0]);
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push(text.slice(end));
}

/** The splitting function of a named pre-tokenizer. The text must be well-formed Unicode. */
export function splitter(name: PreTokenizerName): Split {
  const patterns = preTokenizers[name].patterns.map(compile);
  const last = patterns.at(-1)!;
  // The last pattern of each matches every character, so the matches alone are the pieces.
  if (patterns.length === 1) return (text) => text.match(last) ?? [];
  return (text) => {
    let pieces = [text];
    for (const pattern of patterns.slice(0, -1)) {
      const next: string[] = [];
      for (const piece of pieces) splitBy(pattern, piece, next);
      pieces = next;
    }
    return pieces.flatMap((piece) => piece.match(last) ?? []);
  };
}
