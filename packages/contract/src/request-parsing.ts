/** From zod's issues to the catalogue: which code, which message, for a request body that does not fit its schema. */
import { z } from "zod";
import { AppError } from "./error.ts";
import type { ErrorCode } from "./error-catalogue.ts";
import { ILL_FORMED_TEXT } from "./text.ts";

type Issue = z.core.$ZodIssue;

/** Fields whose bad values have a code of their own: path → what the code is and for which issues. */
const OWN_CODES: Readonly<Record<string, (issue: Issue, value: unknown) => ErrorCode | undefined>> = {
  kind: (issue, value) => (isWrongChoice(issue) && typeof value === "string" ? "kind.unknown" : undefined),
  method: (issue, value) =>
    isWrongChoice(issue) && typeof value === "string" ? "method.unknown" : undefined,
  spec: (issue) =>
    issue.code === "too_small" ? "spec.empty" : issue.code === "too_big" ? "spec.too_long" : undefined,
  "webhook.url": (issue) => (issue.code === "too_small" ? "webhook.invalid_url" : undefined),
};

const isWrongChoice = (issue: Issue): boolean =>
  issue.code === "invalid_value" || issue.code === "invalid_union";

/**
 * Parses a JSON body that has arrived as a value.
 * @throws AppError with the code of its first issue; `details.issues` lists up to 20 of them
 */
export function parseBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    const what = body === null ? "null" : Array.isArray(body) ? "an array" : `a ${typeof body}`;
    throw new AppError("request.invalid", { message: `The body is ${what}; expected a JSON object.` });
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw bodyError(parsed.error, body, schema);
}

/** Told first when there are several: a wrong kind or a misspelt field explains the others. */
const LEADING: readonly ErrorCode[] = ["kind.unknown", "request.unknown_field"];

function bodyError(error: z.ZodError, body: unknown, schema: z.ZodType): AppError {
  const issues = error.issues.map((issue) => {
    const path = pathText(issue.path);
    const value = valueAt(body, issue.path);
    const code = codeOf(issue, path, value);
    return { path, code, message: messageOf(issue, code, path, value, schema) };
  });
  const first = LEADING.flatMap((lead) => issues.find(({ code }) => code === lead) ?? [])[0] ?? issues[0]!;
  return new AppError(first.code, {
    message: first.message,
    context: { issues: issues.slice(0, 20) },
    cause: error,
  });
}

function codeOf(issue: Issue, path: string, value: unknown): ErrorCode {
  if (issue.code === "unrecognized_keys") return "request.unknown_field";
  if (value === undefined && issue.code !== "custom") return "request.missing_field";
  if (issue.message === ILL_FORMED_TEXT) return "request.invalid_text";
  return OWN_CODES[path]?.(issue, value) ?? "request.invalid";
}

function messageOf(issue: Issue, code: ErrorCode, path: string, value: unknown, schema: z.ZodType): string {
  const field = path === "" ? "The body" : `\`${path}\``;
  if (issue.code === "unrecognized_keys") {
    const keys = issue.keys.slice(0, 5).map((key) => `\`${key.slice(0, 60)}\``);
    const where = path === "" ? "" : ` in ${field}`;
    const known = path === "" ? knownFields(schema) : undefined;
    return `Unknown ${keys.length === 1 ? "field" : "fields"}${where}: ${keys.join(", ")}.${known === undefined ? "" : ` Known are ${known.join(", ")}.`}`;
  }
  if (code === "request.missing_field") return `The field ${field} is missing.`;
  if (code === "spec.empty") return "The spec is empty.";
  if (issue.code === "invalid_value") {
    return `${field} is ${shown(value)}; expected ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}.`;
  }
  if (issue.code === "invalid_union" && "options" in issue && Array.isArray(issue.options)) {
    return `${field} is ${shown(value)}; expected one of ${issue.options.map(String).join(", ")}.`;
  }
  if (issue.code === "custom" || (issue.code === "too_big" && issue.message.startsWith("has "))) {
    return `${field} ${issue.message}.`;
  }
  if (issue.code === "invalid_type") return `${field} is ${shown(value)}; expected ${issue.expected}.`;
  return `${field}: ${issue.message}.`;
}

function knownFields(schema: z.ZodType): string[] | undefined {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape).map((key) => `\`${key}\``) : undefined;
}

/** A short view of a value, safe to show. */
function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? "undefined";
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key, i) => (typeof key === "number" ? `[${key}]` : i === 0 ? String(key) : `.${String(key)}`))
    .join("");
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** Levels of nesting of a JSON value, without recursion, so that a hostile value cannot overflow the stack. */
export function jsonDepth(value: unknown, stopAt: number): number {
  let level: unknown[] = [value];
  let depth = 0;
  while (level.length > 0 && depth <= stopAt) {
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== "object" || item === null) continue;
      for (const member of Array.isArray(item) ? item : Object.values(item)) next.push(member);
    }
    const nested = level.some((item) => typeof item === "object" && item !== null);
    if (!nested) break;
    depth++;
    level = next;
  }
  return depth;
}
