/** Constraints on answers: compiled once for an interpreter and kept, and derived from the answers that examples show. */
import { AppError, type Constraint as ConstraintRequest, canonicalJson } from "@weightsmith/contract";
import {
  type Constraint,
  ConstraintError,
  type ConstraintVocabulary,
  compileConstraint,
} from "@weightsmith/nn";

/** Compiled constraints that stay ready; their masks are most of what they cost. */
const kept = 64;

/** The constraints of one interpreter. */
export class ConstraintCache {
  readonly #vocabulary: () => ConstraintVocabulary;
  readonly #ready = new Map<string, Constraint>();

  /** @param vocabulary called when the first constraint is asked for */
  constructor(vocabulary: () => ConstraintVocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** @throws AppError constraint.invalid */
  get(request: ConstraintRequest): Constraint {
    const key = canonicalJson(request);
    const known = this.#ready.get(key);
    this.#ready.delete(key);
    const constraint = known ?? this.#compile(request);
    this.#ready.set(key, constraint);
    for (const oldest of this.#ready.keys()) {
      if (this.#ready.size <= kept) break;
      this.#ready.delete(oldest);
    }
    return constraint;
  }

  #compile(request: ConstraintRequest): Constraint {
    try {
      const { flags, ...rest } = request.kind === "regex" ? request : { ...request, flags: undefined };
      return compileConstraint(
        { ...rest, ...(flags === undefined ? {} : { flags }) } as Parameters<typeof compileConstraint>[0],
        this.#vocabulary(),
      );
    } catch (error) {
      if (!(error instanceof ConstraintError)) throw error;
      throw new AppError("constraint.invalid", {
        message: `The constraint cannot be used: ${error.message}.`,
        cause: error,
      });
    }
  }
}

/** Forms that answers often have, narrow ones first. */
const forms: readonly { readonly pattern: string }[] = [
  { pattern: "-?(?:0|[1-9]\\d*)" },
  { pattern: "-?\\d+" },
  { pattern: "-?\\d+\\.\\d{2}" },
  { pattern: "-?\\d+(?:\\.\\d+)?" },
  { pattern: "\\d{4}-\\d{2}-\\d{2}" },
  { pattern: "\\d{2}:\\d{2}" },
];
const fewestExamples = 4;
const mostLabels = 32;
const longestLabel = 64;

/**
 * What a program's answers seem to be held to, judged by those it was shown: a number or date in one form, JSON of one
 * shape, or one of a few labels, each seen often enough. Undefined where the examples are too few or too varied: then
 * no constraint is better than a wrong one.
 */
export function constraintFromOutputs(outputs: readonly string[]): ConstraintRequest | undefined {
  if (outputs.length < fewestExamples) return undefined;
  const labels = [...new Set(outputs)].sort();
  // Seen twice on average, and few of them once: unlikely that there is one more.
  const once = labels.filter((label) => outputs.filter((output) => output === label).length === 1).length;
  const isLabels =
    labels.length <= mostLabels &&
    labels.every((label) => label.length > 0 && label.length <= longestLabel) &&
    outputs.length >= 2 * labels.length &&
    once * 4 <= labels.length;
  const schema = schemaOf(outputs);
  if (isLabels) return { kind: "labels", labels };
  const form = forms.find(({ pattern }) =>
    outputs.every((output) => new RegExp(`^(?:${pattern})$`).test(output)),
  );
  if (form) return { kind: "regex", pattern: form.pattern };
  return schema && { kind: "jsonSchema", schema };
}

type Schema = Record<string, unknown>;

/** The schema of outputs that are all compact JSON objects or arrays, as the constraint writes JSON. */
function schemaOf(outputs: readonly string[]): Schema | undefined {
  const values: unknown[] = [];
  for (const output of outputs) {
    if (!/^[[{]/.test(output)) return undefined;
    try {
      const value: unknown = JSON.parse(output);
      if (JSON.stringify(value) !== output) return undefined;
      values.push(value);
    } catch {
      return undefined;
    }
  }
  return schemaOfValues(values);
}

function schemaOfValues(values: readonly unknown[]): Schema {
  const kinds = [...new Set(values.map(kindOf))].sort();
  if (kinds.length > 1) {
    return { anyOf: kinds.map((kind) => schemaOfValues(values.filter((value) => kindOf(value) === kind))) };
  }
  switch (kinds[0]) {
    case "object": {
      const objects = values as Record<string, unknown>[];
      const keys = [...new Set(objects.flatMap((value) => Object.keys(value)))];
      const required = keys.filter((key) => objects.every((value) => Object.hasOwn(value, key)));
      // Keys that are data, not fields: any key, one kind of value.
      if (required.length === 0 && keys.length > 4) {
        return { type: "object", additionalProperties: schemaOfValues(objects.flatMap(Object.values)) };
      }
      const properties = Object.fromEntries(
        keys.map((key) => [
          key,
          schemaOfValues(objects.filter((value) => Object.hasOwn(value, key)).map((value) => value[key])),
        ]),
      );
      return { type: "object", properties, required, additionalProperties: false };
    }
    case "array": {
      const items = (values as unknown[][]).flat();
      return { type: "array", ...(items.length === 0 ? {} : { items: schemaOfValues(items) }) };
    }
    case "integer":
      return { type: "integer" };
    default:
      return { type: kinds[0] ?? "null" };
  }
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "number" && Number.isInteger(value) ? "integer" : typeof value;
}
