/**
 * The text form in which an interpreter reads a program: one spec, any number of solved examples, one input.
 *
 *   <|spec|>SPEC<|in|>INPUT₁<|out|>OUTPUT₁<|end|>…<|in|>INPUT<|out|>   →   OUTPUT<|end|>
 *
 * The four marks are special tokens of the interpreter's tokenizer, so that no text of a user can be mistaken for
 * one: user text is always encoded with special tokens off. Training, compiling and running all go through this file.
 */

export const marks = { spec: "<|spec|>", input: "<|in|>", output: "<|out|>", end: "<|end|>" } as const;

/**
 * How the places of a prompt are marked for a model. Interpreters of our own have a special token for each. Models that
 * were trained on conversations read the spec as the system's message and inputs as the user's; others read plain words.
 * `end` begins with the one token that ends an answer.
 */
export interface PromptMarks {
  readonly spec: string;
  readonly specEnd: string;
  readonly input: string;
  readonly output: string;
  readonly end: string;
}

export const ownMarks: PromptMarks = { ...marks, specEnd: "" };

/** Qwen's conversations. @param opening what an answer begins with, such as an empty thought */
export const chatMarks = (opening = ""): PromptMarks => ({
  spec: "<|im_start|>system\n",
  specEnd: "<|im_end|>\n",
  input: "<|im_start|>user\n",
  output: `<|im_end|>\n<|im_start|>assistant\n${opening}`,
  end: "<|im_end|>\n",
});

/** Words for models that know no conversations. @param endToken the model's own end of text */
export const wordMarks = (endToken: string): PromptMarks => ({
  spec: "",
  specEnd: "\n\n",
  input: "Input: ",
  output: "\nOutput: ",
  end: `${endToken}\n`,
});

/** What the tokenizer of an interpreter must reserve, in the order of their ids. */
export const specialTokens: readonly string[] = [marks.end, marks.spec, marks.input, marks.output];

/** Where the input goes in a prompt template; a template holds it exactly once. */
export const inputPlaceholder = "{INPUT_PLACEHOLDER}";

export interface SolvedExample {
  readonly input: string;
  readonly output: string;
}

/** What the interpreter conditions on before it sees an input. */
export interface PromptContext {
  readonly spec: string;
  readonly examples?: readonly SolvedExample[];
}

/** A piece of a prompt: a mark (one special token or a few tokens) or text that came from a user (no special tokens in it). */
export type PromptSegment = { readonly mark: keyof PromptMarks } | { readonly text: string };

/** The segments up to, not including, the input: what a KV prefix caches. */
export function contextSegments({ spec, examples = [] }: PromptContext): PromptSegment[] {
  const segments: PromptSegment[] = [{ mark: "spec" }, { text: spec }, { mark: "specEnd" }];
  for (const { input, output } of examples) {
    segments.push({ mark: "input" }, { text: input }, { mark: "output" }, { text: output }, { mark: "end" });
  }
  return segments;
}

/** The segments that follow the context and ask for an output. */
export function inputSegments(input: string): PromptSegment[] {
  return [{ mark: "input" }, { text: input }, { mark: "output" }];
}

/** The segments of an answer, as the interpreter is trained to give it. */
export function outputSegments(output: string): PromptSegment[] {
  return [{ text: output }, { mark: "end" }];
}

/** What `encodeSegments` asks of a tokenizer. */
export interface SegmentEncoder {
  /** Token ids of plain text; text that looks like a special token stays text. */
  encode(text: string): number[];
  /** Token ids of a mark; none for one that the model does without. */
  mark(name: keyof PromptMarks): readonly number[];
}

export function encodeSegments(segments: readonly PromptSegment[], tokenizer: SegmentEncoder): number[] {
  const ids: number[] = [];
  for (const segment of segments) {
    const part = "mark" in segment ? tokenizer.mark(segment.mark) : tokenizer.encode(segment.text);
    for (const id of part) ids.push(id);
  }
  return ids;
}

/**
 * The prompt as one text with the placeholder for the input: the artifact's `prompt_template.txt`, for other runtimes,
 * which read the marks in it as special tokens. What looks like a mark or the placeholder in a user's text is broken up
 * there, so that it stays text. `null`: nothing stands before the input.
 */
export function promptTemplate(context: PromptContext | null, style: PromptMarks = ownMarks): string {
  const render = (segments: PromptSegment[]) =>
    segments.map((segment) => ("mark" in segment ? style[segment.mark] : harmless(segment.text))).join("");
  const before = context === null ? "" : render(contextSegments(context));
  return `${before}${style.input}${inputPlaceholder}${style.output}`;
}

function harmless(text: string): string {
  return text.replaceAll("<|", "< |").replaceAll(inputPlaceholder, "{ INPUT_PLACEHOLDER }");
}

/**
 * The context that a template in the form of `promptTemplate` was written from: null if nothing stands before the input,
 * undefined if it is of another form.
 */
export function promptOfTemplate(template: string): PromptContext | null | undefined {
  const tail = `${marks.input}${inputPlaceholder}${marks.output}`;
  if (!template.endsWith(tail) || template.split(inputPlaceholder).length !== 2) return undefined;
  const before = template.slice(0, -tail.length);
  if (before === "") return null;
  if (!before.startsWith(marks.spec)) return undefined;
  const [spec = "", ...solved] = before.slice(marks.spec.length).split(marks.input);
  const examples: SolvedExample[] = [];
  for (const text of solved) {
    const [input, output, ...rest] = text.split(marks.output);
    if (input === undefined || output === undefined || rest.length > 0) return undefined;
    if (!output.endsWith(marks.end)) return undefined;
    examples.push({ input, output: output.slice(0, -marks.end.length) });
  }
  const texts = [spec, ...examples.flatMap(({ input, output }) => [input, output])];
  if (texts.some((text) => Object.values(marks).some((mark) => text.includes(mark)))) return undefined;
  return { spec, ...(examples.length > 0 ? { examples } : {}) };
}
