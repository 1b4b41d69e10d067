/** What the sandbox and its worker threads say to each other. Values travel as JSON text. */
export type SandboxLanguage = "python" | "typescript";

export interface RunMessage {
  readonly id: number;
  /** JavaScript for the JavaScript worker: types are stripped before. */
  readonly code: string;
  readonly functionName: string;
  /** JSON of a list of argument lists. */
  readonly calls: string;
  readonly timeoutMs: number;
  readonly memoryBytes: number;
}

/** JSON of the returned value, or why there is none. */
export type CallResult = { readonly value: string } | { readonly error: string };

export type WorkerMessage =
  | { readonly type: "ready" }
  | { readonly type: "result"; readonly id: number; readonly results: readonly CallResult[] }
  | { readonly type: "failed"; readonly id: number; readonly error: string };
