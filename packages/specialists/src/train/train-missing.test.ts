import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { smallCorpus, smallRecipe } from "../../test/small-world.ts";
import { openMixture } from "../serve/open-mixture.ts";
import { FolderStore, sha256Of } from "./store.ts";
import { trainMissing } from "./train-missing.ts";

const folder = mkdtempSync(path.join(tmpdir(), "weightsmith-first-start-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const recipe = {
  ...smallRecipe,
  generalist: { ...smallRecipe.generalist, steps: 20 },
  specialist: { ...smallRecipe.specialist, steps: 12 },
  validateEvery: 6,
};
const session = { device: "cpu", threads: 1 } as const;
const corpora = [smallCorpus("general"), smallCorpus("metals"), smallCorpus("music")];
const store = new FolderStore(folder);
const hashes = async () =>
  Promise.all((await store.names()).map(async (name) => [name, sha256Of((await store.load(name))!)]));

test("the first start trains tokenizer, generalist and specialists; cut off, it goes on; later ones only load", async () => {
  const seen: string[] = [];
  let saved: Uint8Array | undefined;
  const checkpoint = {
    load: async () => saved,
    save: async (bytes: Uint8Array) => {
      saved = bytes;
    },
  };
  const cut = new AbortController();
  const first = trainMissing({
    corpora,
    store,
    recipe,
    session,
    checkpoint,
    signal: cut.signal,
    onProgress: ({ what, step }) => {
      if (seen.at(-1) !== what) seen.push(what);
      if (what === "metals" && step >= 6) cut.abort(new Error("power cut"));
    },
  });
  await expect(first).rejects.toThrow("power cut");
  expect(await store.names()).toEqual(["general"]);
  expect(seen).toEqual(["tokenizer", "generalist", "metals"]);

  const steps: number[] = [];
  const again = { corpora, store, recipe, session, checkpoint };
  const onProgress = ({ what, step }: { what: string; step: number }) => {
    if (what === "metals") steps.push(step);
  };
  expect(await trainMissing({ ...again, onProgress })).toEqual(["metals", "music"]);
  expect(steps[0], "it went on from its checkpoint").toBeGreaterThan(6);
  const before = await hashes();
  expect(before.map(([name]) => name)).toEqual(["general", "metals", "music"]);
  expect(await trainMissing(again)).toEqual([]);
  expect(await hashes()).toEqual(before);

  const mixture = await openMixture(store, { session });
  expect(mixture.names).toEqual(["metals", "music"]);
  expect((await mixture.complete({ prompt: "the ", maxTokens: 3 })).tokens).toBe(3);
  await mixture.release();
});

test("adding a specialist leaves every other part bit for bit, and deleting one takes only its own", async () => {
  const before = await hashes();
  const grown = [...corpora, smallCorpus("chess")];
  expect(await trainMissing({ corpora: grown, store, recipe, session, only: ["chess"] })).toEqual(["chess"]);
  expect((await hashes()).slice(0, 3)).toEqual(before);
  await store.remove("metals");
  expect((await hashes()).map(([name]) => name)).toEqual(["general", "music", "chess"]);
  await expect(readFile(path.join(folder, "metals.safetensors"))).rejects.toThrow("ENOENT");
});

test("a corpus that is missing or empty is told with its facts before anything is trained", async () => {
  const nowhere = { name: "nowhere", files: async () => [] };
  const asked = { corpora: [...corpora, nowhere], store, recipe, session };
  await expect(trainMissing({ ...asked, only: ["nowhere"] })).rejects.toMatchObject({
    code: "corpus.missing",
    status: 400,
  });
  await expect(trainMissing({ ...asked, only: ["other"] })).rejects.toMatchObject({ code: "corpus.missing" });
  const empty = smallCorpus("chess", "");
  const blank = { ...asked, corpora: [...corpora, { ...empty, name: "blank" }], only: ["blank"] };
  await expect(trainMissing(blank)).rejects.toMatchObject({
    code: "corpus.empty",
    context: { bytes: 0, files: ["a.txt"] },
  });
  const short = {
    ...asked,
    corpora: [...corpora, { ...smallCorpus("chess", "one line only"), name: "short" }],
    only: ["short"],
  };
  await expect(trainMissing(short)).rejects.toMatchObject({ code: "corpus.empty" });
});
