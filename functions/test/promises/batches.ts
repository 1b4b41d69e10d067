/** Files and batches. */
import {
  batchIdOf,
  batchPageSchema,
  batchResultsSchema,
  batchSchema,
  type FileId,
  fileDeletedSchema,
  filePageSchema,
  fileSchema,
  newFileSchema,
  newId,
  parseBatchRequest,
} from "@weightsmith/contract";
import { Batch, File, Job } from "@weightsmith/core";
import { type Bodies, type Cases, raw, tooLarge, type World } from "./world.ts";

async function announced({ services, ann }: World): Promise<File.File> {
  return File.create(services.db, { workspaceId: ann.workspaceId, name: "in.jsonl", sizeBytes: 15 });
}
async function uploaded(world: World): Promise<FileId> {
  const file = await announced(world);
  await File.putBytes(world.services.storage, file, new TextEncoder().encode('{"input":"ab"}\n'));
  return file.id;
}
async function batch(world: World, canceled = false): Promise<string> {
  const { db, storage } = world.services;
  const { workspaceId } = world.ann;
  const inputFileId = await uploaded(world);
  const request = parseBatchRequest({ input_file_id: inputFileId });
  const { job } = await Batch.start(db, storage, { workspaceId, inputFileId, request });
  if (canceled) await Job.cancel(db, { workspaceId, jobId: job.id });
  return batchIdOf(job.id);
}
async function finished(world: World): Promise<string> {
  const id = await batch(world);
  await world.services.db.sql`
    update job set state = 'succeeded', finished_at = now() where id = ${id.replace("batch_", "job_")}`;
  return id;
}

const noFile = newId("file");
const noBatch = newId("batch");

export const cases: Cases = {
  createFile: {
    200: ({ ask }) => ask("POST", "/v1/files", { filename: "in.jsonl", bytes: 100 }),
    400: raw("POST", "/v1/files", "{"),
    413: raw("POST", "/v1/files", tooLarge),
    415: raw("POST", "/v1/files", "a", "text/plain"),
    422: ({ ask }) => ask("POST", "/v1/files", { filename: "in.jsonl", bytes: 2 ** 40 }),
  },
  listFiles: {
    200: ({ ask }) => ask("GET", "/v1/files?limit=2&purpose=batch"),
    400: ({ ask }) => ask("GET", "/v1/files?limit=0"),
  },
  getFile: {
    200: async (world) => world.ask("GET", `/v1/files/${(await announced(world)).id}`),
    404: ({ ask }) => ask("GET", `/v1/files/${noFile}`),
  },
  deleteFile: {
    200: async (world) => world.ask("DELETE", `/v1/files/${await uploaded(world)}`),
    404: ({ ask }) => ask("DELETE", `/v1/files/${noFile}`),
  },
  downloadFile: {
    302: async (world) => world.ask("GET", `/v1/files/${await uploaded(world)}/content`),
    404: ({ ask }) => ask("GET", `/v1/files/${noFile}/content`),
    409: async (world) => world.ask("GET", `/v1/files/${(await announced(world)).id}/content`),
  },
  createBatch: {
    200: async (world) => world.ask("POST", "/v1/batches", { input_file_id: await uploaded(world) }),
    400: raw("POST", "/v1/batches", "{"),
    404: ({ ask }) => ask("POST", "/v1/batches", { input_file_id: noFile }),
    409: async (world) => world.ask("POST", "/v1/batches", { input_file_id: (await announced(world)).id }),
    413: raw("POST", "/v1/batches", tooLarge),
    415: raw("POST", "/v1/batches", "a", "text/plain"),
    422: ({ ask }) => ask("POST", "/v1/batches", { input_file_id: noFile, endpoint: "/v1/embeddings" }),
  },
  listBatches: {
    200: async (world) => {
      await batch(world);
      return world.ask("GET", "/v1/batches?limit=1");
    },
    400: ({ ask }) => ask("GET", "/v1/batches?limit=0"),
    404: ({ ask }) => ask("GET", "/v1/batches?after=nothing"),
  },
  getBatch: {
    200: async (world) => world.ask("GET", `/v1/batches/${await batch(world)}`),
    404: ({ ask }) => ask("GET", `/v1/batches/${noBatch}`),
  },
  cancelBatch: {
    200: async (world) => world.ask("POST", `/v1/batches/${await batch(world)}/cancel`),
    404: ({ ask }) => ask("POST", `/v1/batches/${noBatch}/cancel`),
    409: async (world) => world.ask("POST", `/v1/batches/${await finished(world)}/cancel`),
  },
  getBatchResults: {
    200: async (world) => world.ask("GET", `/v1/batches/${await batch(world, true)}/results`),
    404: ({ ask }) => ask("GET", `/v1/batches/${noBatch}/results`),
  },
};

export const bodies: Bodies = {
  createFile: newFileSchema,
  listFiles: filePageSchema,
  getFile: fileSchema,
  deleteFile: fileDeletedSchema,
  createBatch: batchSchema,
  listBatches: batchPageSchema,
  getBatch: batchSchema,
  cancelBatch: batchSchema,
  getBatchResults: batchResultsSchema,
};
