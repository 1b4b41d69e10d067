import { type SpecialistJob, specialistStatusSchema, type WorkspaceId } from "@weightsmith/contract";
import { Artifact, Job, Specialist } from "@weightsmith/core";
import { beforeAll, expect, test } from "vitest";
import { type TestServices, testServices } from "../../../test/api.ts";
import { type Asking, asking, problemOf } from "../../../test/asking.ts";
import { ECHO } from "../../../test/echo-mixture.ts";
import type { Services } from "../../services.ts";

let world: TestServices;
let services: Services;
let ann: Asking;
let bob: Asking;
beforeAll(async () => {
  world = await testServices();
  services = {
    ...world.services,
    kinds: { ...world.services.kinds, compile: ["weights", "specialist"] },
    runs: { ...(world.services.runs as object), specialists: ECHO } as Services["runs"],
  };
  ann = asking(services, world.ann);
  bob = asking(services, world.bob);
});

const report = {
  steps: 1,
  seconds: 1,
  validationLossBefore: null,
  validationLoss: 1,
  parameters: 1,
  corpus: { paragraphs: 1, characters: 1, trainingTokens: 1, sha256: "0" },
};
async function part(workspaceId: WorkspaceId, name: string): Promise<void> {
  const { db, storage } = services;
  const bytes = new TextEncoder().encode(`weights of ${name}`);
  const { sha256 } = await Artifact.put(db, storage, bytes, { mediaType: "application/octet-stream" });
  await Specialist.save(db, { workspaceId, name, artifactSha256: sha256, report, jobId: "job_x" as never });
}
const code = async (answer: Promise<Response>) => {
  const response = await answer;
  return [response.status, (await problemOf(response)).code];
};

test("a workspace without a mixture says so, and starts one by a job", async () => {
  expect(await code(bob("POST", "/v1/specialists/generate", { body: { prompt: "a" } }))).toEqual([
    409,
    "specialist.not_ready",
  ]);
  expect(await code(bob("POST", "/v1/specialists", { body: { name: "x" } }))).toEqual([
    409,
    "specialist.not_ready",
  ]);
  const accepted = await bob("POST", "/v1/specialists/initialize");
  expect(accepted.status).toBe(202);
  const status = specialistStatusSchema.parse(await (await bob("GET", "/v1/specialists/status")).json());
  expect(status).toMatchObject({ initialized: false, checkpoints: [], training: [{ state: "queued" }] });
});

test("a corpus is uploaded by a link and asked for before anything is queued; a name is trained once", async () => {
  await part(world.ann.workspaceId, "general");
  await part(world.ann.workspaceId, "first");
  expect(await code(ann("POST", "/v1/specialists", { body: { name: "law" } }))).toEqual([
    400,
    "corpus.missing",
  ]);
  const links = await ann("POST", "/v1/specialists/law/corpus", { body: { files: [{ name: "a.txt" }] } });
  const { uploads } = (await links.json()) as { uploads: { url: string }[] };
  expect((await fetch(uploads[0]!.url, { method: "PUT", body: "" })).status).toBe(200);
  const empty = await ann("POST", "/v1/specialists", { body: { name: "law" } });
  expect(empty.status).toBe(400);
  expect(await problemOf(empty)).toMatchObject({ code: "corpus.empty", details: { files: ["a.txt"] } });
  expect((await fetch(uploads[0]!.url, { method: "PUT", body: "The court decides." })).status).toBe(200);
  const accepted = await ann("POST", "/v1/specialists", { body: { name: "law" } });
  expect(accepted.status).toBe(202);
  expect(await code(ann("POST", "/v1/specialists", { body: { name: "law" } }))).toEqual([
    409,
    "specialist.exists",
  ]);
  expect(await code(ann("POST", "/v1/specialists", { body: { name: "first" } }))).toEqual([
    409,
    "specialist.exists",
  ]);
  const compile = (body: object) => ann("POST", "/v1/compile", { body });
  expect(await code(compile({ kind: "specialist", name: "law" }))).toEqual([409, "specialist.exists"]);
  expect(await code(compile({ kind: "specialist", name: "art" }))).toEqual([400, "corpus.missing"]);
  const art = await ann("POST", "/v1/specialists/art/corpus", { body: { files: [{ name: "a.txt" }] } });
  const [link] = ((await art.json()) as { uploads: { url: string }[] }).uploads;
  expect((await fetch(link!.url, { method: "PUT", body: "A line is a dot." })).status).toBe(200);
  const compiling = await compile({ kind: "specialist", name: "art" });
  expect(compiling.status).toBe(202);
  expect(await compiling.json()).toMatchObject({ type: "compile", kind: "specialist" });
  for (const name of ["general", "Law", "../x", ""]) {
    expect(await code(ann("POST", "/v1/specialists", { body: { name } }))).toEqual([
      422,
      "specialist.invalid_name",
    ]);
  }
  const { corpora } = specialistStatusSchema.parse(await (await ann("GET", "/v1/specialists/status")).json());
  expect(corpora).toEqual([
    { name: "art", files: [{ name: "a.txt", bytes: 16 }] },
    { name: "law", files: [{ name: "a.txt", bytes: 18 }] },
  ]);
});

test("a deleted specialist is out of the mixture with the answer; the last one stays", async () => {
  await part(world.ann.workspaceId, "second");
  const names = async () =>
    ((await (await ann("GET", "/v1/specialists")).json()) as { items: { name: string }[] }).items.map(
      ({ name }) => name,
    );
  expect(await names()).toEqual(["first", "second"]);
  const answer = await ann("DELETE", "/v1/specialists/second");
  expect(answer.status).toBe(202);
  expect(await names()).toEqual(["first"]);
  const { id } = (await answer.json()) as Job.Job;
  const { request } = await Job.get(services.db, { workspaceId: world.ann.workspaceId, jobId: id });
  expect(request as unknown as SpecialistJob).toEqual({
    kind: "specialist",
    action: "delete",
    name: "second",
  });
  expect(await code(ann("DELETE", "/v1/specialists/first"))).toEqual([409, "specialist.last"]);
  expect(await code(ann("DELETE", "/v1/specialists/nobody"))).toEqual([404, "specialist.not_found"]);
  expect(await code(bob("DELETE", "/v1/specialists/first"))).toEqual([404, "specialist.not_found"]);
});

test("text is written whole or piece by piece, with the workspace's own mixture, and its gates are shown", async () => {
  const body = { prompt: "Once", max_new_tokens: 7 };
  const whole = await (await ann("POST", "/v1/specialists/generate", { body })).json();
  expect(whole).toMatchObject({
    prompt: "Once",
    completion: " general+first!",
    full_text: "Once general+first!",
    specialists: { general: 1 },
    tokens: 7,
  });
  const streamed = await ann("POST", "/v1/specialists/generate", { body: { ...body, stream: true } });
  expect(streamed.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const events = (await streamed.text()).trim().split("\n\n");
  expect(events.map((event) => event.split("\n")[0])).toEqual(["event: text", "event: text", "event: done"]);
  expect(events[2]).toContain('"completion":" general+first!"');
  const gates = await (await ann("POST", "/v1/specialists/gates", { body: { prompt: "Once" } })).json();
  expect(gates).toEqual({ tokens: ["Once"], experts: ["general", "first"], weights: [[[0.5, 0.5]]] });
  expect(
    await code(ann("POST", "/v1/specialists/generate", { body: { prompt: "a", temperature: 9 } })),
  ).toEqual([422, "request.invalid"]);
});
