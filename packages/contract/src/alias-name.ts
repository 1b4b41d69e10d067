/** How aliases are written: `name`, `user/name`, `user/name@v3`. */
import { z } from "zod";
import { AppError } from "./error.ts";

const NAME = /^[a-z0-9][a-z0-9-]{0,48}[a-z0-9]$/;
export const aliasNameSchema = z
  .string()
  .regex(NAME, "must be 2 to 50 lower-case letters, digits and dashes, with no dash at either end")
  .meta({ examples: ["file-extension"] });

/** What an alias reference says: `name`, `user/name`, either with `@vN`. */
export interface AliasReference {
  readonly user: string | undefined;
  readonly name: string;
  readonly version: number | undefined;
}

const REFERENCE =
  /^(?:([a-z0-9][a-z0-9-]{0,48}[a-z0-9])\/)?([a-z0-9][a-z0-9-]{0,48}[a-z0-9])(?:@v([1-9]\d{0,8}))?$/;

/** undefined if the text is no reference to an alias. */
export function readAliasReference(reference: string): AliasReference | undefined {
  const match = REFERENCE.exec(reference);
  if (match === null) return undefined;
  const [, user, name, version] = match;
  return { user, name: name!, version: version === undefined ? undefined : Number(version) };
}

/** @throws AppError alias.invalid_name */
export function parseAliasReference(reference: string): AliasReference {
  const parsed = readAliasReference(reference);
  if (parsed !== undefined) return parsed;
  throw new AppError("alias.invalid_name", {
    message: `${JSON.stringify(reference.slice(0, 120))} is not an alias; expected \`name\`, \`user/name\` or \`user/name@v3\`.`,
  });
}

/** @throws AppError alias.invalid_name */
export function parseAliasName(name: string): string {
  if (NAME.test(name)) return name;
  throw new AppError("alias.invalid_name", {
    message: `${JSON.stringify(name.slice(0, 120))} cannot name an alias: expected 2 to 50 lower-case letters, digits and dashes, with no dash at either end.`,
  });
}
