/** Where a mixture's parts are kept. In a service that is the object store; here it is a folder. */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@weightsmith/contract";
import { z } from "zod";
import { generalName } from "../corpus/source.ts";

/** What the training of a part found out, beside the part. */
export const partReportSchema = z.object({
  steps: z.int(),
  seconds: z.number(),
  /** Mean loss a token of validation text, nats: before (specialists: with the generalist alone) and after. */
  validationLossBefore: z.number().nullable(),
  validationLoss: z.number(),
  parameters: z.int(),
  corpus: z.object({ paragraphs: z.int(), characters: z.int(), trainingTokens: z.int(), sha256: z.string() }),
});
export type PartReport = z.infer<typeof partReportSchema>;

export interface StoredPart {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The generalist goes by the name `general`. */
export interface MixtureStore {
  /** Names of what is there, in the order in which it came; `general` first. */
  names(): Promise<readonly string[]>;
  load(name: string): Promise<Uint8Array | undefined>;
  save(part: StoredPart, report: PartReport): Promise<void>;
  remove(name: string): Promise<void>;
}

const entrySchema = z.object({ name: z.string(), sha256: z.string(), report: partReportSchema });
const indexSchema = z.object({ formatVersion: z.literal(1), parts: z.array(entrySchema) });
export type MixtureIndex = z.infer<typeof indexSchema>;

/** A folder: `mixture.json`, and a safetensors file for each part. */
export class FolderStore implements MixtureStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async index(): Promise<MixtureIndex> {
    const file = path.join(this.folder, "mixture.json");
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (text === undefined) return { formatVersion: 1, parts: [] };
    return indexSchema.parse(JSON.parse(text));
  }

  async names(): Promise<string[]> {
    const names = (await this.index()).parts.map(({ name }) => name);
    return names.sort((a, b) => Number(b === generalName) - Number(a === generalName));
  }

  /** @throws AppError artifact.corrupt if the file is not what was saved */
  async load(name: string): Promise<Uint8Array | undefined> {
    const entry = (await this.index()).parts.find((part) => part.name === name);
    if (!entry) return undefined;
    const bytes = await readFile(this.#fileOf(name));
    if (sha256Of(bytes) !== entry.sha256) {
      throw new AppError("artifact.corrupt", {
        message: `The file of "${name}" is not the one that was saved.`,
      });
    }
    return bytes;
  }

  async save({ name, bytes }: StoredPart, report: PartReport): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await replaceFile(this.#fileOf(name), bytes);
    const { parts } = await this.index();
    const others = parts.filter((part) => part.name !== name);
    await this.#write({ formatVersion: 1, parts: [...others, { name, sha256: sha256Of(bytes), report }] });
  }

  async remove(name: string): Promise<void> {
    const { parts } = await this.index();
    await this.#write({ formatVersion: 1, parts: parts.filter((part) => part.name !== name) });
    await rm(this.#fileOf(name), { force: true });
  }

  #fileOf(name: string): string {
    return path.join(this.folder, `${name}.safetensors`);
  }

  #write(index: MixtureIndex): Promise<void> {
    return replaceFile(path.join(this.folder, "mixture.json"), `${JSON.stringify(index, null, 2)}\n`);
  }
}

export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function replaceFile(file: string, content: Uint8Array | string): Promise<void> {
  const draft = `${file}.draft`;
  await writeFile(draft, content);
  await rename(draft, file);
}

/** Whether a folder holds a mixture. */
export async function holdsMixture(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names.includes("mixture.json") && names.includes(`${generalName}.safetensors`);
}
