/**
 * More examples for a spec, written by a model behind an OpenAI-compatible endpoint. They come back marked as generated:
 * a person may edit or accept them; until then a compile learns from them and measures nothing by them.
 */
import { AppError, checkExamples, type Example } from "@weightsmith/contract";
import { z } from "zod";

/** An OpenAI-compatible service and one of its models. */
export interface Endpoint {
  /** With /v1, such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly model: string;
}

export interface WriteOptions {
  readonly spec: string;
  readonly given: readonly Example[];
  readonly count: number;
  readonly endpoint: Endpoint;
  readonly signal: AbortSignal;
}

const completionSchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1),
});
const writtenSchema = z.object({ examples: z.array(z.unknown()) });
/** Given examples that the model sees; more teach it little. */
const mostShown = 30;

/**
 * At most `count` examples, none of them given before or contradicting what was.
 * @throws AppError model.unavailable naming what the endpoint answered, if it cannot be used
 */
export async function write(options: WriteOptions): Promise<Example[]> {
  const { spec, given, count, endpoint, signal } = options;
  const answer = await fetch(`${endpoint.baseUrl.replace(/\/+$/, "")}/chat/completions`, {
    method: "POST",
    signal,
    headers: {
      "content-type": "application/json",
      ...(endpoint.apiKey === undefined ? {} : { authorization: `Bearer ${endpoint.apiKey}` }),
    },
    body: JSON.stringify({
      model: endpoint.model,
      messages: [
        { role: "system", content: instructions(count) },
        { role: "user", content: JSON.stringify({ spec, examples: shown(given) }) },
      ],
      response_format: { type: "json_object" },
    }),
  }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw unusable(endpoint, "cannot be reached", cause);
  });
  if (!answer.ok) {
    throw unusable(endpoint, `answered ${answer.status}: ${(await answer.text()).slice(0, 200)}`);
  }
  const written = read(endpoint, await answer.text());
  const known = new Set(given.map(({ input }) => input));
  const fresh: Example[] = [];
  for (const { input, output } of written) {
    if (known.has(input)) continue;
    known.add(input);
    fresh.push({ input, output, generated: true });
  }
  return fresh.slice(0, count);
}

const instructions = (count: number): string =>
  `You write test data. The user gives a spec of a text function and perhaps solved examples. Answer with a JSON object {"examples": [{"input": "…", "output": "…"}, …]} of ${count} new, varied examples: ordinary ones, noisy ones and edge cases. Every output must be exactly what the spec and the given examples ask for; leave out inputs whose output is in doubt. Repeat no given input.`;

const shown = (given: readonly Example[]) =>
  given.slice(0, mostShown).map(({ input, output }) => ({ input, output }));

function read(endpoint: Endpoint, text: string): Example[] {
  try {
    const { choices } = completionSchema.parse(JSON.parse(text));
    return checkExamples(writtenSchema.parse(JSON.parse(choices[0]!.message.content)).examples);
  } catch (cause) {
    throw unusable(endpoint, "did not answer with examples in the form that was asked for", cause);
  }
}

const unusable = ({ baseUrl, model }: Endpoint, what: string, cause?: unknown): AppError =>
  new AppError("model.unavailable", {
    message: `The endpoint ${baseUrl} (model ${model}) ${what}.`,
    remedy: "Check the address, the key and the model, or write the examples by hand.",
    cause,
  });
