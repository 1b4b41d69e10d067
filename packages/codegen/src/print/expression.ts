/** Expressions as Python and as TypeScript: templates filled in, brackets only where precedence asks for them. */

import type { Call, Constant, Expression } from "../language/expression.ts";
import { PRECEDENCE } from "../language/operator.ts";
import { CONCATENATION } from "../search/concatenation.ts";
import { elementOf, partsOf, type Type } from "../values/type.ts";

export type Language = "python" | "typescript";

interface Printed {
  readonly text: string;
  readonly precedence: number;
}

export class ExpressionPrinter {
  readonly #language: Language;
  readonly #names = new Map<string, string>();
  readonly #taken: Set<string>;
  readonly helpers = new Set<string>();

  constructor(language: Language, taken: readonly string[]) {
    this.#language = language;
    this.#taken = new Set([...taken, "item", "word", "digit", "group", "key", "i", "d"]);
  }

  print(expression: Expression, least = 0): string {
    const { text, precedence } = this.#print(expression);
    return precedence < least ? `(${text})` : text;
  }

  #print(expression: Expression): Printed {
    switch (expression.kind) {
      case "variable":
        return { text: this.#names.get(expression.name) ?? expression.name, precedence: PRECEDENCE.postfix };
      case "constant":
        return this.#constant(expression);
      case "conditional": {
        const branches = expression.branches.map(({ test, value }) => ({
          test: this.print(test, PRECEDENCE.or),
          value: this.print(value, PRECEDENCE.or),
        }));
        const last = this.print(expression.otherwise, PRECEDENCE.or);
        const text = branches.reduceRight(
          (rest, { test, value }) =>
            this.#language === "python" ? `${value} if ${test} else ${rest}` : `${test} ? ${value} : ${rest}`,
          last,
        );
        return { text, precedence: PRECEDENCE.conditional };
      }
      case "call":
        return expression.operator === CONCATENATION
          ? this.#concatenation(expression)
          : this.#call(expression);
    }
  }

  #constant({ value, type }: Constant): Printed {
    const text =
      type === "pattern" ? printPattern(String(value), this.#language) : printLiteral(value, this.#language);
    const negative = typeof value === "number" && value < 0;
    const bare = this.#language === "typescript" && typeof value === "number";
    return { text, precedence: negative || bare ? PRECEDENCE.unary : PRECEDENCE.postfix };
  }

  #concatenation({ args }: Call): Printed {
    const parts = args.map((arg) => ({
      constant: arg.kind === "constant" ? String(arg.value) : undefined,
      text: this.print(arg, PRECEDENCE.add),
    }));
    const quote = this.#language === "python" ? /["\\{}\n]/ : /[`]/;
    const fits = parts.every(({ constant, text }) => !quote.test(constant ?? text));
    if (!fits) return { text: parts.map(({ text }) => text).join(" + "), precedence: PRECEDENCE.add };
    const quoted = (text: string): string =>
      this.#language === "python"
        ? JSON.stringify(text).slice(1, -1)
        : JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("${", "\\${");
    const body = parts
      .map(({ constant, text }) =>
        constant !== undefined ? quoted(constant) : this.#language === "python" ? `{${text}}` : `\${${text}}`,
      )
      .join("");
    return {
      text: this.#language === "python" ? `f"${body}"` : `\`${body}\``,
      precedence: PRECEDENCE.postfix,
    };
  }

  #call({ operator, args, depth, type }: Call): Printed {
    for (const helper of operator.helpers) this.helpers.add(helper);
    const template = this.#language === "python" ? operator.python : operator.typescript;
    const bound = operator.binds > 0 ? this.#bind(operator.binds, depth ?? 0, args[0]!.type) : [];
    const pattern =
      bound.length < 2
        ? (bound[0] ?? "")
        : this.#language === "python"
          ? bound.join(", ")
          : `[${bound.join(", ")}]`;
    const text = template.replace(
      /\{(\d)(?::(\d))?\}|\{v([01])?\}/g,
      (_, index?: string, least?: string, part?: string) => {
        if (index !== undefined) {
          const arg = args[Number(index)]!;
          return this.#argument(arg, operator.name, Number(least ?? 0));
        }
        return part === undefined ? pattern : bound[Number(part)]!;
      },
    );
    void type;
    if (operator.binds > 0) this.#unbind(operator.binds, depth ?? 0);
    return {
      text,
      precedence: this.#language === "python" ? operator.precedence : operator.typescriptPrecedence,
    };
  }

  /** Iterating over a text needs no list of its characters in Python. */
  #argument(arg: Expression, outer: string, least: number): string {
    const iterates =
      /^(map|sum_of|count_where|all_of|any_of|largest_of|smallest_of|filter|sort|unique|counts|most_common)$/;
    if (
      this.#language === "python" &&
      iterates.test(outer) &&
      arg.kind === "call" &&
      arg.operator.name === "characters"
    ) {
      return this.print(arg.args[0]!, least);
    }
    return this.print(arg, least);
  }

  #bind(count: number, depth: number, source: Type): string[] {
    const element = elementOf(source);
    const types = count === 1 ? [element] : partsOf(element);
    return types.map((type, part) => {
      const options =
        type === "str"
          ? ["part", "s", "t"]
          : type === "num"
            ? ["x", "y", "z", "a", "b"]
            : ["row", "inner", "entry"];
      const name = options.find((one) => !this.#taken.has(one)) ?? `v${depth}${part}`;
      this.#taken.add(name);
      this.#names.set(`@${depth}.${part}`, name);
      return name;
    });
  }

  #unbind(count: number, depth: number): void {
    for (let part = 0; part < count; part++) {
      const key = `@${depth}.${part}`;
      this.#taken.delete(this.#names.get(key) ?? "");
      this.#names.delete(key);
    }
  }
}

function printPattern(source: string, language: Language): string {
  if (language === "typescript") return `/${source.replaceAll("/", "\\/")}/g`;
  return source.includes('"') ? `r'${source}'` : `r"${source}"`;
}

export function printLiteral(value: unknown, language: Language): string {
  if (language === "typescript") return JSON.stringify(value);
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => printLiteral(item, language)).join(", ")}]`;
  if (typeof value === "object") {
    const fields = Object.entries(value).map(
      ([name, field]) => `${JSON.stringify(name)}: ${printLiteral(field, language)}`,
    );
    return `{${fields.join(", ")}}`;
  }
  return String(value);
}

/** A value as Python's repr() writes it. */
export function pythonRepr(value: unknown): string {
  if (typeof value === "string") {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    const escaped = value
      .replaceAll("\\", "\\\\")
      .replaceAll("\n", "\\n")
      .replaceAll("\t", "\\t")
      .replaceAll("\r", "\\r");
    return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
  }
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .map(([name, field]) => `${pythonRepr(name)}: ${pythonRepr(field)}`)
      .join(", ")}}`;
  }
  return printLiteral(value, "python");
}
