/**
 * Whether an answer is the wanted one: exact match after normalisation, numeric tolerance, options, token F1, TAT-QA's
 * measures, and similarity for partial credit. Everything is a share from 0 to 1.
 */
import { optionsOf } from "../tasks/form.ts";
import { cosine, embedText } from "./embedding.ts";
import { parseQuantity, sameQuantity } from "./quantity.ts";

/** Lower case, without articles, punctuation and extra white space. */
export function normalizeText(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[‘’“”"'`]/g, "")
    .replace(/(?<=\d),(?=\d{3})/g, "")
    .replace(/(?<!\d)[.](?!\d)|[.](?!\d)|[^\p{L}\p{N}.%$€£\s+-]/gu, " ")
    .replace(/\b(a|an|the)\b/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** Equal as numbers where both are numbers, else equal as normalised texts. */
export function exactMatch(gold: string, pred: string): boolean {
  const [wanted, got] = [parseQuantity(gold), parseQuantity(pred)];
  if (wanted && got) return sameQuantity(wanted, got);
  return normalizeText(gold) === normalizeText(pred);
}

/** Relative difference of at most `tolerance`. Texts that are no numbers fall back to `exactMatch`. */
export function numericMatch(gold: string, pred: string, tolerance = 0.01): boolean {
  const [wanted, got] = [parseQuantity(gold), parseQuantity(pred)];
  return wanted && got ? sameQuantity(wanted, got, tolerance) : exactMatch(gold, pred);
}

/** Exact match, or for a multiple-choice question the letter, "letter) text" or text of the right option. */
export function isCorrect(question: string, gold: string, pred: string): boolean {
  if (exactMatch(gold, pred)) return true;
  const options = optionsOf(question);
  if (options.length === 0) return false;
  const wanted = chosen(options, gold);
  return wanted !== undefined && chosen(options, pred) === wanted;
}

function chosen(options: readonly { letter: string; text: string }[], answer: string): string | undefined {
  const byText = options.find(({ text }) => exactMatch(text, answer));
  if (byText) return byText.letter;
  const letter = /^\s*\(?([A-Ja-j])(?:[).:]|\s*$)/.exec(answer)?.[1]?.toUpperCase();
  return options.some((option) => option.letter === letter) ? letter : undefined;
}

const tokens = (text: string): string[] => normalizeText(text).split(" ").filter(Boolean);

/** 2·P·R / (P + R) over the words of both, counted as often as they occur. */
export function tokenF1(gold: string, pred: string): number {
  const [wanted, got] = [tokens(gold), tokens(pred)];
  if (wanted.length === 0 || got.length === 0) return wanted.length === got.length ? 1 : 0;
  const left = new Map<string, number>();
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of got) {
    const count = left.get(word) ?? 0;
    if (count > 0) {
      common++;
      left.set(word, count - 1);
    }
  }
  if (common === 0) return 0;
  const precision = common / got.length;
  const recall = common / wanted.length;
  return (2 * precision * recall) / (precision + recall);
}

/**
 * TAT-QA's exact match and F1: spans are compared as sets, numbers with their scale after rounding to two digits, and
 * F1 of a number is its exact match.
 * @see Zhu et al. 2021, arXiv:2105.07624 §4.2
 */
export function tatQaScores(
  gold: string | readonly string[],
  pred: string | readonly string[],
): { exactMatch: number; f1: number } {
  const [wanted, got] = [[gold].flat(), [pred].flat()] as [string[], string[]];
  const numbers = [wanted, got].map((spans) => (spans.length === 1 ? parseQuantity(spans[0]!) : undefined));
  if (numbers[0] && numbers[1]) {
    const same =
      sameQuantity(numbers[0], numbers[1]) ||
      (numbers[0].value.toFixed(2) === numbers[1].value.toFixed(2) && Math.abs(numbers[0].value) >= 1);
    return { exactMatch: Number(same), f1: Number(same) };
  }
  const sorted = (spans: string[]) => spans.map(normalizeText).sort().join("\u0000");
  const exact = sorted(wanted) === sorted(got) ? 1 : 0;
  return { exactMatch: exact, f1: exact === 1 ? 1 : tokenF1(wanted.join(" "), got.join(" ")) };
}

/** Cosine of the texts' embeddings, for partial credit. */
export const similarity = (gold: string, pred: string): number =>
  exactMatch(gold, pred) ? 1 : Math.max(0, cosine(embedText(gold), embedText(pred)));
