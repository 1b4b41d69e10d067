/** A mixture from its stored parts. */
import { AppError } from "@weightsmith/contract";
import type { SessionOptions } from "@weightsmith/onnx";
import { generalName } from "../corpus/source.ts";
import { decodeExpert } from "../model/expert.ts";
import { decodeGeneralist } from "../model/generalist-file.ts";
import type { MixtureStore } from "../train/store.ts";
import { Mixture } from "./mixture.ts";

/** @throws AppError specialist.not_ready if there is no generalist yet */
export async function openMixture(
  store: MixtureStore,
  options: { readonly session?: SessionOptions } = {},
): Promise<Mixture> {
  const bytes = await store.load(generalName);
  if (!bytes) throw new AppError("specialist.not_ready");
  const generalist = decodeGeneralist(bytes);
  const mixture = new Mixture(generalist, options);
  const entries = [];
  for (const name of await store.names()) {
    if (name === generalName) continue;
    entries.push({ name, expert: decodeExpert(generalist.model.config, (await store.load(name))!, name) });
  }
  mixture.set(entries);
  return mixture;
}
