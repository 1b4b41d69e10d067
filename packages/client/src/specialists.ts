/** Specialists on a generalist: what there is, adding and deleting, writing and gates. */
import type {
  CorpusUploadLinks,
  ErrorCode,
  Job,
  SpecialistCompletion,
  SpecialistGates,
  SpecialistList,
  SpecialistStatus,
} from "@weightsmith/contract";
import { createParser } from "eventsource-parser";
import { WeightsmithError } from "./error.ts";
import type { Call, Transport } from "./transport.ts";

interface Options {
  readonly signal?: AbortSignal | undefined;
}

export type Routing = "soft" | "hard" | { readonly topK: number };

export interface WriteRequest {
  readonly prompt: string;
  /** Default 200. */
  readonly max_new_tokens?: number | undefined;
  /** 0, the default, is greedy. */
  readonly temperature?: number | undefined;
  /** 0, the default, is the whole distribution. */
  readonly top_k?: number | undefined;
  readonly stop?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  readonly routing?: Routing | undefined;
}

/** Certain text as it comes; the last piece has the whole answer. */
export interface WritePiece {
  readonly text: string;
  readonly done?: SpecialistCompletion;
}

export class Specialists {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(options: Options = {}): Promise<SpecialistList> {
    return this.#call("GET", "", options);
  }

  /** What is trained, what is being trained, which corpora there are. */
  status(options: Options = {}): Promise<SpecialistStatus> {
    return this.#call("GET", "/status", options);
  }

  /** Starts the job that trains whatever is missing. */
  initialize(options: Options = {}): Promise<Job> {
    return this.#start("POST", "/initialize", undefined, options);
  }

  /** Starts the training of a specialist on the corpus of its name. */
  add(name: string, options: Options = {}): Promise<Job> {
    return this.#start("POST", "", { name }, options);
  }

  /** Takes a specialist out of the mixture at once; the job deletes its corpus. */
  delete(name: string, options: Options = {}): Promise<Job> {
    return this.#start("DELETE", `/${encodeURIComponent(name)}`, undefined, options);
  }

  /** Uploads a file of a corpus. @throws WeightsmithError client.bad_response if the object store refuses it */
  async upload(name: string, file: string, content: string | Blob, { signal }: Options = {}): Promise<void> {
    const body = { files: [{ name: file }] };
    const path = `/v1/specialists/${encodeURIComponent(name)}/corpus`;
    const call: Call = { method: "POST", path, body, signal, repeatable: true };
    const { uploads } = await this.#transport.json<CorpusUploadLinks>(call);
    const answer = await fetch(uploads[0]!.url, { method: "PUT", body: content, signal: signal ?? null });
    if (answer.ok) return;
    throw new WeightsmithError({
      code: "client.bad_response",
      message: `The object store refused ${file} with status ${answer.status}.`,
      remedy: "Try again; the link may have expired.",
      status: answer.status,
      retryable: true,
      requestId: undefined,
    });
  }

  generate(request: WriteRequest, { signal }: Options = {}): Promise<SpecialistCompletion> {
    const call = { method: "POST", path: "/v1/specialists/generate", body: request, signal } as const;
    return this.#transport.json({ ...call, repeatable: true });
  }

  /** Yields text as it is written. Leaving the loop ends the work. */
  async *stream(request: WriteRequest, { signal }: Options = {}): AsyncGenerator<WritePiece> {
    const left = new AbortController();
    const response = await this.#transport.open({
      method: "POST",
      path: "/v1/specialists/generate",
      body: { ...request, stream: true },
      headers: { accept: "text/event-stream" },
      signal: signal ? AbortSignal.any([signal, left.signal]) : left.signal,
      repeatable: false,
    });
    const events: { name: string; data: string }[] = [];
    const parser = createParser({
      onEvent: ({ event, data }) => events.push({ name: event ?? "message", data }),
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        parser.feed(value);
        for (const { name, data } of events.splice(0)) {
          const parsed: unknown = JSON.parse(data);
          if (name === "text") yield { text: (parsed as { text: string }).text };
          else if (name === "done") yield { text: "", done: parsed as SpecialistCompletion };
          else if (name === "error") {
            const problem = parsed as { code: ErrorCode; message: string; remedy: string };
            throw new WeightsmithError({ ...problem, status: 200, retryable: false, requestId: undefined });
          }
        }
      }
    } finally {
      left.abort();
    }
  }

  /** How much each expert counts, for every layer and token of a text. */
  gates(prompt: string, routing: Routing = "soft", { signal }: Options = {}): Promise<SpecialistGates> {
    const body = { prompt, routing };
    const call = { method: "POST", path: "/v1/specialists/gates", body, signal } as const;
    return this.#transport.json({ ...call, repeatable: true });
  }

  #call<T>(method: Call["method"], path: string, { signal }: Options): Promise<T> {
    return this.#transport.json({ method, path: `/v1/specialists${path}`, signal, repeatable: true });
  }

  #start(method: Call["method"], path: string, body: unknown, { signal }: Options): Promise<Job> {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const call = { method, path: `/v1/specialists${path}`, headers, signal } as const;
    // A repeated deletion would find nothing; what starts a training is known by its key.
    const repeatable = method === "POST";
    return this.#transport.json({ ...call, repeatable, ...(body === undefined ? {} : { body }) });
  }
}
