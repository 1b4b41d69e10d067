/**
 * Texts that callers give. Lengths count Unicode code points, as JSON Schema does. A NUL character or half a surrogate
 * pair is refused: neither can be stored as UTF-8 text, so accepting it would mean changing it.
 */
import { z } from "zod";

/** The message by which request-parsing.ts recognises this refusal. */
export const ILL_FORMED_TEXT =
  "contains a NUL character or half of a surrogate pair, which UTF-8 text cannot hold";

export function codePoints(value: string): number {
  let count = value.length;
  for (let i = 0; i < value.length - 1; i++) {
    const high = value.charCodeAt(i);
    if (high < 0xd800 || high > 0xdbff) continue;
    const low = value.charCodeAt(i + 1);
    if (low >= 0xdc00 && low <= 0xdfff) {
      count--;
      i++;
    }
  }
  return count;
}

export const fits = (value: string, limit: number): boolean =>
  value.length <= limit || (value.length <= 2 * limit && codePoints(value) <= limit);

export function text(maxCharacters: number, { minCharacters = 0 } = {}) {
  return z
    .string()
    .min(minCharacters, minCharacters === 1 ? "must not be empty" : undefined)
    .superRefine((value, context) => {
      if (!fits(value, maxCharacters)) {
        context.addIssue({
          code: "too_big",
          origin: "string",
          maximum: maxCharacters,
          input: value.length,
          message: `has ${value.length} characters; at most ${maxCharacters} are allowed`,
        });
      } else if (value.includes("\0") || !value.isWellFormed()) {
        context.addIssue({ code: "custom", input: undefined, message: ILL_FORMED_TEXT });
      }
    })
    .meta({ maxLength: maxCharacters });
}
