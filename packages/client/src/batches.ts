/** Batches: a file of lines goes up, is answered in the background, and its answers come down line by line. */
import type { Batch, BatchPage, BatchRequestInput, BatchResults, File, NewFile } from "@weightsmith/contract";
import { errorFromJob, WeightsmithError } from "./error.ts";
import type { Call, Transport } from "./transport.ts";

interface Options {
  readonly signal?: AbortSignal | undefined;
}

export interface StartBatchOptions extends Options {
  /** Repeating a request with the same key starts no second batch. Default: a random one, so that retries are safe. */
  readonly idempotencyKey?: string | undefined;
}

export class Batches {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Sends a file of lines, up to a gibibyte. The bytes go straight to the object store. */
  async upload(content: Blob, filename: string, { signal }: Options = {}): Promise<File> {
    const body = { filename, bytes: content.size };
    const call: Call = { method: "POST", path: "/v1/files", body, signal, repeatable: true };
    const { upload, ...file } = await this.#transport.json<NewFile>(call);
    const answer = await fetch(upload!.url, { method: "PUT", body: content, signal: signal ?? null });
    if (!answer.ok) throw refused(`refused ${filename} with status ${answer.status}`);
    return file;
  }

  start(request: BatchRequestInput, options: StartBatchOptions = {}): Promise<Batch> {
    const { idempotencyKey = crypto.randomUUID(), signal } = options;
    return this.#transport.json({
      method: "POST",
      path: "/v1/batches",
      body: request,
      headers: { "idempotency-key": idempotencyKey },
      signal,
      repeatable: true,
    });
  }

  get(batchId: string, { signal }: Options = {}): Promise<Batch> {
    return this.#transport.json({ method: "GET", path: batchPath(batchId), signal, repeatable: true });
  }

  /** One page, newest first; `after` is the last id of the page before. */
  list(query: { limit?: number; after?: string } = {}, { signal }: Options = {}): Promise<BatchPage> {
    const call = { method: "GET", path: "/v1/batches", query, signal, repeatable: true } as const;
    return this.#transport.json(call);
  }

  /** It stops within seconds and keeps what is answered by then. */
  cancel(batchId: string, { signal }: Options = {}): Promise<Batch> {
    const path = `${batchPath(batchId)}/cancel`;
    return this.#transport.json({ method: "POST", path, body: {}, signal, repeatable: true });
  }

  /** Links to what is answered so far. */
  results(batchId: string, { signal }: Options = {}): Promise<BatchResults> {
    const path = `${batchPath(batchId)}/results`;
    return this.#transport.json({ method: "GET", path, signal, repeatable: true });
  }

  /** The lines that are answered so far, or the errors, in the input's order, as they are in the file. */
  async *lines(
    batchId: string,
    kind: "results" | "errors" = "results",
    { signal }: Options = {},
  ): AsyncGenerator<string> {
    const links = await this.results(batchId, { signal });
    for (const { url } of links[kind]) {
      const answer = await fetch(url, { signal: signal ?? null });
      if (!answer.ok || answer.body === null) throw refused(`answered with status ${answer.status}`);
      let rest = "";
      for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + text).split("\n");
        rest = lines.pop()!;
        yield* lines;
      }
      if (rest !== "") yield rest;
    }
  }

  /**
   * Looks at the batch until it has ended.
   * @param onProgress told each time it has come further
   * @throws WeightsmithError with the batch's own code if it failed, `job.canceled` if it was canceled
   */
  async waitFor(
    batchId: string,
    { signal, onProgress }: Options & { readonly onProgress?: (batch: Batch) => void } = {},
  ): Promise<Batch> {
    for (let pause = 0.2; ; pause = Math.min(pause * 1.5, 5)) {
      const batch = await this.get(batchId, { signal });
      onProgress?.(batch);
      if (batch.status === "completed") return batch;
      if (batch.status === "failed" || batch.status === "cancelled") {
        const job = await this.#transport.json<Parameters<typeof errorFromJob>[0]>({
          method: "GET",
          path: `/v1/jobs/${batch.job_id}`,
          signal,
          repeatable: true,
        });
        throw errorFromJob(job);
      }
      await this.#transport.sleep(pause, signal);
    }
  }
}

const batchPath = (batchId: string) => `/v1/batches/${encodeURIComponent(batchId)}`;

const refused = (what: string) =>
  new WeightsmithError({
    code: "client.bad_response",
    message: `The object store ${what}.`,
    remedy: "Try again; a link is good for an hour.",
    retryable: true,
  });
