/** Lists come in pages, newest first; a page names the cursor of the next. */
import { z } from "zod";
import { LIMITS } from "./limits.ts";

export const timestampSchema = z.iso.datetime().meta({ examples: ["2026-01-31T12:00:00.000Z"] });

export const limitSchema = z.coerce.number().int().min(1).max(LIMITS.pageItems).default(20);
export const cursorSchema = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .meta({ description: "`nextCursor` of the page before." });

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().meta({ description: "null on the last page." }),
  });
export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}
