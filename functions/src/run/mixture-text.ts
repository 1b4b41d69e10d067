/** Mixtures of specialists behind the OpenAI-compatible endpoints: the messages are the text, which the mixture goes on with. */
import { AppError } from "@weightsmith/contract";
import type { MixturePart, MixtureRunner } from "../mixture-runner.ts";
import type { Runs, TextCall, TextPiece } from "../services.ts";

/** @throws AppError request.invalid for what a mixture cannot do: constraints and log-probabilities */
export function withMixtures(text: Runs["text"], runner: MixtureRunner): Runs["text"] {
  return async (call) => {
    if (call.mixture === undefined) return text(call);
    if (call.constraint != null || call.logProbabilities !== undefined) {
      throw new AppError("request.invalid", {
        message: "Specialists write without constraints and without log-probabilities.",
      });
    }
    const prompts =
      "messages" in call.prompt
        ? [call.prompt.messages.map(({ content }) => content).join("\n\n")]
        : call.prompt.texts;
    const { mixture: parts } = call;
    const counts = await Promise.all(prompts.map((prompt) => runner.promptTokens({ parts, prompt })));
    return {
      promptTokens: counts.reduce((sum, count) => sum + count, 0),
      pieces: written(prompts, parts, call, runner),
    };
  };
}

/** One answer after the other, each as it is written. */
async function* written(
  prompts: readonly string[],
  parts: readonly MixturePart[],
  { count, maxTokens, temperature, topP, stop, seed, signal }: TextCall,
  runner: MixtureRunner,
): AsyncGenerator<TextPiece> {
  for (const [at, prompt] of prompts.entries()) {
    for (let copy = 0; copy < count; copy++) {
      const request = {
        ...{ prompt, max_new_tokens: maxTokens, temperature, top_k: 0, topP },
        ...{ stop: [...stop], seed: seed + copy, routing: "soft" as const },
      };
      for await (const { text, end } of runner.complete({ parts, request, signal })) {
        const piece = { index: at * count + copy, text, tokens: end?.tokens ?? 0, scores: [] };
        yield end ? { ...piece, finish: end.finish === "stop" ? "stop" : "length" } : piece;
      }
    }
  }
}
