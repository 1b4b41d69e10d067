/** Values that fit a JSON Schema as OpenAPI publishes it, and values that nearly do. */
import { type Chance, ODD_TEXTS, oddValue } from "./random.ts";

// biome-ignore lint/suspicious/noExplicitAny: JSON Schema is read by keyword
export type Schema = any;

const DEEPEST = 6;

/** @param components what `#/components/schemas/…` refers to */
export function fitting(
  schema: Schema,
  components: Readonly<Record<string, Schema>>,
  random: Chance,
  depth = 0,
): unknown {
  if (schema === true || schema === undefined) return random.one(["any", 1, null]);
  if (schema.$ref) {
    return fitting(components[schema.$ref.split("/").at(-1)], components, random, depth + 1);
  }
  const within = (each: Schema) => fitting(each, components, random, depth + 1);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return depth > DEEPEST ? null : within(random.one(choices));
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return random.one(schema.enum);
  if (schema.examples && random.happens(0.5)) return structuredClone(random.one(schema.examples));
  switch (Array.isArray(schema.type) ? random.one(schema.type) : schema.type) {
    case "object": {
      const value: Record<string, unknown> = {};
      const required = new Set(schema.required ?? []);
      for (const [name, member] of Object.entries(schema.properties ?? {})) {
        if (required.has(name) || (depth < DEEPEST && random.happens(0.3))) value[name] = within(member);
      }
      if (typeof schema.additionalProperties === "object" && random.happens(0.5)) {
        value[`k${random.below(9)}`] = within(schema.additionalProperties);
      }
      return value;
    }
    case "array": {
      const least = schema.minItems ?? 0;
      const most = Math.min(schema.maxItems ?? 4, least + 3);
      return Array.from({ length: least + random.below(most - least + 1) }, () => within(schema.items));
    }
    case "integer":
    case "number": {
      const low = schema.minimum ?? schema.exclusiveMinimum ?? 0;
      const high = Math.min(schema.maximum ?? low + 100, low + 1e6);
      const value = random.one([low, high, low + random.number() * (high - low)]);
      return schema.type === "integer" ? Math.round(value) : value;
    }
    case "boolean":
      return random.happens(0.5);
    case "null":
      return null;
    default:
      return textFor(schema, random);
  }
}

function textFor({ minLength = 0, maxLength = 40 }: Schema, random: Chance): string {
  const text = random.one([
    "a",
    "name",
    "Upper case.",
    "file.JPG",
    "ünï 🙂",
    "x".repeat(Math.min(maxLength, 300)),
  ]);
  return text.padEnd(minLength, "x").slice(0, maxLength);
}

/** Changes one place of a value: another type, a missing or an unknown member, an odd text. */
export function mutated(value: unknown, random: Chance): unknown {
  if (typeof value !== "object" || value === null || random.happens(0.2)) return oddValue(random);
  if (Array.isArray(value)) {
    if (value.length === 0 || random.happens(0.3)) return [...value, oddValue(random)];
    const at = random.below(value.length);
    return value.map((item, index) => (index === at ? mutated(item, random) : item));
  }
  const names = Object.keys(value);
  const copy: Record<string, unknown> = { ...value };
  const name = names.length > 0 ? random.one(names) : "x";
  switch (random.below(4)) {
    case 0:
      delete copy[name];
      break;
    case 1:
      copy[random.one(ODD_TEXTS)] = oddValue(random);
      break;
    default:
      copy[name] = mutated(copy[name], random);
  }
  return copy;
}
