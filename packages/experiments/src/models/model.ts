/** What a model is to an experiment: something that answers questions with lessons at hand, and may write JSON on request. */

/** A question as a model gets it. */
export interface AnswerRequest {
  readonly domain: string;
  readonly lessons: readonly string[];
  readonly context: string;
  readonly question: string;
  /** Draw instead of taking the likeliest. */
  readonly sample?: { readonly temperature: number; readonly seed: number };
}

export interface Answer {
  readonly answer: string;
  /** The step before the answer, as the model gave it. */
  readonly why: string;
}

/** A request for JSON of a schema. */
export interface JsonRequest {
  readonly system: string;
  readonly user: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly maxTokens: number;
}

export interface ExperimentModel {
  /** As it was asked for. */
  readonly id: string;
  /** Which files or service it is: a SHA-256 of the weights, an address; for records. */
  readonly identity: string;
  readonly device: string;
  answer(request: AnswerRequest, signal?: AbortSignal): Promise<Answer>;
  /** Writes JSON that satisfies the schema; undefined: this model cannot play the other roles. */
  readonly writeJson?: (request: JsonRequest, signal?: AbortSignal) => Promise<unknown>;
  close(): Promise<void>;
}

export const answerSchema = {
  type: "object",
  properties: {
    why: { type: "string", maxLength: 100 },
    answer: { type: "string", maxLength: 80 },
  },
  required: ["why", "answer"],
  additionalProperties: false,
} as const;

/** An answer from what a model wrote; what is no such JSON counts as an empty answer. */
export function readAnswer(text: string): Answer {
  try {
    const value = JSON.parse(text) as Partial<Record<string, unknown>>;
    return { answer: String(value.answer ?? ""), why: String(value.why ?? "") };
  } catch {
    // Cut off by the most tokens an answer may have: there is no answer to score.
    return { answer: "", why: "" };
  }
}
