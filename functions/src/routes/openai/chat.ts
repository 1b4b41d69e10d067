/** /v1/chat/completions: what is asked, and how the answer looks. */
import type { TextToken } from "../../services.ts";
import { type Asked, samplingOf } from "./answer.ts";
import { constraintOf, messageText, parseChat } from "./requests.ts";

/** @throws AppError request.*, constraint.invalid */
export function askedOfChat(body: unknown): Asked {
  const request = parseChat(body);
  const constraint = constraintOf(request);
  const scored = request.logprobs === true;
  const logprobs = (scores: readonly TextToken[]) =>
    scored ? { content: scores.map(shown), refusal: null } : null;
  return {
    model: request.model,
    sampling: request,
    call: {
      ...samplingOf(request, request.max_completion_tokens ?? request.max_tokens),
      prompt: {
        messages: request.messages.map((message) => ({ role: message.role, content: messageText(message) })),
      },
      ...(constraint === undefined ? {} : { constraint }),
      ...(scored ? { logProbabilities: request.top_logprobs ?? 0 } : {}),
    },
    shape: {
      idPrefix: "chatcmpl",
      objects: { whole: "chat.completion", chunk: "chat.completion.chunk" },
      model: request.model,
      choice: ({ text, finish, scores }, index) => ({
        index,
        message: { role: "assistant", content: text, refusal: null },
        logprobs: logprobs(scores),
        finish_reason: finish,
      }),
      delta: ({ index, text, scores }, isFirst) =>
        text === "" && !isFirst
          ? undefined
          : {
              index,
              delta: { ...(isFirst ? { role: "assistant" } : {}), content: text },
              logprobs: logprobs(scores),
              finish_reason: null,
            },
      last: (index, finish) => ({ index, delta: {}, logprobs: null, finish_reason: finish }),
    },
  };
}

const score = ({ token, bytes, logProbability }: Omit<TextToken, "alternatives">) => ({
  token,
  bytes,
  logprob: logProbability,
});
const shown = (token: TextToken) => ({ ...score(token), top_logprobs: token.alternatives.map(score) });
