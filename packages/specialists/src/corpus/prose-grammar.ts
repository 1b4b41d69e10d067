/**
 * Paragraphs of prose from a grammar of sentences: how the corpora that ship were written. A grammar lists words by
 * slot, and sentences by topic in an order that reads well; a paragraph takes some sentences of one topic, in order.
 *
 * `@slot: a|b`, `== topic`, and one sentence a line, in which `[a|b]` is a choice, `{slot}` a word that stays the same
 * through the paragraph, and `{slot*}` a new one each time.
 */
import { Random } from "@weightsmith/nn";

export interface ProseGrammar {
  readonly slots: ReadonlyMap<string, readonly string[]>;
  readonly topics: readonly { readonly name: string; readonly sentences: readonly string[] }[];
}

/** @throws RangeError naming the line that cannot be read, or the slot that is used and not listed */
export function parseGrammar(text: string): ProseGrammar {
  const slots = new Map<string, string[]>();
  const topics: { name: string; sentences: string[] }[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("# ")) continue;
    const slot = /^@(\w+): (.+)$/.exec(line);
    if (slot) slots.set(slot[1]!, slot[2]!.split("|"));
    else if (line.startsWith("== ")) topics.push({ name: line.slice(3), sentences: [] });
    else if (topics.length === 0) throw new RangeError(`Line ${index + 1} is a sentence before any topic.`);
    else topics.at(-1)!.sentences.push(line);
    for (const [, name] of line.matchAll(/\{(\w+)\*?\}/g)) {
      if (!slots.has(name!))
        throw new RangeError(`Line ${index + 1} uses {${name}}, which no @${name} lists.`);
    }
  }
  return { slots, topics };
}

/** One paragraph of four to eight sentences. */
export function writeParagraph({ slots, topics }: ProseGrammar, random: Random): string {
  const pick = <T>(items: readonly T[]): T => items[random.integer(items.length)]!;
  const topic = pick(topics);
  const wanted = Math.min(topic.sentences.length, 4 + random.integer(5));
  const chosen = random
    .shuffle(topic.sentences.map((_, index) => index))
    .slice(0, wanted)
    .sort((a, b) => a - b);
  const kept = new Map<string, string>();
  const word = (name: string, fresh: boolean): string => {
    const words = slots.get(name)!;
    if (fresh) return pick(words.filter((each) => each !== kept.get(name)));
    const drawn = kept.get(name) ?? pick(words);
    kept.set(name, drawn);
    return drawn;
  };
  const sentences = chosen.map((index) =>
    capitalized(
      topic.sentences[index]! // Choices do not nest, so the innermost pass is the only one.
        .replace(/\[([^\]]*)\]/g, (_, options: string) => pick(options.split("|")))
        .replace(/\{(\w+)(\*?)\}/g, (_, name: string, fresh: string) => word(name, fresh === "*"))
        // "a apple" and "a hour" come from slots; vowels decide well enough for the words listed.
        .replace(/\b([Aa]) (?=[aeiou])/g, "$1n "),
    ),
  );
  return sentences.join(" ");
}

/** Upper case at the beginning, also behind an opening quotation mark. */
function capitalized(sentence: string): string {
  return sentence.replace(/^("?)([a-z])/, (_, quote: string, letter: string) => quote + letter.toUpperCase());
}

/** Different paragraphs until there are about so many characters. */
export function* writeProse(
  grammar: ProseGrammar,
  { characters, seed }: { readonly characters: number; readonly seed: number },
): Generator<string> {
  const random = new Random(seed, "prose");
  const seen = new Set<string>();
  for (let written = 0; written < characters; ) {
    const paragraph = writeParagraph(grammar, random);
    if (seen.has(paragraph)) continue;
    seen.add(paragraph);
    written += paragraph.length + 2;
    yield paragraph;
  }
}
