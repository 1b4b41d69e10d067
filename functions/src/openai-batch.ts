/** What workers need of the OpenAI-compatible endpoints to answer their requests in batches. */
import { AppError } from "@weightsmith/contract";
import type { Asked } from "./routes/openai/answer.ts";
import { askedOfChat } from "./routes/openai/chat.ts";
import { askedOfCompletion } from "./routes/openai/completion.ts";

export { type Asked, collect, wholeOf } from "./routes/openai/answer.ts";

const READERS: Readonly<Record<string, (body: unknown) => Asked>> = {
  "/v1/chat/completions": askedOfChat,
  "/v1/completions": askedOfCompletion,
};

/** @throws AppError request.*, constraint.invalid */
export function askedOf(endpoint: string, body: unknown): Asked {
  const read = READERS[endpoint];
  if (!read) throw new AppError("request.invalid", { message: `There is no endpoint ${endpoint}.` });
  return read(body);
}
