/** Shows what it was asked; real mixtures write in run/'s own tests. */
import type { MixtureRunner } from "../src/mixture-runner.ts";

export const ECHO: MixtureRunner = {
  async *complete({ parts, request }) {
    yield { text: ` ${parts.map(({ name }) => name).join("+")}` };
    const end = {
      promptTokens: 2,
      tokens: request.max_new_tokens,
      finish: "length",
      specialists: { general: 1 },
    } as const;
    yield { text: "!", end };
  },
  promptTokens: async () => 2,
  gates: async ({ prompt, parts }) => ({
    tokens: [prompt],
    experts: parts.map(({ name }) => name),
    weights: [[parts.map(() => 1 / parts.length)]],
  }),
};
