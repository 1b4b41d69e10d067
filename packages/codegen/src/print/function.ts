/** A whole function: imports, helpers, signature with types, docstring with the examples, body. */
import type { Expression } from "../language/expression.ts";
import type { Problem } from "../search/synthesize.ts";
import { elementOf, isList, parseType, type Type, typeOfAll } from "../values/type.ts";
import type { Value } from "../values/value.ts";
import { ExpressionPrinter, type Language, pythonRepr } from "./expression.ts";
import { orderedHelpers } from "./helpers.ts";

const MODULES = [
  "calendar",
  "collections",
  "datetime",
  "functools",
  "itertools",
  "math",
  "os.path",
  "re",
  "statistics",
];
const SHOWN_EXAMPLES = 3;
const PYTHON_RESERVED = new Set(
  "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield True False None str list int len sum min max sorted map filter".split(
    " ",
  ),
);
const TYPESCRIPT_RESERVED = new Set(
  "break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with yield let static".split(
    " ",
  ),
);

export interface PrintedFunction {
  readonly code: string;
  readonly returnType: string;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
}

/** A function that the printed one calls by name. */
export interface CalledFunction {
  readonly name: Readonly<Record<Language, string>>;
  readonly problem: Problem;
  readonly body: Expression;
}

/** @param functions that are called, in the order in which they must be defined */
export function printFunction(
  expression: Expression,
  problem: Problem,
  {
    name,
    language,
    functions = [],
  }: {
    readonly name: string;
    readonly language: Language;
    readonly functions?: readonly CalledFunction[];
  },
): PrintedFunction {
  const called = functions.map((one) =>
    definition(one.body, one.problem, { name: one.name[language], language, exported: false }),
  );
  const own = definition(expression, problem, { name, language, exported: true });
  const all = [...called, own];
  const helpers = orderedHelpers(new Set(all.flatMap((one) => [...one.helpers])), language);
  const source = [...helpers, ...all.map(({ lines }) => lines)];
  return {
    code: language === "python" ? pythonFile(source) : `${source.join("\n\n")}\n`,
    returnType: own.returnType,
    parameters: own.parameters,
  };
}

interface Definition extends Omit<PrintedFunction, "code"> {
  readonly lines: string;
  readonly helpers: ReadonlySet<string>;
}

function definition(
  expression: Expression,
  problem: Problem,
  {
    name,
    language,
    exported,
  }: { readonly name: string; readonly language: Language; readonly exported: boolean },
): Definition {
  const renamed = renameParameters(problem, language);
  const printer = new ExpressionPrinter(language, [...renamed.values(), name]);
  const body = statements(rename(expression, renamed), printer, language);
  const parameters = problem.parameters.map((parameter, at) => ({
    name: renamed.get(parameter.name)!,
    type: typeName(
      problem.examples.map(({ inputs }) => inputs[at] ?? null),
      parameter.type,
      language,
    ),
  }));
  const returnType = typeName(
    problem.examples.map(({ output }) => output),
    problem.returns,
    language,
  );
  const lines =
    language === "python"
      ? pythonFunction({ name, parameters, returnType, body, problem })
      : typescriptFunction({ name, parameters, returnType, body, problem, exported });
  return { lines, returnType, parameters, helpers: printer.helpers };
}

interface Parts {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly returnType: string;
  readonly body: readonly string[];
  readonly problem: Problem;
}

function pythonFunction({ name, parameters, returnType, body, problem }: Parts): string {
  const doctests = problem.examples
    .slice(0, SHOWN_EXAMPLES)
    .flatMap(({ inputs, output }) => [
      `    >>> ${name}(${inputs.map(pythonRepr).join(", ")})`,
      `    ${pythonRepr(output)}`,
    ]);
  const summary = summaryOf(problem.spec, name);
  const quoted = [summary, ...doctests].some((line) => line.includes("\\")) ? 'r"""' : '"""';
  return [
    `def ${name}(${parameters.map((one) => `${one.name}: ${one.type}`).join(", ")}) -> ${returnType}:`,
    `    ${quoted}${summary.replaceAll('"""', "'''")}`,
    ...(doctests.length > 0 ? ["", ...doctests] : []),
    '    """',
    ...body.map((line) => `    ${line}`),
  ].join("\n");
}

function pythonFile(functions: readonly string[]): string {
  const source = functions.join("\n\n\n");
  const imports = MODULES.filter((module) =>
    new RegExp(`(?<![\\w.])${module.replace(".", "\\.")}\\.`).test(source),
  );
  return `${imports.map((module) => `import ${module}\n`).join("")}${imports.length > 0 ? "\n\n" : ""}${source}\n`;
}

function typescriptFunction({
  name,
  parameters,
  returnType,
  body,
  problem,
  exported,
}: Parts & { readonly exported: boolean }): string {
  const examples = problem.examples
    .slice(0, SHOWN_EXAMPLES)
    .map(({ inputs, output }) =>
      ` * ${name}(${inputs.map((value) => JSON.stringify(value)).join(", ")}); // ${JSON.stringify(output)}`.replaceAll(
        "*/",
        "*\\/",
      ),
    );
  return [
    "/**",
    ` * ${summaryOf(problem.spec, name).replaceAll("*/", "*\\/")}`,
    ...(examples.length > 0 ? [" *", " * @example", ...examples] : []),
    " */",
    `${exported ? "export " : ""}function ${name}(${parameters.map((one) => `${one.name}: ${one.type}`).join(", ")}): ${returnType} {`,
    ...body.map((line) => `  ${line}`),
    "}",
  ].join("\n");
}

const summaryOf = (spec: string, name: string): string => {
  const line = spec.trim().replace(/\s+/g, " ").slice(0, 200);
  return line === ""
    ? `${name.replaceAll("_", " ").replace(/^./, (c) => c.toUpperCase())}, learnt from its examples.`
    : line;
};

function statements(expression: Expression, printer: ExpressionPrinter, language: Language): string[] {
  const end = language === "python" ? "" : ";";
  if (expression.kind !== "conditional") return [`return ${printer.print(expression)}${end}`];
  const branches = expression.branches.flatMap(({ test, value }) =>
    language === "python"
      ? [`if ${printer.print(test)}:`, `    return ${printer.print(value)}`]
      : [`if (${printer.print(test)}) return ${printer.print(value)};`],
  );
  return [...branches, `return ${printer.print(expression.otherwise)}${end}`];
}

function renameParameters(problem: Problem, language: Language): Map<string, string> {
  const reserved = language === "python" ? PYTHON_RESERVED : TYPESCRIPT_RESERVED;
  return new Map(problem.parameters.map(({ name }) => [name, reserved.has(name) ? `${name}_` : name]));
}

function rename(expression: Expression, names: ReadonlyMap<string, string>): Expression {
  switch (expression.kind) {
    case "variable":
      return { ...expression, name: names.get(expression.name) ?? expression.name };
    case "constant":
      return expression;
    case "call":
      return { ...expression, args: expression.args.map((arg) => rename(arg, names)) };
    case "conditional":
      return {
        ...expression,
        branches: expression.branches.map(({ test, value }) => ({
          test: rename(test, names),
          value: rename(value, names),
        })),
        otherwise: rename(expression.otherwise, names),
      };
  }
}

/** The type as the language writes it: from the examples, or as declared where they say nothing. */
export function typeName(values: readonly Value[], declared: string | undefined, language: Language): string {
  const seen = typeOfAll(values);
  const type = seen === undefined || seen.includes("?") ? (parseType(declared) ?? seen) : seen;
  const declaredFloat = /float|double|decimal/i.test(declared ?? "");
  const integers = !declaredFloat && JSON.stringify(values).match(/\d\.\d/) === null;
  return write(type, language, integers);
}

function write(type: Type | undefined, language: Language, integers: boolean): string {
  const python = language === "python";
  if (type === undefined || type.includes("?") || type === "mixed") return python ? "object" : "unknown";
  if (isList(type)) {
    const element = write(elementOf(type), language, integers);
    return python ? `list[${element}]` : `${element}[]`;
  }
  switch (type) {
    case "num":
      return python ? (integers ? "int" : "float") : "number";
    case "str":
      return python ? "str" : "string";
    case "bool":
      return python ? "bool" : "boolean";
    case "record":
      return python ? "dict" : "Record<string, any>";
    default:
      return python ? "object" : "unknown";
  }
}
