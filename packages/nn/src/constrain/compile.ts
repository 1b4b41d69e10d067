/** From what a person writes to a constraint on tokens. */
import { Constraint, type ConstraintVocabulary } from "./constraint.ts";
import { ConstraintError, type Grammar, oneOf } from "./expression.ts";
import { parseGbnf } from "./gbnf.ts";
import { jsonSchemaGrammar } from "./json-schema.ts";
import type { JsonWhitespace } from "./json-text.ts";
import { Network } from "./network.ts";
import { parseRegex } from "./regex.ts";

/** What a text must be. */
export type ConstraintSpec =
  /** one of these texts */
  | { readonly kind: "labels"; readonly labels: readonly string[] }
  /** a match, from its beginning to its end, of a regular expression in JavaScript's syntax */
  | { readonly kind: "regex"; readonly pattern: string; readonly flags?: string }
  /** a JSON text that satisfies a schema; see json-schema.ts for its normal form */
  | { readonly kind: "jsonSchema"; readonly schema: unknown; readonly whitespace?: JsonWhitespace }
  /** a text of a context-free grammar in GBNF, from its rule `root` */
  | { readonly kind: "grammar"; readonly source: string; readonly root?: string };

function grammarOf(spec: ConstraintSpec): Grammar {
  switch (spec.kind) {
    case "labels":
      if (spec.labels.length === 0) throw new ConstraintError("a constraint to labels needs at least one");
      return { root: "root", rules: new Map([["root", oneOf(spec.labels)]]) };
    case "regex":
      return {
        root: "root",
        rules: new Map([["root", parseRegex(spec.pattern, { flags: spec.flags ?? "" })]]),
      };
    case "jsonSchema":
      return jsonSchemaGrammar(spec.schema, { whitespace: spec.whitespace ?? "none" });
    case "grammar":
      return parseGbnf(spec.source, spec.root);
  }
}

/**
 * Compiles a constraint for a vocabulary. Masks are computed when first asked for and kept, so a constraint is
 * worth keeping: across texts, rows of a batch, and requests.
 * @throws ConstraintError saying what in the specification is malformed, unsupported or matches nothing
 */
export function compileConstraint(spec: ConstraintSpec, vocabulary: ConstraintVocabulary): Constraint {
  return new Constraint(new Network(grammarOf(spec)), vocabulary);
}
