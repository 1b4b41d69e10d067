/**
 * JSON Schema (2020-12, and the older spellings still in use) as a grammar of JSON texts. Every text of the
 * grammar satisfies the schema. The grammar is a normal form of what does: properties come in the order in which
 * the schema lists them, none twice; whole numbers have no point and bounded numbers no exponent; an object with
 * `properties` has no others unless `additionalProperties` says so. A keyword that cannot be held is refused,
 * never ignored.
 */

import { type Bound, integerWithin, numberWithin } from "./decimal-range.ts";
import {
  ConstraintError,
  choice,
  type Expression,
  type Grammar,
  literal,
  never,
  rule,
  sequence,
} from "./expression.ts";
import { arrayOf, mapOf, objectOf } from "./json-containers.ts";
import { stringFormats } from "./json-formats.ts";
import { isDisjoint, mergeSchemas, type Schema, typesOf } from "./json-schema-algebra.ts";
import {
  anyNumber,
  anyString,
  anyValue,
  type JsonStyle,
  type JsonWhitespace,
  jsonCharacter,
  jsonConstant,
  jsonRules,
  jsonString,
  jsonStyle,
  quoted,
  stringBesides,
} from "./json-text.ts";
import { parseRegex } from "./regex.ts";

export interface JsonSchemaOptions {
  /** `none` if not given */
  whitespace?: JsonWhitespace;
}

const unsupported = [
  "not",
  "if",
  "then",
  "else",
  "dependentRequired",
  "dependentSchemas",
  "dependencies",
  "patternProperties",
  "unevaluatedItems",
  "unevaluatedProperties",
  "contains",
  "$dynamicRef",
  "$recursiveRef",
];

/**
 * Translates a schema.
 * @throws ConstraintError naming the place in the schema and the keyword that is malformed or cannot be held
 */
export function jsonSchemaGrammar(schema: unknown, options: JsonSchemaOptions = {}): Grammar {
  const compiler = new SchemaCompiler(schema, jsonStyle(options.whitespace ?? "none"));
  const root = compiler.compile(schema, "#");
  return { root: "root", rules: new Map([...compiler.rules, ["root", root]]) };
}

const objectKeywords = [
  "properties",
  "required",
  "additionalProperties",
  "minProperties",
  "maxProperties",
  "propertyNames",
];
const arrayKeywords = ["items", "prefixItems", "additionalItems", "minItems", "maxItems", "uniqueItems"];
const stringKeywords = ["minLength", "maxLength", "pattern", "format"];
const numberKeywords = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
const allTypes = ["object", "array", "string", "number", "boolean", "null"];

class SchemaCompiler {
  readonly rules: Map<string, Expression>;
  readonly #root: unknown;
  readonly #style: JsonStyle;
  #named = 0;

  constructor(root: unknown, style: JsonStyle) {
    this.#root = root;
    this.#style = style;
    this.rules = jsonRules(style);
  }

  #fail(at: string, what: string): ConstraintError {
    return new ConstraintError(`JSON Schema at ${at}: ${what}`);
  }

  /** A rule of its own: what is allowed within it is then known wherever it is called from. */
  #rule(body: Expression): Expression {
    if (body.kind === "rule" || body.kind === "never") return body;
    const name = `json ${++this.#named}`;
    this.rules.set(name, body);
    return rule(name);
  }

  compile(schema: unknown, at: string, depth = 0): Expression {
    if (depth > 100) throw this.#fail(at, "schemas are nested deeper than 100");
    if (schema === true) return anyValue;
    if (schema === false) return never;
    if (typeof schema !== "object" || schema === null || Array.isArray(schema))
      throw this.#fail(at, "a schema is an object, true or false");
    const own = schema as Schema;
    const bad = unsupported.find((keyword) => own[keyword] !== undefined);
    if (bad) throw this.#fail(at, `${bad} is not supported`);
    const { $ref, allOf, anyOf, oneOf, ...rest } = own;
    if ($ref !== undefined && !this.#restricts(own, "$ref")) return this.#reference($ref, at);
    if ($ref !== undefined || allOf !== undefined) {
      const parts = this.#list(allOf ?? [], `${at}/allOf`);
      if ($ref !== undefined) parts.push(this.#target($ref, at));
      const others: Schema = { ...rest };
      if (anyOf !== undefined) others.anyOf = anyOf;
      if (oneOf !== undefined) others.oneOf = oneOf;
      const merged = parts.reduce<unknown>(
        (whole, part) => mergeSchemas(whole, this.#resolved(part, at), at),
        others,
      );
      return this.compile(merged, at, depth + 1);
    }
    if (anyOf !== undefined || oneOf !== undefined) {
      if (anyOf !== undefined && oneOf !== undefined)
        throw this.#fail(at, "anyOf together with oneOf is not supported");
      const keyword = anyOf === undefined ? "oneOf" : "anyOf";
      const options = this.#list(anyOf ?? oneOf, `${at}/${keyword}`).map((option) =>
        this.#resolved(option, at),
      );
      if (oneOf !== undefined) this.#checkDisjoint(options, at);
      const merged = options.map((option, index) =>
        this.compile(mergeSchemas(rest, option, at), `${at}/${keyword}/${index}`, depth + 1),
      );
      return choice(...merged);
    }
    if (own.const !== undefined) return this.#constants([own.const], rest, at);
    if (own.enum !== undefined) return this.#constants(this.#list(own.enum, `${at}/enum`), rest, at);
    return choice(...this.#types(own, at).map((type) => this.#typed(type, own, at, depth)));
  }

  /** Whether a schema says anything besides this keyword that narrows it. */
  #restricts(schema: Schema, keyword: string): boolean {
    const narrowing = [
      ...objectKeywords,
      ...arrayKeywords,
      ...stringKeywords,
      ...numberKeywords,
      "type",
      "const",
      "enum",
      "anyOf",
      "oneOf",
      "allOf",
    ];
    return narrowing.some((name) => name !== keyword && schema[name] !== undefined);
  }

  #list(value: unknown, at: string): unknown[] {
    if (!Array.isArray(value)) throw this.#fail(at, "must be a list");
    return [...value];
  }

  #target(reference: unknown, at: string): unknown {
    if (typeof reference !== "string" || !/^#(\/|$)/.test(reference))
      throw this.#fail(at, "$ref must point into this schema: #/…");
    let target: unknown = this.#root;
    for (const part of reference.split("/").slice(1)) {
      const key = decoded(part).replaceAll("~1", "/").replaceAll("~0", "~");
      const isContainer = typeof target === "object" && target !== null && Object.hasOwn(target, key);
      if (!isContainer) throw this.#fail(at, `$ref ${JSON.stringify(reference)} points at nothing`);
      target = (target as Record<string, unknown>)[key];
    }
    return target;
  }

  #reference(reference: unknown, at: string): Expression {
    const target = this.#target(reference, at);
    const name = `json ${String(reference)}`;
    if (!this.rules.has(name)) {
      this.rules.set(name, never);
      this.rules.set(name, this.compile(target, String(reference)));
    }
    return rule(name);
  }

  /** A schema that is only a reference as what it refers to. */
  #resolved(schema: unknown, at: string): unknown {
    let current = schema;
    for (let steps = 0; steps < 50; steps++) {
      const isReference = typeof current === "object" && current !== null && "$ref" in current;
      if (!isReference || this.#restricts(current as Schema, "$ref")) return current;
      current = this.#target((current as Schema).$ref, at);
    }
    throw this.#fail(at, "references refer to each other without end");
  }

  #checkDisjoint(options: readonly unknown[], at: string): void {
    for (const [index, option] of options.entries())
      for (const other of options.slice(index + 1))
        if (!isDisjoint(option, other, (schema) => this.#resolved(schema, at)))
          throw this.#fail(
            at,
            "the options of oneOf may overlap; give them different types or a required property with different constants, or write anyOf",
          );
  }

  #constants(values: readonly unknown[], rest: Schema, at: string): Expression {
    const { const: _, enum: options, type, ...others } = rest;
    if (this.#restricts(others, ""))
      throw this.#fail(at, "const and enum cannot be combined with keywords other than type");
    const types = type === undefined ? undefined : typesOf(type);
    const allowed =
      options === undefined
        ? undefined
        : this.#list(options, `${at}/enum`).map((value) => JSON.stringify(value));
    const kept = values.filter(
      (value) =>
        (types === undefined || types.some((name) => isOfType(value, name))) &&
        (allowed === undefined || allowed.includes(JSON.stringify(value))),
    );
    return this.#rule(choice(...kept.map((value) => jsonConstant(value, this.#style))));
  }

  #types(schema: Schema, at: string): string[] {
    if (schema.type !== undefined) {
      const types = typesOf(schema.type);
      const unknown = types.find((type) => !allTypes.includes(type) && type !== "integer");
      if (unknown !== undefined) throw this.#fail(at, `the type ${JSON.stringify(unknown)} is not known`);
      return types.includes("number") ? types.filter((type) => type !== "integer") : types;
    }
    const has = (keywords: readonly string[]) => keywords.some((keyword) => schema[keyword] !== undefined);
    const implied = [
      ...(has(objectKeywords) ? ["object"] : []),
      ...(has(arrayKeywords) ? ["array"] : []),
      ...(has(stringKeywords) ? ["string"] : []),
      ...(has(numberKeywords) ? ["number"] : []),
    ];
    return implied.length > 0 ? implied : ["any"];
  }

  #typed(type: string, schema: Schema, at: string, depth: number): Expression {
    switch (type) {
      case "any":
        return anyValue;
      case "null":
        return literal("null");
      case "boolean":
        return choice(literal("true"), literal("false"));
      case "string":
        return this.#string(schema, at);
      case "object":
        return this.#object(schema, at, depth);
      case "array":
        return this.#array(schema, at, depth);
      default:
        return this.#number(type === "integer", schema, at);
    }
  }

  #count(schema: Schema, keyword: string, at: string): number | undefined {
    const value = schema[keyword];
    if (value === undefined) return undefined;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0)
      throw this.#fail(at, `${keyword} must be a whole number that is not negative`);
    return value;
  }

  #string(schema: Schema, at: string): Expression {
    const least = this.#count(schema, "minLength", at) ?? 0;
    const most = this.#count(schema, "maxLength", at) ?? Number.POSITIVE_INFINITY;
    const { pattern, format } = schema;
    const known =
      typeof format === "string" && Object.hasOwn(stringFormats, format) ? stringFormats[format] : undefined;
    const isBounded = least > 0 || most < Number.POSITIVE_INFINITY;
    if (pattern !== undefined && typeof pattern !== "string") throw this.#fail(at, "pattern must be a text");
    if ([pattern !== undefined, known !== undefined, isBounded].filter(Boolean).length > 1)
      throw this.#fail(at, "of pattern, format and the bounds of the length only one is supported at a time");
    try {
      if (pattern !== undefined)
        return this.#rule(quoted(parseRegex(pattern, { match: "search", encode: jsonCharacter })));
      if (known !== undefined) return this.#rule(quoted(parseRegex(known, { encode: jsonCharacter })));
    } catch (error) {
      throw error instanceof ConstraintError ? this.#fail(at, error.message) : error;
    }
    if (most < least) return never;
    return isBounded ? this.#rule(jsonString(least, most)) : anyString;
  }

  #number(isInteger: boolean, schema: Schema, at: string): Expression {
    const number = (keyword: string) => {
      const value = schema[keyword];
      if (value === undefined) return undefined;
      // Draft 4 has a truth here.
      if (typeof value === "boolean" && keyword.startsWith("exclusive")) return value;
      if (typeof value !== "number" || !Number.isFinite(value))
        throw this.#fail(at, `${keyword} must be a number`);
      return value;
    };
    const multiple = number("multipleOf");
    if (multiple !== undefined && multiple !== 1) throw this.#fail(at, "multipleOf is supported for 1 alone");
    const bound = (inclusive: string, exclusive: string, isTighter: (a: number, b: number) => boolean) => {
      const value = number(inclusive) as number | undefined;
      const strict = number(exclusive);
      if (typeof strict === "boolean") return value === undefined ? undefined : { value, strict };
      if (strict === undefined) return value === undefined ? undefined : { value, strict: false };
      if (value !== undefined && isTighter(value, strict)) return { value, strict: false };
      return { value: strict, strict: true };
    };
    const lower: Bound | undefined = bound("minimum", "exclusiveMinimum", (a, b) => a > b);
    const upper: Bound | undefined = bound("maximum", "exclusiveMaximum", (a, b) => a < b);
    if (isInteger || multiple === 1) return this.#rule(integerWithin(lower, upper));
    return this.#rule(lower || upper ? numberWithin(lower, upper) : anyNumber);
  }

  #object(schema: Schema, at: string, depth: number): Expression {
    const { colon } = this.#style;
    const properties = schema.properties ?? {};
    if (typeof properties !== "object" || properties === null || Array.isArray(properties))
      throw this.#fail(at, "properties must be an object");
    const names = Object.keys(properties);
    const required = this.#list(schema.required ?? [], `${at}/required`);
    if (!required.every((name) => typeof name === "string"))
      throw this.#fail(at, "required must be a list of texts");
    const additional = schema.additionalProperties ?? names.length === 0;
    const unlisted = required.filter((name) => !names.includes(name));
    // A required property that is not listed is one more, of the kind that others may be.
    const listed: [string, unknown][] = [
      ...Object.entries(properties),
      ...unlisted.map((name): [string, unknown] => [name, schema.additionalProperties ?? true]),
    ];
    const pair = (key: Expression, value: Expression) => sequence(key, colon, value);
    const members = listed.map(([name, value]) => ({
      isRequired: required.includes(name),
      pair: pair(
        literal(JSON.stringify(name)),
        this.#rule(this.compile(value, `${at}/properties/${name}`, depth + 1)),
      ),
    }));
    if (members.some((member) => member.isRequired && member.pair.kind === "never")) return never;
    const possible = members.filter((member) => member.pair.kind !== "never");
    const least = this.#count(schema, "minProperties", at) ?? 0;
    const most = this.#count(schema, "maxProperties", at) ?? Number.POSITIVE_INFINITY;
    const value = this.#rule(this.compile(additional, `${at}/additionalProperties`, depth + 1));
    const isOpen = value.kind !== "never";
    if (listed.length === 0 && isOpen) {
      const key = schema.propertyNames === undefined ? anyString : this.#key(schema.propertyNames, at, depth);
      return this.#rule(mapOf(this.#style, pair(key, value), { least, most }));
    }
    if (schema.propertyNames !== undefined)
      throw this.#fail(at, "propertyNames together with properties is not supported");
    const requiredCount = possible.filter(({ isRequired }) => isRequired).length;
    if (least > requiredCount || most < (isOpen ? Number.POSITIVE_INFINITY : possible.length))
      throw this.#fail(at, "minProperties and maxProperties are not supported where properties are listed");
    const other = isOpen ? pair(stringBesides(listed.map(([name]) => name)), value) : never;
    return this.#rule(objectOf(this.#style, possible, other, (body) => this.#rule(body)));
  }

  #key(schema: unknown, at: string, depth: number): Expression {
    const isObject = typeof schema === "object" && schema !== null && !Array.isArray(schema);
    return this.#rule(
      this.compile(isObject ? { type: "string", ...schema } : schema, `${at}/propertyNames`, depth + 1),
    );
  }

  #array(schema: Schema, at: string, depth: number): Expression {
    if (schema.uniqueItems === true) throw this.#fail(at, "uniqueItems is not supported");
    const tuple = schema.prefixItems ?? (Array.isArray(schema.items) ? schema.items : []);
    const rest = Array.isArray(schema.items) ? (schema.additionalItems ?? true) : (schema.items ?? true);
    const first = this.#list(tuple, `${at}/prefixItems`).map((item, index) =>
      this.#rule(this.compile(item, `${at}/prefixItems/${index}`, depth + 1)),
    );
    const item = this.#rule(this.compile(rest, `${at}/items`, depth + 1));
    const least = this.#count(schema, "minItems", at) ?? 0;
    const stated = this.#count(schema, "maxItems", at) ?? Number.POSITIVE_INFINITY;
    const impossible = first.findIndex(({ kind }) => kind === "never");
    const room =
      impossible !== -1 ? impossible : item.kind === "never" ? first.length : Number.POSITIVE_INFINITY;
    return this.#rule(arrayOf(this.#style, first, item, { least, most: Math.min(stated, room) }));
  }
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

/** Percent escapes read where they are well-formed. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}
