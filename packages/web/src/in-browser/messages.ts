/** What the page and the worker that runs programs say to each other. */
export interface RunOrder {
  readonly id: number;
  readonly programId: string;
  readonly input: string;
}

export interface BrowserAnswer {
  readonly output: string;
  readonly tokens: number;
  readonly confidence: number | null;
  /** Of the answer alone, without what had to be loaded first. */
  readonly milliseconds: number;
}

export type RunNews =
  /** What is being fetched: bytes of the interpreter so far and in all. */
  | { readonly id: number; readonly loading: { readonly bytes: number; readonly of: number } }
  | { readonly id: number; readonly answer: BrowserAnswer }
  | { readonly id: number; readonly problem: { readonly message: string; readonly remedy: string } };
