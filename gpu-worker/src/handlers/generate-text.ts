/** Generate jobs of kind `text`: a workspace's mixture of specialists goes on with a prompt. */
import { AppError, GENERALIST, generateTextSchema } from "@weightsmith/contract";
import { decodeExpert, decodeGeneralist, Mixture } from "@weightsmith/specialists";
import type { Handler } from "../handler.ts";
import type { SpecialistSettings } from "./specialist.ts";

/** The only model that writes text by a job. */
const model = "specialists";

export function generateTextHandler({ device, threads }: SpecialistSettings): Handler {
  return async ({ job, signal, progress, specialists: store }) => {
    const stored = generateTextSchema.safeParse(job.request);
    if (!stored.success) throw new AppError("request.invalid", { cause: stored.error });
    const request = stored.data;
    if (request.model !== undefined && request.model !== model) {
      throw new AppError("interpreter.unknown", {
        message: `Text is written by ${model}; there is no ${JSON.stringify(request.model.slice(0, 100))}.`,
      });
    }
    if (!store) throw new Error("This worker gives no specialists.");
    const [general, ...rest] = await store.call("parts");
    if (general?.name !== GENERALIST || rest.length === 0) throw new AppError("specialist.not_ready");
    const generalist = decodeGeneralist(await store.call("loadPart", general.sha256));
    const mixture = new Mixture(generalist, { session: { device: device as "auto", threads } });
    try {
      for (const { name, sha256 } of rest) {
        const bytes = await store.call("loadPart", sha256);
        mixture.add(name, decodeExpert(generalist.model.config, bytes, name));
      }
      const { prompt, maxTokens, temperature, topK, seed } = request;
      let text = "";
      for await (const piece of mixture.stream({ prompt, maxTokens, temperature, topK, seed }, signal)) {
        text += piece.text;
        progress({ phase: "write", done: Math.min(text.length, maxTokens), total: null, metrics: {} });
        if (!piece.end) continue;
        signal.throwIfAborted();
        const { specialists, tokens, finish } = piece.end;
        const output = { prompt, completion: text, full_text: prompt + text, specialists, tokens, finish };
        return { result: { programId: null, report: null, output } };
      }
      throw new Error("unreachable: a completion has an end");
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new AppError("run.input_too_long", { message: error.message, cause: error });
    } finally {
      await mixture.release();
    }
  };
}
