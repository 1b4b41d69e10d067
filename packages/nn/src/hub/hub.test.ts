import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadModel, saveModel } from "../checkpoint/index.ts";
import { llamaConfig } from "../model/config.ts";
import { createModel } from "../model/parameters.ts";
import { downloadFile } from "./download.ts";
import { fetchModel } from "./fetch-model.ts";
import { HubError } from "./hub-error.ts";
import { registeredModels } from "./registry.ts";
import { hubFiles, type ObjectReader, objectFiles } from "./remote-files.ts";
import { type ModelStore, resolveModel } from "./resolve-model.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(handler: Handler): Promise<{ url: string; server: Server }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const gitHash = (bytes: Uint8Array) =>
  createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
const commit = "c".repeat(40);

/** A hub as the real one answers: small files itself, large ones by a redirect to a store on another host. */
interface FakeHub {
  url: string;
  files: Map<string, Uint8Array>;
  requests: {
    method: string;
    path: string;
    range: string | undefined;
    host: string;
    token: string | undefined;
  }[];
  /** Bytes that the store sends before it stops, one entry a request; where there is none it sends all. */
  cuts: number[];
  /** Cuts the connection that stopped; until then what was sent can arrive. */
  cut: () => void;
  /** The store ignores Range. */
  ignoresRange: boolean;
  /** Changes what the store sends. */
  damage: (bytes: Uint8Array) => Uint8Array;
  status: number | undefined;
  close(): Promise<void>;
}

async function fakeHub(): Promise<FakeHub> {
  const note = (request: IncomingMessage, host: string) =>
    hub.requests.push({
      method: request.method!,
      path: request.url!,
      range: request.headers.range,
      host,
      token: request.headers.authorization,
    });
  const store = await serve((request, response) => {
    note(request, "store");
    const bytes = hub.damage(hub.files.get(request.url!.slice(1))!);
    const range = hub.ignoresRange ? undefined : /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
    const begin = Number(range?.[1] ?? 0);
    const body = bytes.subarray(begin);
    response.writeHead(range ? 206 : 200, {
      "content-length": body.length,
      ...(range ? { "content-range": `bytes ${begin}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    const cut = hub.cuts.shift();
    if (cut === undefined) response.end(body);
    else {
      hub.cut = () => response.destroy();
      response.write(body.subarray(0, cut));
    }
  });
  const { url, server } = await serve((request, response) => {
    note(request, "hub");
    if (hub.status !== undefined) return void response.writeHead(hub.status).end();
    const path = /^\/(old|me)\/tiny\/resolve\/(main|c{40})\/(.+)$/.exec(request.url!);
    if (!path) return void response.writeHead(404, { "x-error-code": "RepoNotFound" }).end();
    const [, owner, revision, file = ""] = path;
    if (owner === "old")
      return void response.writeHead(307, { location: `/me/tiny/resolve/${revision}/${file}` }).end();
    const bytes = hub.files.get(file);
    if (!bytes) return void response.writeHead(404, { "x-error-code": "EntryNotFound" }).end();
    const isLarge = file.endsWith(".safetensors");
    const headers = { "x-repo-commit": commit };
    if (isLarge)
      response.writeHead(302, {
        ...headers,
        location: `${store.url}/${file}`,
        "x-linked-etag": `"${sha256(bytes)}"`,
        "x-linked-size": bytes.length,
      });
    else response.writeHead(200, { ...headers, etag: `"${gitHash(bytes)}"`, "content-length": bytes.length });
    response.end(request.method === "HEAD" || isLarge ? undefined : bytes);
  });
  const hub: FakeHub = {
    url,
    files: new Map(),
    requests: [],
    cuts: [],
    cut: () => undefined,
    ignoresRange: false,
    damage: (bytes) => bytes,
    status: undefined,
    async close() {
      for (const each of [server, store.server]) {
        each.closeAllConnections();
        await new Promise((resolve) => each.close(resolve));
      }
    },
  };
  return hub;
}

let folder: string;
let hub: FakeHub;
const model = createModel(
  llamaConfig({ vocabSize: 50, width: 16, layers: 2, heads: 2, ffnWidth: 32, maxPositions: 16 }),
  { seed: 1 },
);
const quick = { pauseMilliseconds: 1 };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hub-"));
  hub = await fakeHub();
  await saveModel(join(folder, "source"), model);
  for (const name of await readdir(join(folder, "source")))
    hub.files.set(name, await readFile(join(folder, "source", name)));
});
afterEach(async () => {
  await hub.close();
  await rm(folder, { recursive: true });
});
const remote = (repository = "me/tiny") => hubFiles(repository, { baseUrl: hub.url, token: "secret" });
/** Cuts the connection once exactly so many bytes have come. */
const cutAt =
  (...counts: number[]) =>
  ({ doneBytes }: { doneBytes: number }) => {
    if (counts.includes(doneBytes)) hub.cut();
  };
const problemOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    (error: unknown) => (error instanceof HubError ? error.problem : `not a HubError: ${String(error)}`),
  );

describe("the hub", () => {
  test("a model downloads, loads, and is of one commit; the token stays with the hub", async () => {
    const files = await fetchModel(remote(), join(folder, "model"));
    expect(files).toEqual(["config.json", "model.safetensors"]);
    expect((await loadModel(join(folder, "model"))).weights).toEqual(model.weights);
    const ofMain = hub.requests.filter(({ path }) => path.includes("/main/"));
    expect(ofMain.length).toBe(1);
    expect(hub.requests.filter(({ host }) => host === "store").map(({ token }) => token)).toEqual([
      undefined,
    ]);
    expect(
      hub.requests.filter(({ host }) => host === "hub").every(({ token }) => token === "Bearer secret"),
    ).toBe(true);
  });

  test("shards are followed by their index", async () => {
    const source = join(folder, "sharded");
    await saveModel(source, model, { maximumShardBytes: 3000 });
    hub.files.clear();
    for (const name of await readdir(source)) hub.files.set(name, await readFile(join(source, name)));
    const files = await fetchModel(remote(), join(folder, "model"));
    expect(files.filter((name) => /^model-/.test(name)).length).toBeGreaterThan(2);
    expect((await loadModel(join(folder, "model"))).weights).toEqual(model.weights);
  });

  test("a repository that moved is found", async () => {
    await fetchModel(remote("old/tiny"), join(folder, "model"));
    expect((await loadModel(join(folder, "model"))).weights).toEqual(model.weights);
  });

  test("a broken download goes on where it broke", async () => {
    hub.cuts = [3000, 1000];
    const path = join(folder, "m.safetensors");
    await downloadFile(remote(), "model.safetensors", path, { ...quick, onProgress: cutAt(3000, 4000) });
    expect(await readFile(path)).toEqual(hub.files.get("model.safetensors"));
    const ranges = hub.requests.filter(({ host }) => host === "store").map(({ range }) => range);
    expect(ranges).toEqual([undefined, "bytes=3000-", "bytes=4000-"]);
    expect((await readdir(folder)).sort()).toEqual(["m.safetensors", "source"]);
  });

  test("a download that was given up is continued by the next", async () => {
    hub.cuts = [2000];
    const broken = { attempts: 1, onProgress: cutAt(2000) };
    const path = join(folder, "m.safetensors");
    expect(await problemOf(downloadFile(remote(), "model.safetensors", path, broken))).toBe("unavailable");
    await downloadFile(remote(), "model.safetensors", path, { attempts: 1 });
    expect(hub.requests.filter(({ host }) => host === "store").at(-1)!.range).toBe("bytes=2000-");
    expect(await readFile(path)).toEqual(hub.files.get("model.safetensors"));
  });

  test("a store that falls silent is asked again", async () => {
    hub.cuts = [3000];
    const path = join(folder, "m.safetensors");
    await downloadFile(remote(), "model.safetensors", path, { ...quick, stallMilliseconds: 300 });
    expect(await readFile(path)).toEqual(hub.files.get("model.safetensors"));
    expect(hub.requests.filter(({ host }) => host === "store").length).toBeGreaterThan(1);
  });

  test("a part of another version is not continued", async () => {
    hub.cuts = [2000];
    const broken = { attempts: 1, onProgress: cutAt(2000) };
    const path = join(folder, "m.safetensors");
    await problemOf(downloadFile(remote(), "model.safetensors", path, broken));
    const changed = Uint8Array.from(hub.files.get("model.safetensors")!, (byte) => byte ^ 1);
    hub.files.set("model.safetensors", changed);
    await downloadFile(remote(), "model.safetensors", path, { attempts: 1 });
    expect(new Uint8Array(await readFile(path))).toEqual(changed);
  });

  test("a store without ranges is read from the beginning", async () => {
    hub.cuts = [3000];
    hub.ignoresRange = true;
    const path = join(folder, "m.safetensors");
    await downloadFile(remote(), "model.safetensors", path, { ...quick, onProgress: cutAt(3000) });
    expect(await readFile(path)).toEqual(hub.files.get("model.safetensors"));
  });

  test("what is there and right is not fetched again; what is there and wrong is", async () => {
    const path = join(folder, "m.safetensors");
    await downloadFile(remote(), "model.safetensors", path);
    hub.requests.length = 0;
    await downloadFile(remote(), "model.safetensors", path);
    expect(hub.requests.every(({ method }) => method === "HEAD")).toBe(true);
    await writeFile(path, "damaged");
    await downloadFile(remote(), "model.safetensors", path);
    expect(await readFile(path)).toEqual(hub.files.get("model.safetensors"));
  });

  test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ["changed bytes", (bytes) => Uint8Array.from(bytes, (byte, index) => (index === 5000 ? byte ^ 1 : byte))],
    ["more bytes than announced", (bytes) => Buffer.concat([bytes, Uint8Array.of(0)])],
  ])("%s are refused and not kept", async (_, damage) => {
    hub.damage = damage;
    const path = join(folder, "m.safetensors");
    expect(await problemOf(downloadFile(remote(), "model.safetensors", path, quick))).toBe("integrity");
    expect(await readdir(folder)).not.toContain("m.safetensors");
    hub.damage = (bytes) => bytes;
    // What more bytes left behind begins with the right ones; whatever it is, the next download is right.
    await downloadFile(remote(), "model.safetensors", path, quick);
    expect(await readFile(path)).toEqual(hub.files.get("model.safetensors"));
  });

  test("small files are checked by git's hash", async () => {
    const right = await remote().describe("config.json");
    expect(right!.checksum).toEqual({ kind: "git", hex: gitHash(hub.files.get("config.json")!) });
    await downloadFile(remote(), "config.json", join(folder, "config.json"));
  });

  test.each([
    [401, "unauthorized", /does not give .*config.json/],
    [403, "unauthorized", /token/],
    [503, "unavailable", /failed 2 times/],
  ])("status %d is %s", async (status, problem, message) => {
    hub.status = status;
    const fetching = () => fetchModel(remote(), join(folder, "model"), { ...quick, attempts: 2 });
    expect(await problemOf(fetching())).toBe(problem);
    await expect(fetching()).rejects.toThrow(message);
    expect(hub.requests.length).toBe(status === 503 ? 4 : 2);
  });

  test("a repository that is not there, and one without safetensors, say so", async () => {
    expect(await problemOf(fetchModel(remote("me/other"), join(folder, "model")))).toBe("not_found");
    hub.files.delete("model.safetensors");
    await expect(fetchModel(remote(), join(folder, "model"))).rejects.toThrow(/has no safetensors/);
    expect(() => hubFiles("../../etc")).toThrow(/not a repository/);
  });

  test("an index that names files elsewhere is refused", async () => {
    const index = { weight_map: { w: "../../outside.safetensors" } };
    hub.files.set("model.safetensors.index.json", Buffer.from(JSON.stringify(index)));
    await expect(fetchModel(remote(), join(folder, "model"))).rejects.toThrow(/not a shard of this folder/);
  });

  test("a download can be aborted, and reports its progress", async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const download = downloadFile(remote(), "model.safetensors", join(folder, "m"), {
      signal: controller.signal,
      onProgress: ({ doneBytes, totalBytes }) => {
        seen.push(doneBytes);
        expect(totalBytes).toBe(hub.files.get("model.safetensors")!.length);
        controller.abort(new Error("enough"));
      },
    });
    await expect(download).rejects.toThrow(/enough/);
    expect(seen.length).toBe(1);
  });
});

/** An object store in memory. */
function memoryObjects(
  files: ReadonlyMap<string, Uint8Array>,
  prefix: string,
  checksum: "md5" | "sha256" | "none",
): ObjectReader {
  const get = (key: string) =>
    key.startsWith(`${prefix}/`) ? files.get(key.slice(prefix.length + 1)) : undefined;
  return {
    async head(key) {
      const bytes = get(key);
      if (!bytes) return undefined;
      const etag = `"${createHash("md5").update(bytes).digest("hex")}"`;
      if (checksum === "md5") return { sizeBytes: bytes.length, etag };
      return {
        sizeBytes: bytes.length,
        etag: '"x-2"',
        ...(checksum === "sha256" ? { sha256: sha256(bytes) } : {}),
      };
    },
    async read(key, offset) {
      const bytes = get(key)!;
      return (async function* () {
        yield bytes.subarray(offset);
      })();
    },
  };
}

describe("an object store", () => {
  test.each(["md5", "sha256", "none"] as const)("gives a model (checksum: %s)", async (checksum) => {
    const files = objectFiles(memoryObjects(hub.files, "models/tiny", checksum), "models/tiny/");
    await fetchModel(files, join(folder, "model"));
    expect((await loadModel(join(folder, "model"))).weights).toEqual(model.weights);
  });

  test("damage is found where there is a checksum", async () => {
    const reader = memoryObjects(hub.files, "m", "md5");
    const damaged: ObjectReader = {
      ...reader,
      read: async () =>
        (async function* () {
          yield new Uint8Array(hub.files.get("config.json")!.length);
        })(),
    };
    const files = objectFiles(damaged, "m");
    expect(await problemOf(downloadFile(files, "config.json", join(folder, "c"), quick))).toBe("integrity");
  });
});

describe("a model by its name", () => {
  const store = (more: Partial<ModelStore> = {}): ModelStore => ({
    folders: [join(folder, "models")],
    cacheFolder: join(folder, "cache"),
    ...more,
  });

  test("is found in a folder, by its registered name, its repository, or as a path", async () => {
    const at = join(folder, "models", "qwen3-0.6b");
    await mkdir(at, { recursive: true });
    await writeFile(join(at, "config.json"), "{}");
    expect(await resolveModel("qwen3-0.6b", store())).toBe(at);
    expect(await resolveModel("Qwen/Qwen3-0.6B", store())).toBe(at);
    expect(await resolveModel(at, store())).toBe(at);
  });

  test("comes from the object store, then from the cache", async () => {
    const objects = { reader: memoryObjects(hub.files, "prefix/gpt2", "sha256"), prefix: "prefix" };
    const at = await resolveModel("gpt2", store({ objects }));
    expect((await loadModel(at)).weights).toEqual(model.weights);
    expect(await resolveModel("gpt2", store())).toBe(at);
  });

  test("comes from the hub once, however many ask; a download that is not whole is not taken for one", async () => {
    const own = store({ hub: { baseUrl: hub.url } });
    hub.cuts = [100];
    const broken = { attempts: 1, onProgress: cutAt(100) };
    expect(await problemOf(resolveModel("me/tiny", own, broken))).toBe("unavailable");
    expect(await problemOf(resolveModel("me/tiny", store()))).toBe("weights_missing");
    hub.requests.length = 0;
    const [one, two] = await Promise.all([resolveModel("me/tiny", own), resolveModel("me/tiny", own)]);
    expect(one).toBe(two);
    expect(hub.requests.filter(({ host }) => host === "store").length).toBe(1);
    expect((await loadModel(one)).weights).toEqual(model.weights);
  });

  test.each(registeredModels.map(({ name }) => [name]))(
    "%s without weights says what to do",
    async (name) => {
      const resolving = resolveModel(name, store());
      await expect(resolving).rejects.toThrow(/not on this machine. Put its Hugging Face folder/);
      await expect(resolving).rejects.toThrow(join(folder, "models", name));
      expect(await problemOf(resolveModel(name, store()))).toBe("weights_missing");
    },
  );

  test("that nobody knows lists those that are known, and never leaves the folders", async () => {
    await expect(resolveModel("gtp2", store())).rejects.toThrow(
      /no model "gtp2". Known names: tiny-gpt2, gpt2/,
    );
    expect(await problemOf(resolveModel("../source", store()))).toBe("weights_missing");
  });
});
