/** The models that people ask for by a short name, and where their files are kept. */

export interface RegisteredModel {
  readonly name: string;
  /** on the Hugging Face hub */
  readonly repository: string;
  /** a decoder writes on; an encoder–decoder answers */
  readonly kind: "decoder" | "encoder-decoder";
  /** in billions, rounded: what a machine must hold */
  readonly parameters: number;
  readonly licence: string;
  /** The hub gives its files only to those who accepted its licence there: a token is needed. */
  readonly gated: boolean;
}

const decoder = (
  name: string,
  repository: string,
  parameters: number,
  licence: string,
  gated = false,
): RegisteredModel => ({ name, repository, kind: "decoder", parameters, licence, gated });

const t5 = (name: string, parameters: number): RegisteredModel => ({
  name,
  repository: `google-t5/${name}`,
  kind: "encoder-decoder",
  parameters,
  licence: "apache-2.0",
  gated: false,
});

export const registeredModels: readonly RegisteredModel[] = [
  decoder("tiny-gpt2", "sshleifer/tiny-gpt2", 0.0001, "unknown"),
  decoder("gpt2", "openai-community/gpt2", 0.12, "mit"),
  decoder("qwen2.5-coder-0.5b", "Qwen/Qwen2.5-Coder-0.5B-Instruct", 0.5, "apache-2.0"),
  decoder("qwen3-0.6b", "Qwen/Qwen3-0.6B", 0.6, "apache-2.0"),
  decoder("llama-3.2-1b", "meta-llama/Llama-3.2-1B", 1.2, "llama3.2", true),
  decoder("phi3-mini", "microsoft/Phi-3-mini-4k-instruct", 3.8, "mit"),
  decoder("mistral-7b", "mistralai/Mistral-7B-v0.1", 7.2, "apache-2.0"),
  decoder("llama-3-8b", "meta-llama/Meta-Llama-3-8B", 8, "llama3", true),
  decoder("deepseek-coder-6.7b", "deepseek-ai/deepseek-coder-6.7b-base", 6.7, "deepseek"),
  t5("t5-small", 0.06),
  t5("t5-base", 0.22),
  t5("t5-large", 0.74),
];

/** A registered model by its name, or by its repository. */
export function findModel(name: string): RegisteredModel | undefined {
  return registeredModels.find((model) => model.name === name || model.repository === name);
}
