import { type ProgramPage, programPageSchema, programSchema, runResultSchema } from "@weightsmith/contract";
import { beforeAll, describe, expect, test } from "vitest";
import { COMPILE, makeProgram, type TestServices, tenant, testServices } from "../../test/api.ts";
import { type Asking, asking, jobOf, problemOf } from "../../test/asking.ts";

let world: TestServices;
let ann: Asking;
let bob: Asking;
let anyone: Asking;
beforeAll(async () => {
  world = await testServices();
  ann = asking(world.services, world.ann);
  bob = asking(world.services, world.bob);
  anyone = asking(world.services, undefined);
});

const pageOf = async (response: Response): Promise<ProgramPage> =>
  programPageSchema.parse(await response.json());

describe("a program", () => {
  test("is private until its owner publishes it; then anyone may see, run and download it, and nobody else change it", async () => {
    const { programId } = await makeProgram(world.services, world.ann, { spec: "Private at first." });
    const path = `/v1/programs/${programId}`;
    const reads: [string, string, unknown?][] = [
      ["GET", path],
      ["GET", `${path}/download`],
      ["POST", `${path}/run`, { input: "a" }],
    ];
    for (const ask of [bob, anyone]) {
      for (const [method, at, body] of reads) {
        const response = await ask(method, at, { body });
        expect((await problemOf(response)).code).toBe("program.not_found");
      }
    }
    const published = await ann("PATCH", path, { body: { public: true } });
    expect(programSchema.parse(await published.json())).toMatchObject({ public: true, own: true });
    for (const ask of [bob, anyone]) {
      for (const [method, at, body] of reads)
        expect((await ask(method, at, { body })).status).toBeLessThan(400);
      expect(programSchema.parse(await (await ask("GET", path)).json())).toMatchObject({
        own: false,
        jobId: null,
      });
    }
    expect((await bob("PATCH", path, { body: { name: "mine now" } })).status).toBe(404);
    expect((await bob("DELETE", path)).status).toBe(404);
    expect((await anyone("PATCH", path, { body: { name: "x" } })).status).toBe(401);
    await ann("PATCH", path, { body: { public: false } });
    expect((await anyone("GET", path)).status).toBe(404);
  });

  test("carries its report: scores and the answers to the held-out examples", async () => {
    const { programId } = await makeProgram(world.services, world.ann, {
      spec: "With a report.",
      name: "reported",
    });
    const program = programSchema.parse(await (await ann("GET", `/v1/programs/${programId}`)).json());
    expect(program).toMatchObject({
      name: "reported",
      method: "lora",
      scores: { heldOut: { exactMatch: 1, n: 1 }, training: { exactMatch: 1, n: 2 } },
      report: { predictions: [{ input: "x.tar.GZ", output: "gz", correct: true }] },
    });
  });

  test("is changed only where that was asked for", async () => {
    const { programId } = await makeProgram(world.services, world.ann, {
      spec: "To change.",
      name: "old",
      tags: ["a"],
    });
    const change = async (body: unknown) => {
      const response = await ann("PATCH", `/v1/programs/${programId}`, { body });
      return programSchema.parse(await response.json());
    };
    expect(await change({ tags: ["b", "c"] })).toMatchObject({
      name: "old",
      tags: ["b", "c"],
      public: false,
    });
    expect(await change({ name: null })).toMatchObject({ name: null, tags: ["b", "c"] });
  });

  test("that was deleted is gone, and compiling its request again makes it anew", async () => {
    const request = { spec: "To delete." };
    const { programId } = await makeProgram(world.services, world.ann, request);
    const path = `/v1/programs/${programId}`;
    expect((await ann("DELETE", path)).status).toBe(204);
    for (const [method, at] of [
      ["GET", path],
      ["DELETE", path],
      ["GET", `${path}/download`],
    ] as const) {
      expect((await ann(method, at)).status).toBe(404);
    }
    const again = await ann("POST", "/v1/compile", { body: { ...COMPILE, ...request } });
    expect(again.status).toBe(202);
    expect(await jobOf(again)).toMatchObject({ state: "queued", programId });
  });

  test("that two tenants compiled belongs to each, and deleting one leaves the other", async () => {
    const request = { spec: "Twice." };
    const { programId } = await makeProgram(world.services, world.ann, request);
    expect((await makeProgram(world.services, world.bob, request)).programId).toBe(programId);
    await ann("DELETE", `/v1/programs/${programId}`);
    expect((await bob("GET", `/v1/programs/${programId}`)).status).toBe(200);
  });

  test("is downloaded from the object store by a link that works without a key and expires", async () => {
    const { programId } = await makeProgram(world.services, world.ann, { spec: "To download." });
    const redirect = await ann("GET", `/v1/programs/${programId}/download`);
    expect(redirect.status).toBe(302);
    const link = new URL(redirect.headers.get("location")!);
    expect(Number(link.searchParams.get("X-Amz-Expires"))).toBe(900);
    const archive = await fetch(link);
    expect(archive.headers.get("content-disposition")).toBe(`attachment; filename="${programId}.tgz"`);
    expect(await archive.text()).toBe(`archive of ${programId}`);
    link.searchParams.set("X-Amz-Expires", "90000");
    expect((await fetch(link)).status).toBe(403);
  });

  test("answers a text with a text and a list with a list", async () => {
    const { programId } = await makeProgram(world.services, world.ann, { spec: "To run." });
    const run = async (input: unknown) => {
      const response = await ann("POST", `/v1/programs/${programId}/run`, { body: { input } });
      return runResultSchema.parse(await response.json()).output;
    };
    expect(await run("a")).toBe("A");
    expect(await run(["a"])).toEqual(["A"]);
    expect(await run(["a", "", "ß"])).toEqual(["A", "", "SS"]);
  });
});

describe("the list of programs", () => {
  test("is walked page by page, newest first, each program once", async () => {
    const dora = await tenant(world.services);
    const ask = asking(world.services, dora);
    const made: string[] = [];
    for (let i = 0; i < 5; i++)
      made.push((await makeProgram(world.services, dora, { spec: `Number ${i}.` })).programId);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page: ProgramPage = await pageOf(await ask("GET", `/v1/programs?limit=2${query}`));
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(made.toReversed());
    expect((await ask("GET", "/v1/programs?cursor=nonsense")).status).toBe(400);
  });

  test("finds by word, tag and visibility, and never shows another tenant's private ones", async () => {
    const eve = await tenant(world.services);
    const ask = asking(world.services, eve);
    await makeProgram(world.services, eve, { spec: "Sort the words.", tags: ["lists"], name: "100% sorter" });
    await makeProgram(world.services, eve, { spec: "Count the vowels.", tags: ["letters"], public: true });
    const specs = async (query: string) =>
      (await pageOf(await ask("GET", `/v1/programs?${query}`))).items.map(({ spec }) => spec);
    expect(await specs("q=vowels")).toEqual(["Count the vowels."]);
    expect(await specs("q=sort words")).toEqual(["Sort the words."]);
    expect(await specs("q=100%25")).toEqual(["Sort the words."]);
    expect(await specs("tag=lists")).toEqual(["Sort the words."]);
    expect(await specs("kind=loda")).toEqual([]);
    const everybody = (await pageOf(await bob("GET", "/v1/programs?public=true&limit=100"))).items;
    expect(everybody.every((program) => program.public)).toBe(true);
    expect(everybody.map(({ spec }) => spec)).toContain("Count the vowels.");
    expect(everybody.map(({ spec }) => spec)).not.toContain("Sort the words.");
  });
});
