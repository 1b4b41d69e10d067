/**
 * The API with a real interpreter, of random weights, and a worker's part done in the test's own process: what is
 * compiled is a real program, and what is run is really run.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type JobId, storedCompileRequestSchema } from "@weightsmith/contract";
import { Artifact, Job } from "@weightsmith/core";
import {
  compileProgram,
  compilerRevision,
  type Interpreter,
  loadInterpreter,
  ProgramHost,
  packArtifact,
} from "@weightsmith/programs";
import { writeRandomInterpreter } from "@weightsmith/testing/interpreter";
import { afterAll } from "vitest";
import { makeRuns } from "../src/run/runs.ts";
import type { Services } from "../src/services.ts";
import { type TestServices, testServices } from "./api.ts";

export interface TinyWorld extends TestServices {
  readonly services: Services;
  readonly interpreter: Interpreter;
  readonly modelsFolder: string;
  /** Compiles what is queued, as a worker does. @returns how many */
  work(): Promise<number>;
  /** Keeps working until the request has its answer. */
  whileWorking(request: Promise<Response>): Promise<Response>;
}

export async function tinyWorld(): Promise<TinyWorld> {
  const modelsFolder = await mkdtemp(path.join(tmpdir(), "weightsmith-world-"));
  await writeRandomInterpreter(modelsFolder, "tiny");
  const interpreter = await loadInterpreter(modelsFolder, "tiny");
  const host = new ProgramHost({ modelsFolder, threads: 1 });
  const world = await testServices();
  const { db, storage } = world.services;
  afterAll(async () => {
    await host.close();
    await rm(modelsFolder, { recursive: true });
  });
  const services: Services = {
    ...world.services,
    interpreters: [{ id: "tiny", sha256: interpreter.sha256 }],
    compilerRevision,
    runs: makeRuns({ storage, host, interpreters: ["tiny"], keep: 8 }),
    runSeconds: 60,
  };
  const work = async (): Promise<number> => {
    const queued = await db.sql<{ id: JobId }>`select id from job where state = 'queued' order by created_at`;
    for (const { id: jobId } of queued) {
      const claim = await Job.claim(db, { jobId, workerId: "test", leaseSeconds: 300, device: "cpu" });
      if (claim.outcome !== "claimed") continue;
      const request = storedCompileRequestSchema.parse(claim.job.request);
      const program = await compileProgram(request, { interpreter, threads: 1, training: { steps: 2 } });
      const { manifest, report } = program;
      const { sha256 } = await Artifact.put(db, storage, packArtifact(program), {
        mediaType: "application/gzip",
      });
      await Job.succeed(db, claim.lease, {
        result: { programId: manifest.programId, report },
        program: {
          id: manifest.programId,
          kind: "weights",
          spec: request.spec,
          seed: request.seed,
          artifactSha256: sha256,
          method: manifest.method,
          interpreter: manifest.interpreter,
          report,
          tags: request.tags,
          public: request.public,
          parents: request.parents,
          ...(request.name === undefined ? {} : { name: request.name }),
          ...(request.alias === undefined ? {} : { alias: request.alias }),
        },
      });
    }
    return queued.length;
  };
  const whileWorking = async (request: Promise<Response>): Promise<Response> => {
    let answered = false;
    const done = request.finally(() => {
      answered = true;
    });
    while (!answered) {
      await work();
      await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 20))]);
    }
    return done;
  };
  return { ...world, services, interpreter, modelsFolder, work, whileWorking };
}
