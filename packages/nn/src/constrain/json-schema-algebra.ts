/** Schemas combined: what satisfies both of two, and whether something can. */
import { ConstraintError } from "./expression.ts";

export type Schema = Record<string, unknown>;

export function typesOf(type: unknown): string[] {
  return (Array.isArray(type) ? type : [type]).map(String);
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const annotations = [
  "title",
  "description",
  "default",
  "examples",
  "$schema",
  "$id",
  "$comment",
  "$defs",
  "definitions",
  "deprecated",
  "readOnly",
  "writeOnly",
];
const lowerBounds = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
const upperBounds = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];

/** Options of two lists multiply: beyond, a schema is an attack. */
const largestCombination = 2000;

/**
 * A schema that holds exactly where both do.
 * @throws ConstraintError where that cannot be said with one
 */
export function mergeSchemas(a: unknown, b: unknown, at: string): unknown {
  if (a === false || b === false) return false;
  if (a === true) return b;
  if (b === true) return a;
  if (!isSchema(a) || !isSchema(b))
    throw new ConstraintError(`JSON Schema at ${at}: a schema is an object, true or false`);
  const merged: Schema = { ...a };
  for (const [keyword, value] of Object.entries(b)) {
    const other = a[keyword];
    if (keyword === "properties" || keyword === "additionalProperties") continue;
    if (
      other === undefined ||
      annotations.includes(keyword) ||
      JSON.stringify(other) === JSON.stringify(value)
    )
      merged[keyword] = value;
    else merged[keyword] = combine(keyword, other, value, at);
    if (merged[keyword] === impossible) return false;
  }
  return mergeProperties(merged, a, b, at);
}

const impossible = Symbol("impossible");

function combine(keyword: string, a: unknown, b: unknown, at: string): unknown {
  if (lowerBounds.includes(keyword)) return Math.max(Number(a), Number(b));
  if (upperBounds.includes(keyword)) return Math.min(Number(a), Number(b));
  if (Array.isArray(a) && Array.isArray(b)) {
    if (keyword === "required") return [...new Set([...a, ...b])];
    if (a.length * b.length > largestCombination && ["allOf", "anyOf"].includes(keyword))
      throw new ConstraintError(
        `JSON Schema at ${at}: combinations of ${keyword} exceed ${largestCombination}`,
      );
    if (keyword === "allOf") return [...a, ...b];
    if (keyword === "anyOf") return a.flatMap((left) => b.map((right) => mergeSchemas(left, right, at)));
    if (keyword === "enum") {
      const texts = b.map((value) => JSON.stringify(value));
      return a.filter((value) => texts.includes(JSON.stringify(value)));
    }
  }
  if (keyword === "type") {
    const left = typesOf(a);
    const right = typesOf(b);
    const holds = (types: string[], type: string) =>
      types.includes(type) || (type === "integer" && types.includes("number"));
    const common = [
      ...left.filter((type) => holds(right, type)),
      ...right.filter((type) => !left.includes(type) && holds(left, type)),
    ];
    return common.length === 0 ? impossible : common;
  }
  if (keyword === "const") return impossible;
  if (keyword === "items" && !Array.isArray(a) && !Array.isArray(b)) return mergeSchemas(a, b, at);
  throw new ConstraintError(
    `JSON Schema at ${at}: ${keyword} twice, with different values, is not supported`,
  );
}

/** A property that one schema lists and the other does not must satisfy the other's `additionalProperties`. */
function mergeProperties(merged: Schema, a: Schema, b: Schema, at: string): Schema {
  if (a.properties === undefined && b.properties === undefined) {
    if (a.additionalProperties !== undefined || b.additionalProperties !== undefined)
      merged.additionalProperties = mergeSchemas(
        a.additionalProperties ?? true,
        b.additionalProperties ?? true,
        at,
      );
    return merged;
  }
  const left = isSchema(a.properties) ? a.properties : {};
  const right = isSchema(b.properties) ? b.properties : {};
  const schemaOf = (own: Schema, schema: Schema, name: string) =>
    Object.hasOwn(own, name) ? own[name] : (schema.additionalProperties ?? true);
  merged.properties = Object.fromEntries(
    [...new Set([...Object.keys(left), ...Object.keys(right)])].map((name) => [
      name,
      mergeSchemas(schemaOf(left, a, name), schemaOf(right, b, name), at),
    ]),
  );
  if (a.additionalProperties !== undefined || b.additionalProperties !== undefined)
    merged.additionalProperties = mergeSchemas(
      a.additionalProperties ?? true,
      b.additionalProperties ?? true,
      at,
    );
  return merged;
}

/** JSON types that a schema allows as far as it says, with whole numbers among numbers. */
function kinds(schema: unknown): Set<string> | undefined {
  if (!isSchema(schema)) return undefined;
  const typeOf = (value: unknown) =>
    value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  if (schema.const !== undefined) return new Set([typeOf(schema.const)]);
  if (Array.isArray(schema.enum)) return new Set(schema.enum.map(typeOf));
  if (schema.type === undefined) return undefined;
  return new Set(typesOf(schema.type).map((type) => (type === "integer" ? "number" : type)));
}

/** The values that a schema lists, as texts. */
function values(schema: unknown): string[] | undefined {
  if (!isSchema(schema)) return undefined;
  if (schema.const !== undefined) return [JSON.stringify(schema.const)];
  return Array.isArray(schema.enum) ? schema.enum.map((value) => JSON.stringify(value)) : undefined;
}

/** Whether it is plain that no value satisfies both: by their types, constants, or a property's. */
export function isDisjoint(a: unknown, b: unknown, resolve: (schema: unknown) => unknown): boolean {
  const [left, right] = [resolve(a), resolve(b)];
  if (left === false || right === false) return true;
  const [leftKinds, rightKinds] = [kinds(left), kinds(right)];
  if (leftKinds && rightKinds && [...leftKinds].every((kind) => !rightKinds.has(kind))) return true;
  const [leftValues, rightValues] = [values(left), values(right)];
  if (leftValues && rightValues && leftValues.every((value) => !rightValues.includes(value))) return true;
  if (!isSchema(left) || !isSchema(right)) return false;
  const bothObjects =
    leftKinds?.size === 1 && rightKinds?.size === 1 && leftKinds.has("object") && rightKinds.has("object");
  if (!bothObjects || !isSchema(left.properties) || !isSchema(right.properties)) return false;
  const needed = (schema: Schema) => (Array.isArray(schema.required) ? schema.required.map(String) : []);
  const both = needed(left).filter((name) => needed(right).includes(name));
  return both.some((name) => {
    const [own, other] = [(left.properties as Schema)[name], (right.properties as Schema)[name]];
    return own !== undefined && other !== undefined && isDisjoint(own, other, resolve);
  });
}
