/**
 * Shorthand for route definitions. A body is named only: the contract parses it and gives each bad input its own code. An
 * answer has its schema, error answers come from their codes.
 */
import type { z } from "@hono/zod-openapi";
import { CATALOGUE, type ErrorCode, errorBodySchema } from "@weightsmith/contract";
import type { SchemaName } from "./schemas.ts";

/** @param name of the schema, or of several of which a body fits one */
export const jsonBody = (name: SchemaName | readonly SchemaName[], required = true) => {
  const schemas = [name].flat().map((each) => ({ $ref: `#/components/schemas/${each}` }));
  const [only] = schemas;
  const schema = schemas.length === 1 ? only! : { anyOf: schemas };
  return { required, content: { "application/json": { schema } } };
};

/** The compiler holds what a route answers against the schema. */
export const jsonAnswer = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { "application/json": { schema } },
});

type ErrorAnswers = Record<number, ReturnType<typeof jsonAnswer<typeof errorBodySchema>>>;

/** What any route with a body may answer. */
export const BODY_ERRORS = [
  "request.invalid_json",
  "request.too_large",
  "request.unsupported_media_type",
  "request.invalid",
  "request.missing_field",
  "request.unknown_field",
  "request.invalid_text",
] as const satisfies ErrorCode[];

const EVERYWHERE = [
  "rate_limit.exceeded",
  "internal.error",
  "service.unavailable",
] as const satisfies ErrorCode[];

/** One answer for each status that the codes have; its description lists them. */
export function errorAnswers(...codes: ErrorCode[]): ErrorAnswers {
  const byStatus = Map.groupBy([...codes, ...EVERYWHERE], (code) => CATALOGUE[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      jsonAnswer(errorBodySchema, list.map((code) => `\`${code}\``).join(", ")),
    ]),
  );
}
