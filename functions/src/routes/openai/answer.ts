/** What chat and completions share: running the call, and answering it whole or as a stream of chunks. */
import { randomUUID } from "node:crypto";
import { AppError, LIMITS } from "@weightsmith/contract";
import { streamSSE } from "hono/streaming";
import type { AppContext } from "../../http/environment.ts";
import type { Runs, TextCall, TextPiece, TextToken } from "../../services.ts";
import { type TimeLimit, timeLimit } from "../programs-run/time-limit.ts";

/** Who writes. */
export type Target = Pick<TextCall, "program" | "interpreter" | "mixture">;

export interface Sampling {
  readonly temperature?: number | null | undefined;
  readonly top_p?: number | null | undefined;
  readonly n?: number | null | undefined;
  readonly stop?: string | readonly string[] | null | undefined;
  readonly seed?: number | null | undefined;
  readonly stream?: boolean | null | undefined;
  readonly stream_options?: { readonly include_usage?: boolean | null | undefined } | null | undefined;
}

/** Deterministic unless a temperature is asked for, unlike OpenAI's own models: a program is a function. */
export const samplingOf = (request: Sampling, maxTokens: number | null | undefined) => ({
  count: request.n ?? 1,
  maxTokens: Math.min(maxTokens ?? LIMITS.answerTokens, LIMITS.answerTokens),
  temperature: request.temperature ?? 0,
  topP: request.top_p ?? 1,
  // A seed of ours has 31 bits and is never negative.
  seed: Math.abs(request.seed ?? 0) % 2 ** 31,
  stop: typeof request.stop === "string" ? [request.stop] : (request.stop ?? []),
});

/** One answer, whole. */
export interface Written {
  readonly text: string;
  readonly finish: "stop" | "length";
  readonly scores: readonly TextToken[];
}

/** How an endpoint shows what was written. */
export interface Shape {
  readonly idPrefix: string;
  /** `object` of the whole and of a chunk. */
  readonly objects: { readonly whole: string; readonly chunk: string };
  readonly model: string;
  choice(written: Written, index: number): object;
  /** undefined: nothing to send. */
  delta(piece: TextPiece, isFirst: boolean): object | undefined;
  /** Sent when a choice has ended. */
  last(index: number, finish: "stop" | "length"): object;
}

/** What a request asks, apart from who answers. */
export interface Asked {
  readonly model: string;
  readonly call: Omit<TextCall, "signal" | keyof Target>;
  readonly shape: Shape;
  readonly sampling: Sampling;
}

const headOf = (shape: Shape) => ({
  id: `${shape.idPrefix}-${randomUUID()}`,
  created: Math.floor(Date.now() / 1000),
  model: shape.model,
});

/** The whole answer as a JSON body. */
export const wholeOf = (
  shape: Shape,
  { choices, promptTokens, tokens }: { choices: Written[]; promptTokens: number; tokens: number },
  head = headOf(shape),
) => ({
  ...head,
  object: shape.objects.whole,
  choices: choices.map((written, index) => shape.choice(written, index)),
  usage: usageOf(promptTokens, tokens),
});

export async function answer(
  c: AppContext,
  runs: Runs,
  target: Target,
  { call: asked, shape, sampling: { stream, stream_options: options } }: Asked,
  runSeconds: number,
): Promise<Response> {
  const call = { ...target, ...asked };
  const head = headOf(shape);
  const limit = timeLimit(runSeconds, c.req.raw.signal);
  const { promptTokens, pieces } = await limit.hold(runs.text({ ...call, signal: limit.signal }));
  if (stream)
    return streamed(c, {
      head,
      shape,
      promptTokens,
      pieces,
      limit,
      withUsage: options?.include_usage === true,
    });
  return c.json(wholeOf(shape, { promptTokens, ...(await limit.hold(collect(pieces))) }, head));
}

export async function collect(
  pieces: Iterable<TextPiece> | AsyncIterable<TextPiece>,
): Promise<{ choices: Written[]; tokens: number }> {
  const choices: { text: string; finish: "stop" | "length"; scores: TextToken[] }[] = [];
  let tokens = 0;
  for await (const piece of pieces) {
    choices[piece.index] ??= { text: "", finish: "length", scores: [] };
    const choice = choices[piece.index]!;
    choice.text += piece.text;
    choice.scores.push(...piece.scores);
    if (piece.finish !== undefined) choice.finish = piece.finish;
    tokens += piece.tokens;
  }
  return { choices, tokens };
}

const usageOf = (prompt: number, completion: number) => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
});

interface Streaming {
  readonly head: object;
  readonly shape: Shape;
  readonly promptTokens: number;
  readonly pieces: AsyncIterable<TextPiece>;
  readonly limit: TimeLimit;
  readonly withUsage: boolean;
}

function streamed(
  c: AppContext,
  { head, shape, promptTokens, pieces, limit, withUsage }: Streaming,
): Response {
  return streamSSE(
    c,
    async (stream) => {
      const common = { ...head, object: shape.objects.chunk };
      const send = (data: object) => stream.writeSSE({ data: JSON.stringify(data) });
      const chunk = (choice: object) =>
        send({ ...common, choices: [choice], ...(withUsage ? { usage: null } : {}) });
      const begun = new Set<number>();
      let tokens = 0;
      await limit.hold(
        (async () => {
          for await (const piece of pieces) {
            tokens += piece.tokens;
            const delta = shape.delta(piece, !begun.has(piece.index));
            begun.add(piece.index);
            if (delta !== undefined) await chunk(delta);
            if (piece.finish !== undefined) await chunk(shape.last(piece.index, piece.finish));
          }
        })(),
      );
      if (withUsage) await send({ ...common, choices: [], usage: usageOf(promptTokens, tokens) });
      await stream.writeSSE({ data: "[DONE]" });
    },
    async (error, stream) => {
      const known = error instanceof AppError ? error : new AppError("internal.error", { cause: error });
      await stream.writeSSE({ data: JSON.stringify({ error: known.toProblem() }) });
    },
  );
}
