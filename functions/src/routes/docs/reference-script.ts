/**
 * Scalar's reference as one script. Scalar's own packages load it from a CDN or come with a whole page framework; the
 * one for Fastify has it as a file, and that file is all we take from it.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

export async function readReferenceScript(): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(await scriptPath()));
}

async function scriptPath(): Promise<string> {
  // Beside a bundled function, where the deployment copies it.
  const beside = path.join(import.meta.dirname, "reference.js");
  try {
    await readFile(beside);
    return beside;
  } catch {
    const main = createRequire(import.meta.url).resolve("@scalar/fastify-api-reference");
    return path.join(path.dirname(main), "js/standalone.js");
  }
}
