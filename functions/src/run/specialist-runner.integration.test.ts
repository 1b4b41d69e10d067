import { AppError } from "@weightsmith/contract";
import { Artifact, type Database } from "@weightsmith/core";
import { createModel, llamaConfig, loadTokenizer, tokenizerFiles, trainBpe } from "@weightsmith/nn";
import { createExpert, encodeExpert, encodeGeneralist } from "@weightsmith/specialists";
import { freshBucket, freshDatabase } from "@weightsmith/testing/services";
import { beforeAll, expect, test } from "vitest";
import type { MixturePart } from "../mixture-runner.ts";
import type { Runs, TextCall } from "../services.ts";
import { withMixtures } from "./mixture-text.ts";
import { specialistRunner } from "./specialist-runner.ts";

let db: Database.Database;
let storage: Artifact.Storage;
let parts: MixturePart[];
beforeAll(async () => {
  ({ db } = await freshDatabase());
  storage = await freshBucket();
  const vocabulary = await trainBpe(["the dog sees the cat"], {
    vocabularySize: 262,
    preTokenizer: "gpt-2",
    specialTokens: ["<|end|>"],
  });
  const files = tokenizerFiles(vocabulary, { roles: { eos: "<|end|>" } });
  const tokenizer = loadTokenizer(files.tokenizer, files.config);
  const shape = { width: 16, layers: 2, heads: 2, ffnWidth: 32, maxPositions: 64 };
  const config = llamaConfig({ ...shape, vocabSize: tokenizer.vocabularySize });
  const model = createModel(config, { seed: 1 });
  const put = async (name: string, bytes: Uint8Array): Promise<MixturePart> => {
    const { sha256 } = await Artifact.put(db, storage, bytes, { mediaType: "application/octet-stream" });
    return { name, sha256 };
  };
  const expert = (seed: number) =>
    encodeExpert(config, createExpert(config, { rank: 2, ffnRank: 0, headRank: 0 }, seed));
  parts = [
    await put("general", encodeGeneralist({ model, tokenizer, gateDecay: 0.9 })),
    await put("one", expert(1)),
    await put("two", expert(2)),
  ];
});

const signal = new AbortController().signal;
const request = {
  prompt: "the dog",
  max_new_tokens: 5,
  temperature: 0,
  top_k: 0,
  stop: [],
  seed: 0,
  routing: "soft" as const,
};

test("a mixture from the store writes the same text each time, and its gates are those of its parts", async () => {
  const runner = specialistRunner({ storage, threads: 1 });
  const write = async (of: MixturePart[]) => Array.fromAsync(runner.complete({ parts: of, request, signal }));
  const first = await write(parts);
  expect(first.at(-1)?.end).toMatchObject({ tokens: 5, finish: "length" });
  expect(Object.keys(first.at(-1)!.end!.specialists)).toEqual(["general", "one", "two"]);
  expect(await write(parts)).toEqual(first);
  const without = await write(parts.slice(0, 2));
  expect(Object.keys(without.at(-1)!.end!.specialists)).toEqual(["general", "one"]);
  const gates = await runner.gates({ parts, prompt: "the cat", routing: "soft" });
  expect(gates.experts).toEqual(["general", "one", "two"]);
});

test("a prompt that does not fit is refused as such, and a part that is gone is told", async () => {
  const runner = specialistRunner({ storage, threads: 1 });
  const long = { ...request, prompt: "the ".repeat(100) };
  await expect(Array.fromAsync(runner.complete({ parts, request: long, signal }))).rejects.toMatchObject({
    code: "run.input_too_long",
  });
  const gone = [parts[0]!, { name: "x", sha256: "f".repeat(64) }];
  await expect(Array.fromAsync(runner.complete({ parts: gone, request, signal }))).rejects.toMatchObject({
    code: "artifact.not_found",
  });
});

test("the OpenAI-compatible endpoints reach a mixture by its parts and everything else as before", async () => {
  const other: Runs["text"] = async () => {
    throw new AppError("interpreter.unknown");
  };
  const text = withMixtures(other, specialistRunner({ storage, threads: 1 }));
  const call: TextCall = {
    interpreter: "specialists",
    mixture: parts,
    prompt: { messages: [{ role: "user", content: "the dog" }] },
    ...{ count: 2, maxTokens: 4, temperature: 0, topP: 1, seed: 0, stop: [], signal },
  };
  const { promptTokens, pieces } = await text(call);
  expect(promptTokens).toBeGreaterThan(0);
  const all = await Array.fromAsync(pieces);
  expect(all.filter(({ finish }) => finish === "length").map(({ index }) => index)).toEqual([0, 1]);
  await expect(text({ ...call, mixture: undefined })).rejects.toMatchObject({ code: "interpreter.unknown" });
  await expect(text({ ...call, logProbabilities: 1 })).rejects.toMatchObject({ code: "request.invalid" });
});
