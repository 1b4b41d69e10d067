/**
 * The form in which the small bases of this project read a question: lessons where a spec stands, the question as the
 * input, a JSON object as the output. The marks are special tokens of their tokenizers.
 *
 *   <|spec|>finance⏎lesson⏎lesson<|in|>context⏎question<|out|>{"why":"…","answer":"…"}<|end|>
 */
import type { Tokenizer } from "@weightsmith/nn";

const marks = { spec: "<|spec|>", input: "<|in|>", output: "<|out|>", end: "<|end|>" } as const;

export interface ReaderQuestion {
  readonly domain: string;
  readonly lessons: readonly string[];
  readonly context: string;
  readonly question: string;
}

/** Whether a tokenizer has the marks. */
export const hasReaderMarks = (tokenizer: Tokenizer): boolean =>
  Object.values(marks).every((mark) => tokenizer.specialTokens.has(mark));

/** Token ids of the parts of a prompt; text of users never becomes a mark. */
export class ReaderEncoder {
  readonly endToken: number;
  readonly #tokenizer: Tokenizer;
  readonly #ids: Readonly<Record<keyof typeof marks, number>>;

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
    const id = (mark: string): number => {
      const found = tokenizer.specialTokens.get(mark);
      if (found === undefined) throw new RangeError(`the tokenizer has no special token ${mark}`);
      return found;
    };
    this.#ids = {
      spec: id(marks.spec),
      input: id(marks.input),
      output: id(marks.output),
      end: id(marks.end),
    };
    this.endToken = this.#ids.end;
  }

  lessons({ domain, lessons }: Pick<ReaderQuestion, "domain" | "lessons">): number[] {
    return [this.#ids.spec, ...this.#text([domain, ...lessons].join("\n"))];
  }

  question({ context, question }: Pick<ReaderQuestion, "context" | "question">): number[] {
    const text = context === "" ? question : `${context}\n${question}`;
    return [this.#ids.input, ...this.#text(text), this.#ids.output];
  }

  answer(why: string, answer: string): number[] {
    return [...this.#text(JSON.stringify({ why, answer })), this.#ids.end];
  }

  #text(text: string): number[] {
    return this.#tokenizer.encode(text, { specialTokens: "text" });
  }
}
