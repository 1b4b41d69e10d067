/**
 * Drafts from an OpenAI-compatible endpoint (`POST {base}/chat/completions`). A draft that fails is not repaired here: it
 * is one candidate among others, and the sandbox decides.
 */
import { AppError } from "@weightsmith/contract";
import { z } from "zod";
import { instructionsFor } from "./drafts.ts";
import type { DraftSource, Task } from "./proposal.ts";

/** Sends one request; the caller decides which addresses may be asked. */
export type SendRequest = (
  url: string,
  request: {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly signal: AbortSignal;
  },
) => Promise<{ readonly status: number; readonly text: string }>;

export interface EndpointOptions {
  /** Up to and including the version: `https://api.example.com/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly key?: string | undefined;
  /** How many drafts to ask for, the first at temperature 0. Default: 3. */
  readonly drafts?: number;
  readonly maxTokens?: number;
  /** Default: `fetch`, without following redirects. */
  readonly send?: SendRequest;
}

const answerSchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullable() }) })).min(1),
});
const MOST_ANSWER_CHARACTERS = 1_000_000;

export class EndpointSource implements DraftSource {
  readonly name = "endpoint";
  readonly #options: EndpointOptions;

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  /** @throws AppError model.unavailable if the endpoint cannot be reached, refuses, or answers something else */
  async *drafts(task: Task): AsyncGenerator<string> {
    const { drafts = 3 } = this.#options;
    const signal = AbortSignal.any([task.signal, AbortSignal.timeout(Math.ceil(task.seconds * 1_000))]);
    for (let at = 0; at < drafts && !signal.aborted; at++) {
      const text = await this.#ask(task, at === 0 ? 0 : 0.8, signal);
      if (text !== undefined) yield text;
    }
    task.signal.throwIfAborted();
  }

  async #ask(task: Task, temperature: number, signal: AbortSignal): Promise<string | undefined> {
    const { baseUrl, model, key, maxTokens = 1_024, send = sendPlainly } = this.#options;
    const url = `${baseUrl.replace(/\/+$/, "")}/chat/completions`;
    const unavailable = (what: string, cause?: unknown) =>
      new AppError("model.unavailable", { message: `The endpoint for ${model} ${what}.`, cause });
    let answer: Awaited<ReturnType<SendRequest>>;
    try {
      answer = await send(url, {
        headers: {
          "content-type": "application/json",
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        },
        body: JSON.stringify({
          model,
          temperature,
          max_tokens: maxTokens,
          messages: [{ role: "user", content: instructionsFor(task) }],
        }),
        signal,
      });
    } catch (cause) {
      if (signal.aborted) return undefined;
      if (cause instanceof AppError) throw cause;
      throw unavailable("could not be reached", cause);
    }
    if (answer.status !== 200) throw unavailable(`answered with status ${answer.status}`);
    const parsed = answerSchema.safeParse(jsonOf(answer.text.slice(0, MOST_ANSWER_CHARACTERS)));
    if (!parsed.success) throw unavailable("answered something that is no chat completion", parsed.error);
    return parsed.data.choices[0]!.message.content ?? undefined;
  }
}

async function sendPlainly(
  url: string,
  request: Parameters<SendRequest>[1],
): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { method: "POST", redirect: "manual", ...request });
  return { status: response.status, text: await response.text() };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
