/**
 * How a spec is worded. A phrasing is text with alternatives, `[get|return] the {nth} word`: brackets that hold a bar
 * are a choice and may nest, `{name}` is a slot that the task fills. Brackets without a bar and braces around anything
 * but a filled slot are literal, so that specs may talk about JSON.
 */
import type { Random } from "./random.ts";

type Part = string | { readonly slot: string } | { readonly choices: readonly (readonly Part[])[] };

const parsed = new Map<string, readonly Part[]>();

/** One wording of a phrasing, alternatives chosen by `random`, slots filled from `say`. */
export function word(phrasing: string, random: Random, say: Readonly<Record<string, string>> = {}): string {
  let parts = parsed.get(phrasing);
  if (!parts) {
    parts = parse(phrasing);
    parsed.set(phrasing, parts);
  }
  return render(parts, random, say);
}

function render(parts: readonly Part[], random: Random, say: Readonly<Record<string, string>>): string {
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") text += part;
    else if ("slot" in part) text += say[part.slot] ?? `{${part.slot}}`;
    else text += render(random.pick(part.choices), random, say);
  }
  return text;
}

function parse(text: string): Part[] {
  const parts: Part[] = [];
  let literal = "";
  const flush = () => {
    if (literal) parts.push(literal);
    literal = "";
  };
  for (let i = 0; i < text.length; ) {
    const slot = text[i] === "{" ? /^\{([a-z][a-zA-Z0-9]*)\}/.exec(text.slice(i)) : null;
    const choices = text[i] === "[" ? alternatives(text, i) : null;
    if (slot) {
      flush();
      parts.push({ slot: slot[1] as string });
      i += slot[0].length;
    } else if (choices) {
      flush();
      parts.push({ choices: choices.texts.map(parse) });
      i = choices.end;
    } else {
      literal += text[i];
      i += 1;
    }
  }
  flush();
  return parts;
}

/** The alternatives of the bracket that opens at `start`; null if it holds no bar of its own or never closes. */
function alternatives(text: string, start: number): { texts: string[]; end: number } | null {
  const texts: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let i = start; i < text.length; i++) {
    if (text[i] === "[") depth += 1;
    else if (text[i] === "|" && depth === 1) {
      texts.push(text.slice(from, i));
      from = i + 1;
    } else if (text[i] === "]") {
      depth -= 1;
      if (depth === 0) {
        texts.push(text.slice(from, i));
        return texts.length > 1 ? { texts, end: i + 1 } : null;
      }
    }
  }
  return null;
}

const requests = ["Please ", "I need you to ", "Your job is to ", "You must ", "Can you "];
const frames = ["Task: ", "Given the input, ", "For each input: ", "Text in, text out: "];
const imperatives = new Set(
  (
    "add answer append apply build capitalise capitalize censor change check choose classify clean collapse compare compute " +
    "convert copy correct count cut decide delete detect drop echo end expand extend extract fill filter find fix flag " +
    "flip format get give group guess hide identify insert join keep label list lowercase make map mark mask move name " +
    "normalise normalize number order output pad parse pick print pull put read reduce remove rename repair repeat replace " +
    "return reverse rewrite round route say scan select separate shorten show sort spell split start state strip sum swap " +
    "take tell tidy trim truncate turn unify uppercase use validate work wrap write"
  ).split(" "),
);

const closings = [
  " Output only the result.",
  " Return nothing else.",
  " Print only the answer.",
  " No extra text.",
  " Just the answer.",
  " Don't explain.",
  " Answer with the result alone.",
];

/** Dresses a wording as people write specs: with or without capital, full stop, opening, note and closing words. */
export function dress(text: string, random: Random, note?: string): string {
  // Notation such as `a,b -> c` or `key: value` keeps its case.
  const lower = /^[a-z'-]+ [a-z("'{0-9]/i.test(text) && /^[a-z]/.test(text);
  const imperative = imperatives.has(text.slice(0, text.search(/[^a-z]|$/)));
  const opening = lower && random.chance(0.1) ? random.pick(imperative ? requests : frames) : "";
  const capital = !opening && lower && random.chance(0.6);
  let spec = opening + (capital ? text[0]?.toUpperCase() + text.slice(1) : text);
  const formal = opening !== "" || capital || /^[^a-z]/.test(text);
  const stop = /[.!?:]$/.test(spec) ? "" : ".";
  if (note) {
    spec += formal || random.chance(0.5) ? `${stop} ${note[0]?.toUpperCase()}${note.slice(1)}.` : `; ${note}`;
  } else if (formal && random.chance(0.7)) spec += stop;
  if (random.chance(0.06)) spec += (/[.!?]$/.test(spec) ? "" : ".") + random.pick(closings);
  return spec;
}

const demonstrations = [
  ' Example: "{input}" -> "{output}"',
  " For example, {input} becomes {output}.",
  " E.g. '{input}' → '{output}'",
  "\nInput: {input}\nOutput: {output}",
  " (example: {input} => {output})",
  ' So "{input}" gives "{output}".',
];

/** A spec with one example written into its text. */
export function demonstrate(spec: string, input: string, output: string, random: Random): string {
  return spec + word(random.pick(demonstrations), random, { input, output });
}
