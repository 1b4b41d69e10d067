import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LanguageModel } from "@weightsmith/nn";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SmallName, smallCorpus, smallRecipe, smallText } from "../../test/small-world.ts";
import { type PreparedCorpus, partOf, prepareCorpus } from "../corpus/prepared-corpus.ts";
import { createExpert, decodeExpert, type Expert, encodeExpert } from "../model/expert.ts";
import { type Generalist, trainGeneralist, trainTokenizer } from "../train/generalist.ts";
import { type KnownExpert, type TrainedSpecialist, trainSpecialist } from "../train/specialist.ts";
import { Mixture } from "./mixture.ts";

const session = { device: "cpu", threads: 1 } as const;
const folder = mkdtempSync(path.join(tmpdir(), "weightsmith-specialists-"));
const { gateDecay } = smallRecipe.specialist;
let generalist: Generalist;
const corpora = new Map<SmallName, PreparedCorpus>();
const trained: KnownExpert[] = [];
let metals: TrainedSpecialist;
let mixture: Mixture;

const train = (name: SmallName, others: readonly KnownExpert[], recipe = smallRecipe, options = {}) => {
  const otherCorpora = ["general" as const, ...others.map((other) => other.name as SmallName)];
  const world = {
    corpus: corpora.get(name)!,
    others,
    otherCorpora: otherCorpora.map((other) => corpora.get(other)!),
  };
  return trainSpecialist(generalist.model, world, recipe, { session, ...options });
};

beforeAll(async () => {
  const tokenizer = await trainTokenizer(smallCorpus("general"), smallRecipe);
  for (const name of ["general", "metals", "music"] as const) {
    corpora.set(name, await prepareCorpus(smallCorpus(name), tokenizer, folder));
  }
  const model = await trainGeneralist(corpora.get("general")!, tokenizer, smallRecipe, { session });
  generalist = { model, tokenizer, gateDecay };
  metals = await train("metals", []);
  trained.push({ name: "metals", expert: metals.expert });
  trained.push({ name: "music", expert: (await train("music", trained)).expert });
  mixture = new Mixture(generalist, { session });
  mixture.set(trained);
}, 240_000);
afterAll(async () => {
  await mixture.release();
  for (const corpus of corpora.values()) await corpus.close();
  rmSync(folder, { recursive: true, force: true });
});

const heldOut = (name: SmallName) =>
  smallText(name)
    .split("\n\n")
    .filter((paragraph) => partOf(paragraph) === "heldOut");
const tokensOf = (text: string) => generalist.tokenizer.encode(text);
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
const nats = async (of: Mixture, name: SmallName): Promise<number> => {
  const tokens = tokensOf(heldOut(name).join("\n\n")).slice(0, 120);
  return -sum(await of.score(tokens)) / (tokens.length - 1);
};
const hash = (expert: Expert) =>
  createHash("sha256").update(encodeExpert(generalist.model.config, expert)).digest("hex");

test("without specialists the mixture is the generalist", async () => {
  const alone = new Mixture(generalist, { session });
  const plain = await LanguageModel.open(generalist.model, { session });
  const tokens = tokensOf(smallText("general")).slice(0, 50);
  const [expected] = await plain.score([{ tokens }]);
  const got = await alone.score(tokens);
  for (const [index, value] of got.entries()) expect(value).toBeCloseTo(expected![index]!, 3);
  await alone.release();
  await plain.release();
});

test("an expert that was never trained changes nothing, whatever the gate says", async () => {
  const idle = new Mixture(generalist, { session });
  const tokens = tokensOf(smallText("music")).slice(0, 40);
  const before = await idle.score(tokens);
  idle.add("idle", createExpert(generalist.model.config, { rank: 2, ffnRank: 0, headRank: 0 }, 1));
  const after = await idle.score(tokens);
  for (const [index, value] of after.entries()) expect(value).toBeCloseTo(before[index]!, 3);
  await idle.release();
});

test("specialists predict their own held-out text better than the generalist, and leave general text", async () => {
  const alone = new Mixture(generalist, { session });
  for (const name of ["metals", "music"] as const) {
    expect(await nats(mixture, name)).toBeLessThan((await nats(alone, name)) - 0.3);
  }
  expect(await nats(mixture, "general")).toBeLessThan((await nats(alone, "general")) + 0.3);
  await alone.release();
});

test("the gate's favourite is the text's domain", async () => {
  for (const [index, name] of (["general", "metals", "music"] as const).entries()) {
    const { weights, experts } = await mixture.gates(heldOut(name)[0]!.slice(0, 120));
    expect(experts).toEqual(["general", "metals", "music"]);
    const shares = experts.map((_, expert) => sum(weights.flat().map((row) => row[expert]!)));
    expect(shares.indexOf(Math.max(...shares)), name).toBe(index);
  }
});

test("gate weights are shares of every token in every layer; hard routing gives all to one", async () => {
  const soft = await mixture.gates("the iron and the violin");
  expect(soft.weights).toHaveLength(smallRecipe.model.layers);
  expect(soft.tokens.join("")).toBe("the iron and the violin");
  for (const row of soft.weights.flat()) expect(sum(row)).toBeCloseTo(1, 4);
  const hard = await mixture.gates("the iron and the violin", "hard");
  for (const row of hard.weights.flat()) expect([...row].sort()).toEqual([0, 0, 1]);
  const two = await mixture.gates("the iron and the violin", { topK: 2 });
  for (const row of two.weights.flat()) expect(row.filter((share) => share === 0)).toHaveLength(1);
});

test("a domain token hands what follows to its specialist", async () => {
  const { weights, tokens } = await mixture.gates("the [metals] dog [auto] cat [unknown]");
  expect(tokens.join("")).toBe("the dog cat [unknown]");
  const dog = tokensOf("the ").length;
  for (const layer of weights) expect(layer[dog]![1]).toBeCloseTo(1, 5);
});

test("training one changes no bit of another, and deleting one leaves the rest as they were alone", async () => {
  const [first, second] = trained.map(({ expert }) => expert);
  const before = [hash(first!), hash(second!)];
  const shrunk = new Mixture(generalist, { session });
  shrunk.set(trained);
  shrunk.remove("music");
  expect(shrunk.names).toEqual(["metals"]);
  const single = new Mixture(generalist, { session });
  single.add("metals", first!);
  const tokens = tokensOf(heldOut("metals").join(" ")).slice(0, 60);
  expect(await shrunk.score(tokens)).toEqual(await single.score(tokens));
  expect([hash(first!), hash(second!)]).toEqual(before);
  expect(() => shrunk.remove("music")).toThrow(/no specialist "music"/);
  await shrunk.release();
  await single.release();
});

test("reading in one piece and token by token is the same text", async () => {
  const tokens = tokensOf(heldOut("music")[0]!).slice(0, 40);
  const whole = await mixture.score(tokens);
  const single = await mixture.score(tokens, "soft", 1);
  for (const [index, value] of single.entries()) expect(value).toBeCloseTo(whole[index]!, 3);
});

test("a stream's pieces are the completion", async () => {
  const prompt = "the iron and the ";
  const whole = await mixture.complete({ prompt, maxTokens: 12 });
  expect(whole.tokens).toBe(12);
  const pieces: string[] = [];
  for await (const piece of mixture.stream({ prompt, maxTokens: 12 })) pieces.push(piece.text);
  expect(pieces.join("")).toBe(whole.text);
  expect(sum(Object.values(whole.specialists))).toBeCloseTo(1, 4);
});

test("sampling repeats with its seed and stops before a stop string", async () => {
  const request = { prompt: "the ", temperature: 1, topK: 0, seed: 7, maxTokens: 30 };
  const first = await mixture.complete(request);
  expect(await mixture.complete(request)).toEqual(first);
  expect((await mixture.complete({ ...request, seed: 8 })).text).not.toBe(first.text);
  const stopped = await mixture.complete({ ...request, stop: ["."] });
  expect(stopped.finish).toBe("stop");
  expect(stopped.text).not.toContain(".");
});

test("a training that goes on from its checkpoint ends where an uninterrupted one does", async () => {
  const recipe = { ...smallRecipe, specialist: { ...smallRecipe.specialist, steps: 24 }, validateEvery: 8 };
  const whole = await train("metals", [], recipe);
  let saved: Uint8Array | undefined;
  const stopping = new AbortController();
  const checkpoint = {
    load: async () => saved,
    save: async (bytes: Uint8Array, step: number) => {
      saved = bytes;
      if (step >= 8) stopping.abort(new Error("stop"));
    },
  };
  await expect(train("metals", [], recipe, { checkpoint, signal: stopping.signal })).rejects.toThrow("stop");
  const resumed = await train("metals", [], recipe, {
    checkpoint: { load: async () => saved, save: async () => {} },
  });
  expect(hash(resumed.expert)).toBe(hash(whole.expert));
});

test("a specialist's file comes back bit for bit, and another generalist refuses it", () => {
  const { config } = generalist.model;
  const bytes = encodeExpert(config, metals.expert);
  expect(encodeExpert(config, decodeExpert(config, bytes))).toEqual(bytes);
  expect(() => decodeExpert({ ...config, width: 64 }, bytes)).toThrow(/another generalist/);
});

test("a prompt that fills the context is refused", async () => {
  await expect(mixture.complete({ prompt: "the ".repeat(400) })).rejects.toThrow(/at most 127 fit/);
});
