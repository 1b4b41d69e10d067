/** /v1/completions: a program's input, or a text that an interpreter goes on with. */
import type { TextToken } from "../../services.ts";
import { type Asked, samplingOf } from "./answer.ts";
import { parseCompletion } from "./requests.ts";

/** @throws AppError request.* */
export function askedOfCompletion(body: unknown): Asked {
  const request = parseCompletion(body);
  const texts = typeof request.prompt === "string" ? [request.prompt] : request.prompt;
  const sampling = samplingOf(request, request.max_tokens);
  const echo = (index: number) => (request.echo ? texts[Math.floor(index / sampling.count)]! : "");
  const logprobs = (scores: readonly TextToken[]) => (request.logprobs == null ? null : shown(scores));
  return {
    model: request.model,
    sampling: request,
    call: {
      ...sampling,
      prompt: { texts },
      ...(request.logprobs == null ? {} : { logProbabilities: request.logprobs }),
    },
    shape: {
      idPrefix: "cmpl",
      objects: { whole: "text_completion", chunk: "text_completion" },
      model: request.model,
      choice: ({ text, finish, scores }, index) => ({
        index,
        text: echo(index) + text,
        logprobs: logprobs(scores),
        finish_reason: finish,
      }),
      delta: ({ index, text, scores }, isFirst) => {
        const piece = (isFirst ? echo(index) : "") + text;
        return piece === ""
          ? undefined
          : { index, text: piece, logprobs: logprobs(scores), finish_reason: null };
      },
      last: (index, finish) => ({ index, text: "", logprobs: null, finish_reason: finish }),
    },
  };
}

function shown(scores: readonly TextToken[]) {
  let at = 0;
  const offsets = scores.map(({ token }) => {
    const offset = at;
    at += token.length;
    return offset;
  });
  return {
    tokens: scores.map(({ token }) => token),
    token_logprobs: scores.map(({ logProbability }) => logProbability),
    top_logprobs: scores.map(({ alternatives }) =>
      Object.fromEntries(alternatives.map(({ token, logProbability }) => [token, logProbability])),
    ),
    text_offset: offsets,
  };
}
