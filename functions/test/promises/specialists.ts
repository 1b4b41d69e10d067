/** Specialists: what they promise depends on the state of a mixture, so each case has a workspace of its own. */
import {
  corpusUploadLinksSchema,
  jobSchema,
  newId,
  specialistCompletionSchema,
  specialistGatesSchema,
  specialistListSchema,
  specialistStatusSchema,
} from "@weightsmith/contract";
import { Artifact, Job, Specialist } from "@weightsmith/core";
import { type Tenant, tenant } from "../api.ts";
import { type Bodies, type Case, type Cases, tooLarge, type World } from "./world.ts";

const REPORT = {
  steps: 1,
  seconds: 1,
  validationLossBefore: null,
  validationLoss: 1,
  parameters: 1,
  corpus: { paragraphs: 1, characters: 1, trainingTokens: 1, sha256: "0" },
};

async function part({ services: { db, storage } }: World, { workspaceId }: Tenant, name: string) {
  const bytes = new TextEncoder().encode(`weights of ${name}`);
  const { sha256 } = await Artifact.put(db, storage, bytes, { mediaType: "application/octet-stream" });
  const jobId = newId("job");
  await Specialist.save(db, { workspaceId, name, artifactSha256: sha256, report: REPORT, jobId });
}

interface Asks {
  readonly owner: Tenant;
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
}

/** A workspace with a generalist and two specialists, or with nothing. */
async function workspace(world: World, { ready = true } = {}): Promise<Asks> {
  const owner = await tenant(world.services);
  if (ready) for (const name of ["general", "first", "second"]) await part(world, owner, name);
  return {
    owner,
    ask: (method, path, body, headers = {}) =>
      world.send({
        method,
        path,
        headers: {
          authorization: `Bearer ${owner.secret}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
  };
}

const corpus = ({ services: { storage } }: World, { workspaceId }: Tenant, name: string) =>
  Specialist.Corpus.put(storage, workspaceId, { name, file: "a.txt", bytes: new Uint8Array([65]) });

/** Asked again with its key after it has ended, a job's request has its end at once. */
const ended =
  (method: string, path: string, body?: unknown): Case =>
  async (world) => {
    const { owner, ask } = await workspace(world);
    await corpus(world, owner, "third");
    const headers = { "idempotency-key": "k" };
    const { id: jobId } = jobSchema.parse(await (await ask(method, path, body, headers)).json());
    const { db } = world.services;
    const claim = await Job.claim(db, { jobId, workerId: "w", leaseSeconds: 60 });
    if (claim.outcome !== "claimed") throw new Error(`the job is ${claim.outcome}`);
    await Job.succeed(db, claim.lease, { result: { programId: null, report: null } });
    return ask(method, path, body, headers);
  };

const inWorkspace =
  (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Case =>
  async (world) =>
    (await workspace(world)).ask(method, path, body, headers);

const inEmpty =
  (method: string, path: string, body?: unknown): Case =>
  async (world) =>
    (await workspace(world, { ready: false })).ask(method, path, body);

const TEXT = { "content-type": "text/plain" };

const writing = (path: string): Record<number, Case> => ({
  200: inWorkspace("POST", path, { prompt: "Once" }),
  400: inWorkspace("POST", path, "{"),
  409: inEmpty("POST", path, { prompt: "Once" }),
  413: inWorkspace("POST", path, tooLarge),
  415: inWorkspace("POST", path, "a", TEXT),
  422: inWorkspace("POST", path, { promt: "Once" }),
});

export const cases: Cases = {
  listSpecialists: { 200: inWorkspace("GET", "/v1/specialists") },
  specialistStatus: { 200: inWorkspace("GET", "/v1/specialists/status") },
  initializeSpecialists: {
    200: ended("POST", "/v1/specialists/initialize"),
    202: inEmpty("POST", "/v1/specialists/initialize"),
    400: inWorkspace("POST", "/v1/specialists/initialize", undefined, { "idempotency-key": "k".repeat(201) }),
    422: async (world) => {
      const { ask } = await workspace(world);
      const headers = { "idempotency-key": "k" };
      await ask("DELETE", "/v1/specialists/first", undefined, headers);
      return ask("POST", "/v1/specialists/initialize", undefined, headers);
    },
  },
  addSpecialist: {
    200: ended("POST", "/v1/specialists", { name: "third" }),
    202: async (world) => {
      const { owner, ask } = await workspace(world);
      await corpus(world, owner, "third");
      return ask("POST", "/v1/specialists", { name: "third" });
    },
    400: inWorkspace("POST", "/v1/specialists", { name: "without-corpus" }),
    409: inWorkspace("POST", "/v1/specialists", { name: "first" }),
    413: inWorkspace("POST", "/v1/specialists", tooLarge),
    415: inWorkspace("POST", "/v1/specialists", "a", TEXT),
    422: inWorkspace("POST", "/v1/specialists", { name: "Not A Name" }),
  },
  deleteSpecialist: {
    200: ended("DELETE", "/v1/specialists/first"),
    202: inWorkspace("DELETE", "/v1/specialists/first"),
    400: inWorkspace("DELETE", "/v1/specialists/first", undefined, { "idempotency-key": "k".repeat(201) }),
    404: inWorkspace("DELETE", "/v1/specialists/unknown"),
    409: async (world) => {
      const { ask } = await workspace(world);
      await ask("DELETE", "/v1/specialists/first");
      return ask("DELETE", "/v1/specialists/second");
    },
    422: inWorkspace("DELETE", "/v1/specialists/general"),
  },
  uploadCorpus: {
    200: inWorkspace("POST", "/v1/specialists/third/corpus", { files: [{ name: "a.txt" }] }),
    400: inWorkspace("POST", "/v1/specialists/third/corpus", "{"),
    413: inWorkspace("POST", "/v1/specialists/third/corpus", tooLarge),
    415: inWorkspace("POST", "/v1/specialists/third/corpus", "a", TEXT),
    422: inWorkspace("POST", "/v1/specialists/third/corpus", { files: [{ name: "../a.txt" }] }),
  },
  generateText: writing("/v1/specialists/generate"),
  specialistGates: writing("/v1/specialists/gates"),
};

export const bodies: Bodies = {
  listSpecialists: specialistListSchema,
  specialistStatus: specialistStatusSchema,
  initializeSpecialists: jobSchema,
  addSpecialist: jobSchema,
  deleteSpecialist: jobSchema,
  uploadCorpus: corpusUploadLinksSchema,
  generateText: specialistCompletionSchema,
  specialistGates: specialistGatesSchema,
};
