/**
 * Text by an interpreter or one of its programs, for the OpenAI-compatible endpoints. A program answers the last message
 * of a conversation. An interpreter by itself reads the system message as a spec, earlier turns as solved examples and
 * the last message as the input, which is the form it was trained on.
 */
import { AppError } from "@weightsmith/contract";
import type {
  OpenInterpreter,
  ProgramHost,
  RunnableProgram,
  TextOptions,
  TextRow,
  WrittenPiece,
} from "@weightsmith/programs";
import type { Message, Runs, TextCall, TextPiece } from "../services.ts";

export interface TextWriterOptions {
  readonly host: Pick<ProgramHost, "interpreter">;
  readonly ready: (artifactSha256: string) => Promise<RunnableProgram>;
}

export function textWriter({ host, ready }: TextWriterOptions): Runs["text"] {
  return async (call) => {
    const { program, interpreter, signal } = call;
    const open = await host.interpreter(interpreter);
    const own = program && (await ready(program.artifactSha256));
    const { promptTokens, rows } = rowsOf(open, own, call);
    return { promptTokens, pieces: pieces(open.write(rows, { signal }), call) };
  };
}

/**
 * What the interpreter is to write for a call: `count` rows for each prompt.
 * @param own the program that answers; undefined: the interpreter by itself
 */
export function rowsOf(
  open: Pick<OpenInterpreter, "row" | "continuation">,
  own: Pick<RunnableProgram, "row"> | undefined,
  call: Omit<TextCall, "signal" | "interpreter" | "program" | "mixture">,
): { readonly promptTokens: number; readonly rows: (TextRow & TextOptions)[] } {
  const { prompt, count } = call;
  const starts =
    "messages" in prompt
      ? [own ? own.row(lastInput(prompt.messages)) : open.row(...conversation(prompt.messages))]
      : prompt.texts.map((text) => (own ? own.row(text) : open.continuation(text)));
  const options = {
    maxTokens: call.maxTokens,
    temperature: call.temperature,
    topP: call.topP,
    stop: call.stop,
    ...(call.constraint === undefined ? {} : { constraint: call.constraint }),
    ...(call.logProbabilities === undefined ? {} : { logProbabilities: call.logProbabilities }),
  };
  return {
    promptTokens: starts.reduce((sum, row) => sum + row.promptTokens, 0),
    rows: starts.flatMap((row) =>
      Array.from({ length: count }, (_, i) => ({ ...row, ...options, seed: call.seed + i })),
    ),
  };
}

async function* pieces(
  written: AsyncIterable<WrittenPiece>,
  { signal }: TextCall,
): AsyncGenerator<TextPiece> {
  for await (const piece of written) {
    signal.throwIfAborted();
    yield pieceOf(piece);
  }
}

export const pieceOf = ({ row, text, tokens, finish }: WrittenPiece): TextPiece => ({
  index: row,
  text,
  tokens: tokens.length,
  scores: tokens.flatMap(({ alternatives = [], ...token }) =>
    token.logProbability === undefined
      ? []
      : [{ ...token, logProbability: token.logProbability, alternatives }],
  ),
  ...(finish === undefined ? {} : { finish: finish === "stop" ? ("stop" as const) : ("length" as const) }),
});

function lastInput(messages: readonly Message[]): string {
  const last = messages.findLast(({ role }) => role === "user");
  if (last === undefined) {
    throw new AppError("request.invalid", { message: "`messages` has no message of the role `user`." });
  }
  return last.content;
}

/** A conversation as spec, solved examples and input. */
function conversation(
  messages: readonly Message[],
): [input: string, context: { spec: string; examples: { input: string; output: string }[] }] {
  const spec = messages
    .filter(({ role }) => role === "system" || role === "developer")
    .map(({ content }) => content)
    .join("\n\n");
  const examples: { input: string; output: string }[] = [];
  let input: string | undefined;
  for (const { role, content } of messages) {
    if (role === "user") input = content;
    else if (role === "assistant" && input !== undefined) {
      examples.push({ input, output: content });
      input = undefined;
    }
  }
  if (input === undefined) {
    throw new AppError("request.invalid", { message: "The last of `messages` must have the role `user`." });
  }
  return [input, { spec, examples }];
}
