// What a LODA model learns from: the lines of a data set as items, and an endless, seeded stream of pairs made of them.
// A pair is what somebody could ask (the description, the first terms, or both) and the program.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type Pair, Random } from "@weightsmith/nn";
import { z } from "zod";
import { augmentDescription } from "../../dataset/description.ts";
import type { DatasetExample } from "../../dataset/example.ts";
import { splitNames } from "../../dataset/normal-form.ts";
import { parse } from "../../language/parse.ts";
import { parseValue } from "../../number/value.ts";
import { canonicalForm } from "../../transform/canonical.ts";
import { programTokens } from "../program-tokens.ts";
import type { LodaTokenizer } from "../tokenizer.ts";
import { mark } from "../vocabulary.ts";

const line = z.object({
  id: z.string(),
  split: z.enum(splitNames),
  description: z.string(),
  variant: z.boolean(),
  offset: z.int(),
  code: z.string(),
  terms: z.array(z.string()),
}) satisfies z.ZodType<DatasetExample>;

export interface TrainingItem {
  readonly description: string;
  readonly offset: number;
  /** In decimal, with commas. */
  readonly terms: string;
  /** The program's tokens with the end token. */
  readonly target: Uint16Array;
}

/** Sequences that so many programs call are worth knowing by number; a program that calls another one is left out. */
const leastCallers = 100;

/** Programs of about five operations: what a small model can get right to the last token. */
const shortTokens = 20;

export interface TrainingData {
  /** Short programs stand twice. */
  readonly train: readonly TrainingItem[];
  readonly validation: readonly TrainingItem[];
}

/**
 * Reads a data set for training: programs in canonical form, of at most `maxTokens` tokens; the test part is not read.
 * @throws if a line is malformed
 */
export async function readTrainingData(file: string, maxTokens: number): Promise<TrainingData> {
  const examples: DatasetExample[] = [];
  const callers = new Map<string, number>();
  for await (const text of createInterface({ input: createReadStream(file) })) {
    const example = line.parse(JSON.parse(text));
    if (example.variant || example.split === "test") continue;
    examples.push(example);
    for (const called of callsOf(example.code)) callers.set(called, (callers.get(called) ?? 0) + 1);
  }
  const parts: Record<"train" | "validation", TrainingItem[]> = { train: [], validation: [] };
  for (const { split, description, offset, code, terms } of examples) {
    if (split === "test" || callsOf(code).some((called) => callers.get(called)! < leastCallers)) continue;
    const program = canonicalForm({ ...parse(code, "pipes"), offset });
    const target = Uint16Array.from([...programTokens(program), mark.end]);
    if (target.length - 1 > maxTokens) continue;
    const item = { description, offset, terms: terms.join(), target };
    parts[split].push(item);
    if (split === "train" && target.length <= shortTokens) parts.train.push(item);
  }
  return parts;
}

function callsOf(code: string): string[] {
  return [...code.matchAll(/(?:seq|prg) \S+ (\S+)/g)].map(([, called]) => called!);
}

/** Shares of pairs that ask by description alone and by terms alone; the others ask by both. */
const descriptionShare = 0.5;
const termsShare = 0.1;
/** Share of pairs with terms that name the index of the first one. */
const offsetShare = 0.5;
const fewestTerms = 6;

/** One way to ask for an item. */
export function drawPair(item: TrainingItem, tokenizer: LodaTokenizer, random: Random): Pair {
  const kind = random.uniform();
  const terms = item.terms.split(",").map(parseValue);
  const request = {
    ...(kind < 1 - termsShare ? { description: drawDescription(item.description, random) } : {}),
    ...(kind >= descriptionShare ? { terms: drawTerms(terms, random) } : {}),
    ...(kind >= descriptionShare && random.uniform() < offsetShare ? { offset: item.offset } : {}),
  };
  return { source: tokenizer.request(request), target: item.target };
}

function drawDescription(description: string, random: Random): string {
  const variants = [description, description, ...augmentDescription(description)];
  return variants[random.integer(variants.length)]!;
}

function drawTerms<T>(terms: readonly T[], random: Random): readonly T[] {
  return terms.slice(0, fewestTerms + random.integer(Math.max(1, terms.length - fewestTerms + 1)));
}

/** Pairs `first` … `first + count − 1` of the endless stream: every item once an epoch, in an order of the epoch's. */
export class PairStream {
  private readonly items: readonly TrainingItem[];
  private readonly tokenizer: LodaTokenizer;
  private readonly seed: number;
  private order: { readonly epoch: number; readonly places: readonly number[] } | undefined;

  /** @throws RangeError without any item */
  constructor(items: readonly TrainingItem[], tokenizer: LodaTokenizer, seed: number) {
    if (items.length === 0) throw new RangeError("There is no example to learn from.");
    this.items = items;
    this.tokenizer = tokenizer;
    this.seed = seed;
  }

  take(first: number, count: number): Pair[] {
    return Array.from({ length: count }, (_, i) => {
      const number = first + i;
      const epoch = Math.floor(number / this.items.length);
      const item = this.items[this.placesOf(epoch)[number % this.items.length]!]!;
      return drawPair(item, this.tokenizer, new Random(this.seed, `pair ${number}`));
    });
  }

  private placesOf(epoch: number): readonly number[] {
    if (this.order?.epoch !== epoch) {
      const places = Array.from(this.items, (_, place) => place);
      this.order = { epoch, places: new Random(this.seed, `epoch ${epoch}`).shuffle(places) };
    }
    return this.order.places;
  }
}
