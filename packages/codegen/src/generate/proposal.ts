/** What a technique is given and gives: candidates for a problem, to be executed by the one who asked. */
import type { Language } from "../print/expression.ts";
import type { Candidate } from "../search/search-thread.ts";
import type { Problem } from "../search/synthesize.ts";
import type { CodeRequest } from "./request.ts";

export interface Task {
  readonly problem: Problem;
  readonly request: CodeRequest;
  /** The wanted function's name. */
  readonly name: string;
  readonly language: Language;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

export interface Proposal {
  /** Likeliest first. */
  readonly candidates: readonly Candidate[];
  /** Share of the other candidates' answers on new inputs that equal the first one's. */
  readonly agreement: number;
}

export const NOTHING: Proposal = { candidates: [], agreement: 0 };

/** A technique, or undefined where what it needs (a model) is not there. */
export type Technique = (task: Task) => Promise<Proposal>;

/**
 * Writes whole functions as text: a language model behind an endpoint or in this process. What it writes is untrusted
 * until the sandbox has run it.
 */
export interface DraftSource {
  readonly name: string;
  drafts(task: Task): AsyncIterable<string>;
}
