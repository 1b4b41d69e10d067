/** The caller's mixture. */
import { AppError, GENERALIST } from "@weightsmith/contract";
import { Specialist } from "@weightsmith/core";
import { type AppContext, callerOf } from "../../http/environment.ts";
import type { MixturePart } from "../../mixture-runner.ts";
import type { Services } from "../../services.ts";

/** The generalist and its specialists. @throws AppError auth.missing_key, specialist.not_ready */
export async function partsOf(c: AppContext, { db }: Services): Promise<MixturePart[]> {
  const parts = await Specialist.list(db, callerOf(c).workspaceId);
  if (parts.length < 2 || parts[0]?.name !== GENERALIST) throw new AppError("specialist.not_ready");
  return parts.map(({ name, artifactSha256 }) => ({ name, sha256: artifactSha256 }));
}
