import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../model/random.ts";
import { compileConstraint } from "./compile.ts";
import { Constraint } from "./constraint.ts";
import { integerWithin, numberWithin } from "./decimal-range.ts";
import { ConstraintError, type Expression } from "./expression.ts";
import type { JsonWhitespace } from "./json-text.ts";
import { Network } from "./network.ts";
import { byteVocabulary, vocabularyWith, walkAtRandom } from "./vocabularies.fixture.ts";

const vocabulary = vocabularyWith([
  '{"',
  '":',
  '",',
  '"}',
  '":"',
  "[]",
  "[1",
  "true",
  "null",
  "ab",
  "12",
  ", ",
  ": ",
  "é",
  "\\\\",
  "00",
]);
const compile = (schema: unknown, whitespace: JsonWhitespace = "none") =>
  compileConstraint({ kind: "jsonSchema", schema, whitespace }, vocabulary);

const ajv = new Ajv2020.default({ strict: false, logger: false });
addFormats.default(ajv);

/** Random schemas of everything that is supported. */
const names = fc.constantFrom("a", "b", "ab", 'é\\"', "c");
const bounds = (least: string, most: string, number: fc.Arbitrary<number>) =>
  fc.record({ low: fc.option(number), high: fc.option(number) }).map(({ low, high }) => ({
    ...(low === null ? {} : { [least]: high === null ? low : Math.min(low, high) }),
    ...(high === null ? {} : { [most]: low === null ? high : Math.max(low, high) }),
  }));
const small = fc.nat({ max: 3 });
const decimals = fc.oneof(
  fc.integer({ min: -30, max: 30 }),
  fc.integer({ min: -300, max: 300 }).map((value) => value / 100),
);
const { schema: schemas } = fc.letrec<{ schema: unknown }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<unknown>(
      true,
      {},
      { type: "null" },
      { type: "boolean" },
      { type: "string" },
      { type: "number" },
    ),
    fc.constantFrom<unknown>(
      { const: { a: [1, "é"] } },
      { enum: ["a", 1, null, [true]] },
      { enum: ["x", 2], type: "string" },
    ),
    bounds("minLength", "maxLength", small).map((own) => ({ type: "string", ...own })),
    fc
      .constantFrom("^a+$", "b", '^["\\\\\\n]{2}', "[0-9]$", "^(x|yy)z?$")
      .map((pattern) => ({ type: "string", pattern })),
    fc
      .constantFrom("date", "time", "date-time", "uuid", "ipv4", "email", "hostname", "unheard-of")
      .map((format) => ({ type: "string", format })),
    bounds("minimum", "maximum", decimals).map((own) => ({ type: "integer", ...own })),
    bounds("minimum", "exclusiveMaximum", decimals).map((own) => ({ type: "number", ...own })),
    bounds("exclusiveMinimum", "maximum", decimals).map((own) => ({ type: "number", ...own })),
    fc
      .tuple(tie("schema"), bounds("minItems", "maxItems", small))
      .map(([items, own]) => ({ type: "array", items, ...own })),
    fc
      .tuple(
        fc.array(tie("schema"), { minLength: 1, maxLength: 3 }),
        fc.option(tie("schema")),
        bounds("minItems", "maxItems", small),
      )
      .map(([prefixItems, items, own]) => ({
        type: "array",
        prefixItems,
        ...(items === null ? { items: false } : { items }),
        ...own,
      })),
    fc
      .tuple(
        fc.dictionary(names, tie("schema"), { maxKeys: 4 }),
        fc.array(names, { maxLength: 2 }),
        fc.option(fc.oneof(fc.boolean(), tie("schema"))),
      )
      .map(([properties, required, additionalProperties]) => ({
        type: "object",
        properties,
        required: [...new Set(required)],
        ...(additionalProperties === null ? {} : { additionalProperties }),
      })),
    fc.tuple(tie("schema"), tie("schema")).map((anyOf) => ({ anyOf })),
    fc
      .tuple(tie("schema"), fc.constantFrom("string", "object", "number"))
      .map(([schema, type]) => ({ allOf: [schema, { type }] })),
    fc.constantFrom<unknown>(
      { $ref: "#/$defs/tree" },
      { type: ["integer", "null"] },
      { type: "object", minProperties: 1, maxProperties: 2, propertyNames: { maxLength: 1 } },
    ),
  ),
}));
const $defs = {
  tree: {
    type: "object",
    properties: { leaf: { type: "integer" }, kids: { type: "array", items: { $ref: "#/$defs/tree" } } },
  },
};

describe("JSON Schema", () => {
  test.each(["none", "spaced", "any"] as const)(
    "every text written under masks satisfies the schema (white space: %s)",
    (whitespace) => {
      let written = 0;
      let refused = 0;
      fc.assert(
        fc.property(schemas, fc.nat(), (schema, seed) => {
          const whole = typeof schema === "object" ? { ...schema, $defs } : schema;
          let constraint: Constraint;
          try {
            constraint = compile(whole, whitespace);
          } catch (error) {
            expect(error).toBeInstanceOf(ConstraintError);
            refused++;
            return;
          }
          const random = new Random(seed);
          const validate = ajv.compile(whole as object);
          for (let walk = 0; walk < 3; walk++) {
            const text = walkAtRandom(constraint.start(), vocabulary, () => random.uniform(), 80);
            if (text === undefined) continue;
            written++;
            expect(validate(JSON.parse(text)), `${text} under ${JSON.stringify(whole)}`).toBe(true);
            expect(constraint.accepts(text)).toBe(true);
          }
        }),
        { numRuns: 40, seed: 1 },
      );
      expect(written).toBeGreaterThan(20);
      expect(refused).toBeLessThan(15);
    },
  );

  test("every value of the normal form that satisfies the schema is accepted, every other refused", () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.dictionary(
        names,
        fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom<unknown>("a", "b", null, [true], "x")),
        { maxKeys: 3 },
      ),
      fc.integer({ min: -40, max: 40 }),
      decimals,
      fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant("a")), { maxLength: 3 }),
      fc.string({ unit: fc.constantFrom("a", "b", "x", "é", "\n", "1"), maxLength: 3 }),
    );
    let valid = 0;
    fc.assert(
      fc.property(schemas, fc.array(value, { minLength: 6, maxLength: 6 }), (schema, several) => {
        const whole = typeof schema === "object" ? { ...schema, $defs } : schema;
        let constraint: Constraint;
        try {
          constraint = compile(whole);
        } catch {
          return;
        }
        const validate = ajv.compile(whole as object);
        for (const one of several) {
          const text = JSON.stringify(one);
          if (!validate(JSON.parse(text))) {
            expect(constraint.accepts(text), `${text} under ${JSON.stringify(whole)}`).toBe(false);
            continue;
          }
          // Objects have an order and closed lists of properties here; numbers no exponent where bounded.
          if (/[{e]/.test(text)) continue;
          valid++;
          expect(constraint.accepts(text), `${text} under ${JSON.stringify(whole)}`).toBe(true);
        }
      }),
      { numRuns: 100, seed: 2 },
    );
    expect(valid).toBeGreaterThan(50);
  });

  test.each<[string, unknown, unknown[], unknown[]]>([
    [
      "objects: order, optional and required, closed",
      { type: "object", properties: { a: { type: "integer" }, b: {}, c: { const: 1 } }, required: ["b"] },
      [{ b: 1 }, { a: 1, b: "x" }, { b: {}, c: 1 }, { a: 0, b: [], c: 1 }],
      [{}, { a: 1 }, { b: 1, a: 1 }, { b: 1, d: 1 }, { b: 1, c: 2 }],
    ],
    [
      "objects: all optional, and others",
      { properties: { a: { type: "null" } }, additionalProperties: { type: "integer" } },
      [{}, { a: null }, { a: null, x: 1 }, { x: 1 }, { ab: 1, "": 2 }],
      [{ a: 1 }, { x: null }, { x: 1, a: null }],
    ],
    [
      "objects: required but not listed",
      { type: "object", required: ["k"], additionalProperties: { type: "string" } },
      [{ k: "v" }, { k: "v", l: "w" }],
      [{}, { k: 1 }, { l: "w" }],
    ],
    [
      "objects: counted",
      { type: "object", minProperties: 1, maxProperties: 2, additionalProperties: { type: "integer" } },
      [{ a: 1 }, { a: 1, b: 2 }],
      [{}, { a: 1, b: 2, c: 3 }],
    ],
    [
      "tuples",
      { prefixItems: [{ const: 1 }, { const: 2 }], items: { const: 3 }, minItems: 1, maxItems: 4 },
      [[1], [1, 2], [1, 2, 3], [1, 2, 3, 3]],
      [[], [2], [1, 3], [1, 2, 3, 3, 3]],
    ],
    [
      "tuples that are closed",
      { type: "array", prefixItems: [{ const: 1 }], items: false },
      [[], [1]],
      [[1, 1]],
    ],
    [
      "tuples of the older spelling",
      { items: [{ const: 1 }], additionalItems: { const: 2 } },
      [[], [1], [1, 2, 2]],
      [[2], [1, 1]],
    ],
    ["types without a type", { minLength: 2 }, ["ab"], ["a"]],
    [
      "allOf: bounds and properties",
      {
        allOf: [
          { type: "object", properties: { a: { minimum: 3 } } },
          { properties: { a: { type: "integer", maximum: 5 } }, required: ["a"] },
        ],
      },
      [{ a: 3 }, { a: 5 }],
      [{}, { a: 2 }, { a: 6 }],
    ],
    [
      "allOf: closed by one",
      {
        allOf: [
          { properties: { a: {} }, additionalProperties: false },
          { properties: { a: { type: "null" }, b: {} } },
        ],
        type: "object",
      },
      [{}, { a: null }],
      [{ b: 1 }, { a: 1 }],
    ],
    [
      "anyOf with more beside it",
      { type: "integer", anyOf: [{ minimum: 10 }, { maximum: 0 }] },
      [10, 0, -7],
      [5, 0.5],
    ],
    ["oneOf by types", { oneOf: [{ type: "string" }, { type: "integer" }] }, ["a", 1], [null, 1.5]],
    [
      "oneOf by a constant",
      {
        oneOf: [
          { type: "object", properties: { k: { const: "a" }, v: { type: "null" } }, required: ["k"] },
          { type: "object", properties: { k: { enum: ["b", "c"] } }, required: ["k"] },
        ],
      },
      [{ k: "a", v: null }, { k: "b" }],
      [{ k: "d" }, { k: "b", v: null }],
    ],
    [
      "references, escaped and recursive",
      {
        $ref: "#/definitions/a~1b",
        definitions: { "a/b": { type: "array", items: { $ref: "#/definitions/a~1b" } } },
      },
      [[], [[], [[]]]],
      [[1], {}],
    ],
    [
      "the root as a reference",
      { type: "array", items: { $ref: "#" }, maxItems: 1 },
      [[], [[[]]]],
      [[[], []]],
    ],
    [
      "a reference with more beside it",
      { $ref: "#/$defs/n", maximum: 2, $defs: { n: { type: "integer", minimum: 1 } } },
      [1, 2],
      [0, 3],
    ],
    ["draft 4's exclusive bounds", { type: "integer", minimum: 1, exclusiveMinimum: true }, [2], [1]],
    ["patterns are searched", { type: "string", pattern: "b\\d" }, ["ab1c", "b0"], ["ab", "1b"]],
    [
      "patterns see the text, not its escapes",
      { type: "string", pattern: '^["\\\\\\t]+$' },
      ['"\\\t'],
      ["t"],
    ],
    [
      "lengths count characters",
      { type: "string", minLength: 2, maxLength: 2 },
      ["😀é", '"\n'],
      ["😀", "abc"],
    ],
  ])("%s", (_, schema, right, wrong) => {
    const constraint = compile(schema);
    for (const value of right)
      expect(constraint.accepts(JSON.stringify(value)), JSON.stringify(value)).toBe(true);
    for (const value of wrong)
      expect(constraint.accepts(JSON.stringify(value)), JSON.stringify(value)).toBe(false);
  });

  test("white space is where it was asked for", () => {
    const schema = { type: "object", properties: { a: { type: "array", items: { enum: [{ x: 1 }, 2] } } } };
    const text = {
      none: '{"a":[{"x":1},2]}',
      spaced: '{"a": [{"x": 1}, 2]}',
      any: '{ "a" :\n\t[ { "x":1 } ,2]\r\n}',
    };
    for (const style of ["none", "spaced", "any"] as const)
      for (const other of ["none", "spaced", "any"] as const)
        expect(compile(schema, style).accepts(text[other])).toBe(style === other || style === "any");
  });

  test("free strings may be escaped as JSON allows", () => {
    const constraint = compile({ type: "string" });
    expect(constraint.accepts('"\\u00e9\\/\\b é😀"')).toBe(true);
    for (const text of ['"\\x"', '"\n"', '"\\u12"', '"', "'a'"]) expect(constraint.accepts(text)).toBe(false);
  });

  test.each<[string, unknown, RegExp]>([
    ["no schema", 3, /at #: a schema is an object/],
    ["an unknown type", { type: "float" }, /type "float" is not known/],
    ["not", { properties: { a: { not: {} } } }, /at #\/properties\/a: not is not supported/],
    ["if", { if: {} }, /if is not supported/],
    ["patternProperties", { patternProperties: {} }, /patternProperties/],
    ["uniqueItems", { type: "array", uniqueItems: true }, /uniqueItems/],
    ["multipleOf", { type: "integer", multipleOf: 3 }, /multipleOf/],
    ["pattern and length", { type: "string", pattern: "a", minLength: 2 }, /only one is supported/],
    ["a pattern that is not regular", { type: "string", pattern: "(?=a)" }, /at #: .*lookaround/],
    ["overlapping oneOf", { oneOf: [{ type: "integer" }, { type: "number" }] }, /may overlap/],
    ["a reference elsewhere", { $ref: "http://x/y" }, /must point into this schema/],
    ["a reference to nothing", { $ref: "#/$defs/x%zz" }, /points at nothing/],
    ["a reference to a prototype", { $ref: "#/__proto__" }, /points at nothing/],
    [
      "references in a circle",
      { allOf: [{ $ref: "#/$defs/a" }], $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } },
      /without end/,
    ],
    ["a reference to itself alone", { $ref: "#" }, /matches nothing/],
    [
      "a schema that contains itself by allOf",
      { type: "object", allOf: [{ $ref: "#" }] },
      /nested deeper|combinations/,
    ],
    ["what cannot be", { type: "integer", minimum: 2, maximum: 1 }, /matches nothing/],
    ["a required property that cannot be", { properties: { a: false }, required: ["a"] }, /matches nothing/],
    ["types without a common one", { allOf: [{ type: "string" }, { type: "null" }] }, /matches nothing/],
    ["counts that are no counts", { type: "array", minItems: -1 }, /minItems must be/],
    ["bounds that are no numbers", { type: "number", minimum: "1" }, /minimum must be a number/],
    [
      "counted properties beside listed ones",
      { properties: { a: {}, b: {} }, minProperties: 1 },
      /minProperties/,
    ],
    [
      "ten options to the power of four",
      {
        allOf: Array.from({ length: 4 }, (_, n) => ({
          anyOf: Array.from({ length: 10 }, (_, i) => ({ const: n * 10 + i, title: `${n} ${i}` })),
        })),
      },
      /combinations of anyOf exceed/,
    ],
  ])("%s is refused with its reason", (_, schema, reason) => {
    expect(() => compile(schema)).toThrow(ConstraintError);
    expect(() => compile(schema)).toThrow(reason);
  });

  test("a schema nested too deeply is refused", () => {
    let schema: unknown = {};
    for (let depth = 0; depth < 300; depth++) schema = { items: schema };
    expect(() => compile(schema)).toThrow(/deeper than 100/);
  });
});

describe("numbers within bounds", () => {
  const accepts = (expression: Expression) =>
    new Constraint(new Network({ root: "root", rules: new Map([["root", expression]]) }), byteVocabulary);
  const bound = (value: fc.Arbitrary<number>) =>
    fc.option(fc.record({ value, strict: fc.boolean() }), { nil: undefined });
  const within = (
    value: number,
    low?: { value: number; strict: boolean },
    high?: { value: number; strict: boolean },
  ) =>
    (low === undefined || value > low.value || (!low.strict && value === low.value)) &&
    (high === undefined || value < high.value || (!high.strict && value === high.value));

  test("whole ones", () => {
    const near = fc.oneof(
      fc.integer({ min: -1200, max: 1200 }),
      fc.integer({ min: -150, max: 150 }).map((value) => value / 10),
    );
    fc.assert(
      fc.property(
        bound(near),
        bound(near),
        fc.array(fc.integer({ min: -1300, max: 1300 }), { minLength: 30 }),
        (low, high, values) => {
          let constraint: Constraint | undefined;
          try {
            constraint = accepts(integerWithin(low, high));
          } catch (error) {
            expect(error).toBeInstanceOf(ConstraintError);
          }
          const edges = [low, high].flatMap((edge) =>
            edge ? [Math.floor(edge.value), Math.ceil(edge.value)] : [],
          );
          for (const value of [
            ...values,
            ...edges.flatMap((edge) => [edge - 1, edge, edge + 1]),
            0,
            10,
            99,
            100,
          ])
            expect(constraint?.accepts(String(value)) ?? false, String(value)).toBe(within(value, low, high));
        },
      ),
      { numRuns: 50, seed: 3 },
    );
    const huge = accepts(integerWithin({ value: 1e21, strict: false }, undefined));
    expect(huge.accepts("1000000000000000000000")).toBe(true);
    expect(huge.accepts("999999999999999999999")).toBe(false);
    for (const text of ["-0", "01", "+1", "1.0", ""])
      expect(accepts(integerWithin(undefined, undefined)).accepts(text)).toBe(false);
  });

  test("with digits after the point", () => {
    const near = fc.oneof(
      fc.integer({ min: -20, max: 20 }),
      fc.integer({ min: -2000, max: 2000 }).map((value) => value / 100),
      fc.constantFrom(1e-7, 0.001, 1.5e3),
    );
    const texts = fc.oneof(
      fc.integer({ min: -2100, max: 2100 }).map((value) => String(value / 100)),
      fc
        .tuple(
          fc.integer({ min: -21, max: 21 }),
          fc.string({ unit: fc.constantFrom("0", "1", "5", "9"), minLength: 1, maxLength: 4 }),
        )
        .map(([whole, digits]) => `${whole}.${digits}`),
    );
    fc.assert(
      fc.property(bound(near), bound(near), fc.array(texts, { minLength: 30 }), (low, high, several) => {
        let constraint: Constraint | undefined;
        try {
          constraint = accepts(numberWithin(low, high));
        } catch (error) {
          expect(error).toBeInstanceOf(ConstraintError);
        }
        const edges = [low, high].flatMap((edge) =>
          edge && !String(edge.value).includes("e")
            ? [
                String(edge.value),
                `${edge.value}${Number.isInteger(edge.value) ? "." : ""}0`,
                `${edge.value}${Number.isInteger(edge.value) ? "." : ""}01`,
              ]
            : [],
        );
        for (const text of [...several, ...edges]) {
          if (text.startsWith("-") && Number(text) === 0) continue;
          expect(constraint?.accepts(text) ?? false, `${text} ${JSON.stringify([low, high])}`).toBe(
            within(Number(text), low, high),
          );
        }
      }),
      { numRuns: 60, seed: 4 },
    );
  });
});
