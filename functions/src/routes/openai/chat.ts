/** POST /v1/chat/completions */
import type { AppContext } from "../../http/environment.ts";
import type { Runs, Services, TextToken } from "../../services.ts";
import { answer, samplingOf, type Target } from "./answer.ts";
import { constraintOf, messageText, parseChat } from "./requests.ts";

export async function chat(
  c: AppContext,
  { runSeconds }: Services,
  runs: Runs,
  body: unknown,
  targetOf: (model: string) => Promise<Target>,
): Promise<Response> {
  const request = parseChat(body);
  const constraint = constraintOf(request);
  const call = {
    ...(await targetOf(request.model)),
    ...samplingOf(request, request.max_completion_tokens ?? request.max_tokens),
    prompt: {
      messages: request.messages.map((message) => ({ role: message.role, content: messageText(message) })),
    },
    ...(constraint === undefined ? {} : { constraint }),
    ...(request.logprobs ? { logProbabilities: request.top_logprobs ?? 0 } : {}),
  };
  const scored = request.logprobs === true;
  const logprobs = (scores: readonly TextToken[]) =>
    scored ? { content: scores.map(shown), refusal: null } : null;
  return answer(
    c,
    runs,
    call,
    {
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
    request,
    runSeconds,
  );
}

const score = ({ token, bytes, logProbability }: Omit<TextToken, "alternatives">) => ({
  token,
  bytes,
  logprob: logProbability,
});
const shown = (token: TextToken) => ({ ...score(token), top_logprobs: token.alternatives.map(score) });
