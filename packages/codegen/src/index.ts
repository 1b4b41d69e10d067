/** The neural code generator: examples and words to source code that is executed before it is claimed. */

export { type Problem, type Synthesis, type SynthesisSettings, synthesize } from "./search/synthesize.ts";
export {
  functionsOfText,
  synthesizeTextFunctions,
  type TextExample,
  type TextFunction,
  type TextSynthesis,
  type TextSynthesisOptions,
} from "./strings.ts";
