/** Examples of a function and terms of a sequence as people write them into a field. */

/** What is wrong in a field, and what to write instead. */
export class FormError extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

const ARROW = /\s*(?:→|->|=>)\s*/g;

/**
 * One example a line: arguments, an arrow, the result; both sides JSON. An arrow inside a text does not count: the first
 * one with JSON on both sides parts the line.
 * @throws FormError that names the line
 */
export function examplesIn(text: string): { input: unknown; output: unknown }[] {
  return text.split("\n").flatMap((raw, index) => {
    const line = raw.trim();
    if (line === "") return [];
    for (const arrow of line.matchAll(ARROW)) {
      const input = jsonIn(line.slice(0, arrow.index));
      const output = jsonIn(line.slice(arrow.index + arrow[0].length));
      if (input !== undefined && output !== undefined) return [{ input: input.value, output: output.value }];
    }
    throw new FormError(
      `Line ${index + 1} is not “arguments → result” with JSON on both sides.`,
      'Put texts in quotation marks, and an arrow, → or ->, between the two: "like this" → "this".',
    );
  });
}

function jsonIn(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** @throws FormError that names what is no whole number */
export function termsIn(text: string): string[] {
  const terms = text.split(/[\s,;]+/).filter((term) => term !== "" && term !== "…" && term !== "...");
  const wrong = terms.find((term) => !/^-?\d+$/.test(term));
  if (wrong === undefined) return terms;
  throw new FormError(
    `“${wrong.slice(0, 40)}” is no whole number.`,
    "Give the terms as whole numbers with commas or spaces between them.",
  );
}
