/** Hidden examples: an object apart from all artifacts, so that no download link can ever name it. */
import { AppError, type Example, exampleSchema } from "@weightsmith/contract";
import { z } from "zod";
import { getObject, putObject, type Storage, sha256Of } from "../artifact/object.ts";

export interface HiddenExamples {
  readonly examples: readonly Example[];
  readonly sha256: string;
}

const fileSchema = z.array(exampleSchema).min(1);

/** Stores a task's hidden examples. @returns where, and their hash */
export async function hideExamples(
  storage: Storage,
  taskId: string,
  examples: readonly Example[],
): Promise<{ readonly key: string; readonly sha256: string; readonly count: number }> {
  const bytes = new TextEncoder().encode(JSON.stringify(examples));
  const sha256 = sha256Of(bytes);
  const key = `hidden/${taskId}/${sha256}.json`;
  await putObject(storage, { key, bytes, mediaType: "application/json" });
  return { key, sha256, count: examples.length };
}

/**
 * For workers.
 * @throws AppError artifact.not_found, artifact.corrupt, service.unavailable
 */
export async function hidden(
  storage: Storage,
  task: { readonly hiddenKey: string; readonly hiddenSha256: string },
): Promise<HiddenExamples> {
  const bytes = await getObject(storage, task.hiddenKey);
  const sha256 = task.hiddenSha256;
  if (!bytes) throw new AppError("artifact.not_found", { context: { sha256 } });
  if (sha256Of(bytes) !== sha256) throw new AppError("artifact.corrupt", { context: { sha256 } });
  return { examples: fileSchema.parse(JSON.parse(new TextDecoder().decode(bytes))), sha256 };
}
