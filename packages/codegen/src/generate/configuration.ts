/**
 * How the generator is set up: `codegen.json` in the folder of models, and environment variables, which win. Everything
 * has a default; models that are not there leave their techniques out.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@weightsmith/contract";
import { LanguageModel, loadModel, loadTokenizerFolder } from "@weightsmith/nn";
import { z } from "zod";
import { Knowledge } from "../knowledge/retrieval.ts";
import { loadPolicy } from "../policy/network.ts";
import type { Problem } from "../search/synthesize.ts";
import { TreeModel } from "../tree/tree-model.ts";
import { EndpointSource, type SendRequest } from "./endpoint-source.ts";
import { ModelSource } from "./model-source.ts";
import type { DraftSource } from "./proposal.ts";
import { type TechniqueParts, techniquesFrom } from "./techniques.ts";

export const generatorConfigSchema = z.strictObject({
  /** A Hugging Face folder of a decoder that writes drafts under the language's syntax. */
  model: z.string().min(1).optional(),
  /** Bits of its weights: 4 or 8; none for full precision. */
  quantize: z.union([z.literal(4), z.literal(8)]).optional(),
  /** The most tokens of prompt and draft together. */
  maxContext: z.int().min(64).max(1_000_000).optional(),
  /** Drafts that are kept at every step. */
  beams: z.int().min(1).max(32).default(4),
  /** Of one draft. */
  maxTokens: z.int().min(8).max(8_192).default(256),
  threads: z.int().min(1).max(256).optional(),
  endpoint: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }),
      model: z.string().min(1),
      key: z.string().min(1).optional(),
      drafts: z.int().min(1).max(20).default(3),
    })
    .optional(),
  /** A file of functions beside those that ship, made by `weightsmith generate knowledge`. */
  knowledge: z.string().min(1).optional(),
});
export type GeneratorConfig = z.output<typeof generatorConfigSchema>;

export type Variables = Readonly<Record<string, string | undefined>>;

/** @throws AppError request.invalid naming what is wrong, in the file or in a variable */
export async function readGeneratorConfig(
  modelsFolder: string,
  variables: Variables,
): Promise<GeneratorConfig> {
  const file = variables.WEIGHTSMITH_CODE_CONFIG ?? path.join(modelsFolder, "codegen.json");
  const written = existsSync(file) ? jsonOf(await readFile(file, "utf8"), file) : {};
  const number = (name: string): number | undefined =>
    variables[name] === undefined || variables[name] === "" ? undefined : Number(variables[name]);
  const { WEIGHTSMITH_CODE_ENDPOINT: url, WEIGHTSMITH_CODE_ENDPOINT_MODEL: endpointModel } = variables;
  const own = {
    model: variables.WEIGHTSMITH_CODE_MODEL,
    quantize: number("WEIGHTSMITH_CODE_QUANTIZE"),
    maxContext: number("WEIGHTSMITH_CODE_CONTEXT"),
    beams: number("WEIGHTSMITH_CODE_BEAMS"),
    maxTokens: number("WEIGHTSMITH_CODE_MAX_TOKENS"),
    threads: number("WEIGHTSMITH_CODE_THREADS"),
    knowledge: variables.WEIGHTSMITH_CODE_KNOWLEDGE,
    endpoint:
      url === undefined
        ? undefined
        : { url, model: endpointModel ?? "default", key: variables.WEIGHTSMITH_CODE_ENDPOINT_KEY },
  };
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  const parsed = generatorConfigSchema.safeParse({ ...(written as object), ...given });
  if (!parsed.success) {
    throw new AppError("request.invalid", {
      message: `The code generator's configuration (${file} and WEIGHTSMITH_CODE_*) is not usable: ${z.prettifyError(parsed.error)}`,
      cause: parsed.error,
    });
  }
  return parsed.data;
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError("request.invalid", { message: `${file} is not JSON.`, cause });
  }
}

/** What the generator can do, for whoever supervises it. */
export interface GeneratorHealth {
  readonly techniques: readonly string[];
  readonly policy: boolean;
  readonly treeModel: boolean;
  readonly languageModel: string | null;
  readonly endpoint: string | null;
  readonly knownFunctions: number;
}

export interface Generator {
  readonly parts: TechniqueParts;
  readonly health: GeneratorHealth;
  close(): Promise<void>;
}

/**
 * Loads what the configuration names.
 * @throws AppError model.unavailable if a model that was named cannot be loaded
 */
export async function openGenerator(
  config: GeneratorConfig,
  { modelsFolder, send }: { readonly modelsFolder: string; readonly send?: SendRequest },
): Promise<Generator> {
  const policy = await loadPolicy(modelsFolder);
  const tree = await TreeModel.load(modelsFolder);
  const knowledge = await Knowledge.open(config.knowledge);
  const drafts: DraftSource[] = [];
  const language = config.model === undefined ? undefined : await openModel(config.model, config);
  if (language) {
    drafts.push(new ModelSource({ ...language, beams: config.beams, maxTokens: config.maxTokens }));
  }
  const { endpoint } = config;
  if (endpoint) {
    drafts.push(
      new EndpointSource({
        baseUrl: endpoint.url,
        model: endpoint.model,
        key: endpoint.key,
        drafts: endpoint.drafts,
        maxTokens: config.maxTokens,
        ...(send ? { send } : {}),
      }),
    );
  }
  const parts: TechniqueParts = {
    ...(policy ? { policy: (problem: Problem) => policy.adjustments(problem) } : {}),
    ...(tree ? { tree } : {}),
    knowledge,
    drafts,
  };
  return {
    parts,
    health: {
      techniques: Object.keys(techniquesFrom(parts)),
      policy: policy !== undefined,
      treeModel: tree !== undefined,
      languageModel: config.model ?? null,
      endpoint: endpoint ? `${new URL(endpoint.url).origin} ${endpoint.model}` : null,
      knownFunctions: knowledge.size,
    },
    async close() {
      await tree?.close();
      await language?.model.release();
    },
  };
}

async function openModel(folder: string, { quantize, maxContext, threads }: GeneratorConfig) {
  try {
    const { config, weights } = await loadModel(folder);
    if (config.family === "t5") throw new RangeError("it is an encoder-decoder; drafts need a decoder");
    const model = await LanguageModel.open(
      { config, weights },
      {
        session: { device: "cpu", ...(threads === undefined ? {} : { threads }) },
        ...(maxContext === undefined ? {} : { context: maxContext }),
        ...(quantize === undefined ? {} : { quantize: { bits: quantize } }),
      },
    );
    return { model, tokenizer: await loadTokenizerFolder(folder) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError("model.unavailable", {
      message: `The model in ${folder} cannot write drafts: ${why}. It must be a folder with config.json, tokenizer.json and *.safetensors.`,
      cause,
    });
  }
}
