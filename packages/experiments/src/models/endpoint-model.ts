/** A model behind any OpenAI-compatible endpoint (`POST …/chat/completions`), asked for JSON of a schema. */
import { AppError } from "@weightsmith/contract";
import { z } from "zod";
import { generatorPrompt } from "../roles/prompts.ts";
import { answerSchema, type ExperimentModel, type JsonRequest, readAnswer } from "./model.ts";

export interface EndpointOptions {
  /** For example https://api.example.com/v1 */
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey?: string;
  readonly timeoutSeconds?: number;
  /** Sends the request. Default: fetch, to any address. */
  readonly send?: SendRequest;
}

/** One POST of JSON. Rejects if there is no answer. */
export type SendRequest = (
  url: string,
  request: {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly signal: AbortSignal;
  },
) => Promise<{ readonly status: number; readonly text: string }>;

const sendAnywhere: SendRequest = async (url, request) => {
  const response = await fetch(url, { method: "POST", ...request });
  return { status: response.status, text: await response.text() };
};

const completionSchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullable() }) })).min(1),
});

export function openEndpoint(id: string, options: EndpointOptions): ExperimentModel {
  const { baseUrl, model, apiKey, timeoutSeconds = 120, send = sendAnywhere } = options;
  const url = `${baseUrl.replace(/\/$/, "")}/chat/completions`;

  async function complete(
    { system, user, schema, maxTokens }: JsonRequest,
    sample: { temperature: number; seed: number } | undefined,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
    const body = {
      model,
      messages: [
        { role: "system", content: system },
        { role: "user", content: user },
      ],
      max_tokens: maxTokens,
      temperature: sample?.temperature ?? 0,
      ...(sample ? { seed: sample.seed } : {}),
      response_format: { type: "json_schema", json_schema: { name: "answer", strict: true, schema } },
    };
    let answer: Awaited<ReturnType<SendRequest>>;
    try {
      answer = await send(url, {
        headers: {
          "content-type": "application/json",
          ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof AppError) throw cause;
      throw unavailable(`${url} did not answer: ${(cause as Error).message}.`, cause);
    }
    const { status, text } = answer;
    if (status < 200 || status > 299) throw unavailable(`${url} answered ${status}: ${text.slice(0, 300)}`);
    const parsed = completionSchema.safeParse(jsonOrUndefined(text));
    if (!parsed.success)
      throw unavailable(`${url} did not answer as a chat completion: ${text.slice(0, 300)}`);
    return parsed.data.choices[0]!.message.content ?? "";
  }

  return {
    id,
    identity: `${baseUrl} ${model}`,
    device: "remote",
    async answer(request, signal) {
      const prompt = { ...generatorPrompt(request), schema: answerSchema, maxTokens: 512 };
      return readAnswer(unfenced(await complete(prompt, request.sample, signal)));
    },
    writeJson: async (request, signal) =>
      jsonOrUndefined(unfenced(await complete(request, undefined, signal))),
    close: async () => {},
  };
}

/** Some servers ignore the schema and wrap JSON in a code fence. */
const unfenced = (text: string): string => /^\s*```(?:json)?\s*([\s\S]*?)```\s*$/.exec(text)?.[1] ?? text;

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const unavailable = (message: string, cause?: unknown): AppError =>
  new AppError("model.unavailable", { message, cause });
