/** The amortised compiler at work: see shape.ts for what it computes. */
import type { Adapter } from "@weightsmith/nn";
import type { Interpreter } from "../../interpreter/interpreter.ts";
import type { PromptContext } from "../../interpreter/prompt.ts";
import type { CompilerWeights } from "./compiler-file.ts";
import { encodeContext, FeatureReader } from "./features.ts";
import { coefficientsOf, emitLora } from "./shape.ts";

export class FastCompiler {
  readonly #interpreter: Interpreter;
  readonly #compiler: CompilerWeights;
  readonly #reader: FeatureReader;

  private constructor(interpreter: Interpreter, compiler: CompilerWeights, reader: FeatureReader) {
    this.#interpreter = interpreter;
    this.#compiler = compiler;
    this.#reader = reader;
  }

  static async open(
    interpreter: Interpreter,
    compiler: CompilerWeights,
    options: { readonly device?: string; readonly threads?: number } = {},
  ): Promise<FastCompiler> {
    const length = interpreter.contextTokens;
    return new FastCompiler(
      interpreter,
      compiler,
      await FeatureReader.open(interpreter, { rows: 1, length, ...options }),
    );
  }

  /** The LoRA for a spec and the examples shown with it. */
  async compile(context: PromptContext): Promise<Adapter> {
    const { config } = this.#interpreter;
    const { shape, weights } = this.#compiler;
    const features = await this.#reader.read([encodeContext(context, this.#interpreter)]);
    return emitLora(config, shape, weights, coefficientsOf(config, shape, weights, features));
  }

  release(): Promise<void> {
    return this.#reader.release();
  }
}
