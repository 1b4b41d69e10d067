export { type ConstraintSpec, compileConstraint } from "./compile.ts";
export {
  Constraint,
  type ConstraintState,
  type ConstraintVocabulary,
  constraintVocabulary,
  type TokenSource,
} from "./constraint.ts";
export { ConstraintError } from "./expression.ts";
export type { JsonWhitespace } from "./json-text.ts";
