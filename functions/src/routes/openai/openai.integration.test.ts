/** The official client against this server, with a real interpreter of random weights. */
import OpenAI from "openai";
import { beforeAll, describe, expect, test } from "vitest";
import { makeProgramWith } from "../../../test/tiny-program.ts";
import { type TinyWorld, tinyWorld } from "../../../test/tiny-world.ts";
import { createApp } from "../../app.ts";

let world: TinyWorld;
let openai: OpenAI;
let model: string;
beforeAll(async () => {
  world = await tinyWorld();
  const app = createApp(world.services);
  const connect = (apiKey: string) =>
    new OpenAI({
      apiKey,
      baseURL: "http://openai.test/v1",
      maxRetries: 0,
      fetch: async (url, init) => app.request(String(url), init as RequestInit),
    });
  openai = connect(world.ann.secret);
  model = await makeProgramWith(world, { spec: "Answer with a word.", alias: "worder" });
});

const ask = (content: string) => [{ role: "user" as const, content }];

describe("chat completions", () => {
  test("of a program answer its input as a run does, always the same", async () => {
    const messages = [{ role: "system" as const, content: "ignored" }, ...ask("hello")];
    const first = await openai.chat.completions.create({ model, messages, max_tokens: 8 });
    const [choice] = first.choices;
    expect(choice).toMatchObject({ index: 0, message: { role: "assistant" } });
    expect(first.object).toBe("chat.completion");
    expect(first.usage!.total_tokens).toBe(first.usage!.prompt_tokens + first.usage!.completion_tokens);
    const again = await openai.chat.completions.create({ model: "worder", messages, max_tokens: 8 });
    expect(again.choices[0]!.message.content).toBe(choice!.message.content);
    const runs = world.services.runs as Extract<typeof world.services.runs, { program: unknown }>;
    const [row] = await world.services.db.sql<{ sha: string }>`
      select artifact_sha256 as sha from program where id = ${model}`;
    const run = await runs.program({
      programId: model,
      artifactSha256: row!.sha,
      interpreter: null,
      inputs: ["hello"],
      maxTokens: 8,
      signal: new AbortController().signal,
    });
    expect(choice!.message.content).toBe(run.answers[0]!.output);
  });

  test("stream the same text in pieces, with usage at the end if wanted", async () => {
    const whole = await openai.chat.completions.create({ model, messages: ask("abc"), max_tokens: 8 });
    const stream = await openai.chat.completions.create({
      model,
      messages: ask("abc"),
      max_tokens: 8,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let finish: string | null = null;
    let usage: unknown;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      finish = chunk.choices[0]?.finish_reason ?? finish;
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe(whole.choices[0]!.message.content);
    expect(finish).toBe(whole.choices[0]!.finish_reason);
    expect(usage).toEqual(whole.usage);
  });

  test("hold to a JSON schema, and tell the log-probabilities of their tokens", async () => {
    const schema = { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] };
    const answer = await openai.chat.completions.create({
      model: "tiny",
      messages: [{ role: "system", content: "Judge." }, ...ask("x")],
      response_format: { type: "json_schema", json_schema: { name: "v", schema } },
      max_tokens: 60,
      logprobs: true,
      top_logprobs: 2,
    });
    const [{ message, logprobs }] = answer.choices as [(typeof answer.choices)[number]];
    expect(JSON.parse(message.content!)).toEqual({ ok: expect.any(Boolean) });
    const tokens = logprobs!.content!;
    expect(tokens.map(({ token }) => token).join("")).toBe(message.content);
    for (const { logprob, top_logprobs } of tokens) {
      expect(logprob).toBeLessThanOrEqual(0);
      expect(top_logprobs).toHaveLength(2);
    }
  });

  test("sample with a temperature: the same seed the same answers, n of them", async () => {
    const sample = (seed: number) =>
      openai.chat.completions.create({
        model,
        messages: ask("q"),
        temperature: 1,
        seed,
        n: 3,
        max_tokens: 6,
      });
    const [a, b] = [await sample(7), await sample(7)];
    const texts = (each: typeof a) => each.choices.map(({ message }) => message.content);
    expect(texts(a)).toHaveLength(3);
    expect(texts(a)).toEqual(texts(b));
  });

  test("stop before a stop string", async () => {
    const plain = await openai.chat.completions.create({ model, messages: ask("stop"), max_tokens: 12 });
    const text = plain.choices[0]!.message.content!;
    const stop = text.slice(2, 4);
    const stopped = await openai.chat.completions.create({
      model,
      messages: ask("stop"),
      max_tokens: 12,
      stop,
    });
    expect(stopped.choices[0]!.message.content).toBe(text.slice(0, text.indexOf(stop)));
    expect(stopped.choices[0]!.finish_reason).toBe("stop");
  });
});

describe("completions", () => {
  test("go on with each prompt, whole and streamed", async () => {
    const request = { model: "tiny", prompt: ["<|spec|>a", "<|spec|>b"], max_tokens: 5 } as const;
    const body = { ...request, prompt: [...request.prompt] };
    const whole = await openai.completions.create({ ...body, logprobs: 1 });
    expect(whole.object).toBe("text_completion");
    expect(whole.choices.map(({ index }) => index)).toEqual([0, 1]);
    expect(whole.choices[0]!.logprobs!.tokens!.join("")).toBe(whole.choices[0]!.text);
    const texts = ["", ""];
    for await (const chunk of await openai.completions.create({ ...body, stream: true })) {
      for (const { index, text } of chunk.choices) texts[index] += text;
    }
    expect(texts).toEqual(whole.choices.map(({ text }) => text));
  });
});

describe("models and errors", () => {
  test("interpreters and one's own programs are listed and found", async () => {
    const ids: string[] = [];
    for await (const each of openai.models.list()) ids.push(each.id);
    expect(ids).toEqual(["tiny", model]);
    expect((await openai.models.retrieve("tiny")).object).toBe("model");
  });

  test("an unknown model, an unsupported parameter and a bad schema are the errors that the client knows", async () => {
    const chat = (more: object) =>
      openai.chat.completions.create({ model, messages: ask("x"), ...more } as Parameters<
        typeof openai.chat.completions.create
      >[0]);
    await expect(chat({ model: "gpt-9" })).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(chat({ tools: [{ type: "function", function: { name: "f" } }] })).rejects.toMatchObject({
      status: 422,
      code: "request.unknown_field",
    });
    const schema = { type: "nonsense" };
    const format = { type: "json_schema", json_schema: { name: "v", schema } };
    await expect(chat({ response_format: format })).rejects.toMatchObject({ code: "constraint.invalid" });
  });
});
