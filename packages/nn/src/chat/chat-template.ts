/**
 * Conversations as the text a chat model was trained on, by the Jinja template that comes with its tokenizer.
 * A template is content of a downloaded file: it runs in Hugging Face's interpreter, which reaches nothing of
 * this process, and within a time limit.
 */
import { createContext, Script } from "node:vm";
import { Environment, Interpreter, Template } from "@huggingface/jinja";
import { FormatError } from "../format-error.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { templateGlobals } from "./template-globals.ts";

export interface ChatMessage {
  /** `system`, `user`, `assistant`, `tool`, or what else the template knows */
  readonly role: string;
  readonly content?: unknown;
  /** What else the template reads: `tool_calls`, `name`, `reasoning_content`… */
  readonly [field: string]: unknown;
}

export interface ChatOptions {
  /** End with the beginning of the assistant's answer; true if not given. */
  readonly addGenerationPrompt?: boolean;
  /** Functions that the model may call, as JSON Schemas in OpenAI's form. */
  readonly tools?: readonly unknown[];
  /** Further variables of the template, such as Qwen3's `enable_thinking`. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** What a template that writes the date takes for today; the clock's time if not given. */
  readonly now?: Date;
}

/** The template refused a conversation, or did not come to an end. */
export class ChatTemplateError extends Error {
  override readonly name = "ChatTemplateError";
}

const largestTemplateLength = 1_000_000;
const timeLimitMilliseconds = 2_000;

const sandbox: { run: () => string } = { run: () => "" };
const limited = { context: createContext(sandbox), script: new Script("run()") };

/** Calls a function and stops it, wherever it is, when its time is over. */
function withinTime(run: () => string): string {
  sandbox.run = run;
  try {
    return limited.script.runInContext(limited.context, { timeout: timeLimitMilliseconds }) as string;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT")
      throw new ChatTemplateError(
        `the chat template did not come to an end within ${timeLimitMilliseconds} ms`,
      );
    throw error;
  } finally {
    sandbox.run = () => "";
  }
}

/** A parsed template with the special tokens that it may write. */
export class ChatTemplate {
  readonly #template: Template;
  readonly #special: Readonly<Record<string, string>>;
  readonly #tokenizer: Tokenizer;

  private constructor(template: Template, special: Readonly<Record<string, string>>, tokenizer: Tokenizer) {
    this.#template = template;
    this.#special = special;
    this.#tokenizer = tokenizer;
  }

  /**
   * The template of a tokenizer.
   * @param name of several templates the one of this name; `default` if not given
   * @throws FormatError where there is none, or it is no valid template
   */
  static of(tokenizer: Tokenizer, name = "default"): ChatTemplate {
    const { config } = tokenizer.files;
    const { chat_template: stated } = config;
    const source = Array.isArray(stated)
      ? stated.find((template) => template.name === name)?.template
      : (stated ?? undefined);
    if (source === undefined)
      throw new FormatError(
        "chat template",
        Array.isArray(stated)
          ? `there is none named ${name}; there are ${stated.map((template) => template.name).join(", ")}`
          : "the model has none: it is no chat model. Write the prompt as plain text, or add chat_template.jinja to its folder",
      );
    if (source.length > largestTemplateLength)
      throw new FormatError(
        "chat template",
        `has ${source.length} characters, more than ${largestTemplateLength}`,
      );
    const special: Record<string, string> = {};
    for (const role of ["bos", "eos", "pad", "unk"] as const) {
      const token = config[`${role}_token`];
      if (token !== undefined && token !== null)
        special[`${role}_token`] = typeof token === "string" ? token : token.content;
    }
    try {
      return new ChatTemplate(new Template(source), special, tokenizer);
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw new FormatError("chat template", `is not valid Jinja: ${problem}`, { cause });
    }
  }

  /**
   * The conversation as text. Special tokens written in messages stand in it as they are: to encode it, use
   * `encode`, which knows which of them the template wrote.
   * @throws ChatTemplateError where the template refuses the conversation or does not end
   */
  render(messages: readonly ChatMessage[], options: ChatOptions = {}): string {
    const { addGenerationPrompt = true, tools, variables = {}, now = new Date() } = options;
    try {
      return withinTime(() =>
        this.#run({
          ...this.#special,
          ...variables,
          ...templateGlobals(now),
          messages,
          add_generation_prompt: addGenerationPrompt,
          ...(tools ? { tools } : {}),
        }),
      );
    } catch (cause) {
      if (cause instanceof ChatTemplateError) throw cause;
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw new ChatTemplateError(`the chat template refuses this conversation: ${problem}`, { cause });
    }
  }

  #run(variables: Readonly<Record<string, unknown>>): string {
    const environment = new Environment();
    for (const [name, value] of Object.entries(variables)) environment.set(name, value);
    return String(new Interpreter(environment).run(this.#template.parsed).value);
  }

  /**
   * The conversation as token ids. Only the template writes special tokens: in messages, tools and variables
   * `<|im_end|>` is these characters, so that no message can pretend to be another's.
   * @throws ChatTemplateError where the template refuses the conversation or does not end
   */
  encode(messages: readonly ChatMessage[], options: ChatOptions = {}): number[] {
    const { specialTokens } = this.#tokenizer;
    const given = JSON.stringify([messages, options.tools, options.variables]);
    const veil = new Veil([...specialTokens.keys()], given);
    const rendered = this.render(veil.cover(messages) as ChatMessage[], {
      ...options,
      ...(options.tools ? { tools: veil.cover(options.tools) as unknown[] } : {}),
      ...(options.variables ? { variables: veil.cover(options.variables) as Record<string, unknown> } : {}),
    });
    const ids: number[] = [];
    const encodeText = (text: string) => {
      if (text !== "") ids.push(...this.#tokenizer.encode(veil.uncover(text), { specialTokens: "text" }));
    };
    let end = 0;
    if (veil.pattern)
      for (const match of rendered.matchAll(veil.pattern)) {
        encodeText(rendered.slice(end, match.index));
        ids.push(specialTokens.get(match[0])!);
        end = match.index + match[0].length;
      }
    encodeText(rendered.slice(end));
    return ids;
  }
}

const firstPrivate = 0xe000;
const lastPrivate = 0xf8ff;

/** Special tokens in what people wrote, exchanged for marks that the template passes on untouched. */
class Veil {
  /** any special token, the longest first */
  readonly pattern: RegExp | undefined;
  readonly #tokens: readonly string[];
  readonly #mark: string;

  constructor(tokens: readonly string[], given: string) {
    this.#tokens = [...tokens].sort((a, b) => b.length - a.length);
    const escaped = this.#tokens.map((token) => token.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    this.pattern = escaped.length > 0 ? new RegExp(escaped.join("|"), "g") : undefined;
    let mark = firstPrivate;
    while (mark <= lastPrivate && given.includes(String.fromCharCode(mark))) mark++;
    if (mark > lastPrivate)
      throw new ChatTemplateError("the conversation uses every private character there is");
    this.#mark = String.fromCharCode(mark);
  }

  /** The same value with every text in it covered. */
  cover(value: unknown): unknown {
    if (typeof value === "string") {
      if (!this.pattern) return value;
      return value.replaceAll(
        this.pattern,
        (token) => `${this.#mark}${this.#tokens.indexOf(token)}${this.#mark}`,
      );
    }
    if (Array.isArray(value)) return value.map((item) => this.cover(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [String(this.cover(key)), this.cover(item)]),
    );
  }

  uncover(text: string): string {
    const mark = this.#mark;
    return text.replaceAll(
      new RegExp(`${mark}(\\d+)${mark}`, "g"),
      (_, index) => this.#tokens[Number(index)] ?? "",
    );
  }
}
