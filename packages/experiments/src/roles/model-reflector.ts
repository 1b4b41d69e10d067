/** The reflector and the curator as a language model, each answer held to a JSON schema. */
import { z } from "zod";
import type { ExperimentModel } from "../models/model.ts";
import { type Operation, type Playbook, Retriever } from "../playbook/index.ts";
import type { Curator } from "./curator.ts";
import { isGeneric } from "./generic-advice.ts";
import { curatorPrompt, reflectorPrompt } from "./prompts.ts";
import { nothingLearnt, type Reflection, type Reflector } from "./reflector.ts";

const reflectionSchema = {
  type: "object",
  properties: {
    diagnosis: { type: "string", maxLength: 240 },
    lesson: { type: "string", maxLength: 240 },
    helpful: { type: "array", items: { type: "string", maxLength: 60 }, maxItems: 8 },
    harmful: { type: "array", items: { type: "string", maxLength: 60 }, maxItems: 8 },
  },
  required: ["diagnosis", "lesson", "helpful", "harmful"],
  additionalProperties: false,
} as const;

const reflectionAnswer = z.object({
  diagnosis: z.string(),
  lesson: z.string(),
  helpful: z.array(z.string()),
  harmful: z.array(z.string()),
});

type JsonWriter = NonNullable<ExperimentModel["writeJson"]>;

/** Asks up to `mostRounds` times until a lesson is neither generic nor known; reflects on mistakes only. */
export function modelReflector(write: JsonWriter, { mostRounds = 3 } = {}): Reflector {
  return {
    name: "model",
    async reflect({ item, gold, pred, why, correct, shown }, signal): Promise<Reflection> {
      const ids = shown.map(({ id }) => id);
      if (correct) return { ...nothingLearnt, helpful: ids };
      const refused: string[] = [];
      let last: Reflection = nothingLearnt;
      for (let round = 1; round <= mostRounds; round++) {
        const feedback = { ...item, gold, pred, why, lessons: shown };
        const prompt = reflectorPrompt(feedback, refused);
        const parsed = reflectionAnswer.safeParse(
          await write({ ...prompt, schema: reflectionSchema, maxTokens: 400 }, signal),
        );
        if (!parsed.success) {
          last = { ...last, rounds: round };
          continue;
        }
        const { lesson, helpful, harmful } = parsed.data;
        last = {
          ...nothingLearnt,
          helpful: helpful.filter((id) => ids.includes(id)),
          harmful: harmful.filter((id) => ids.includes(id)),
          rounds: round,
        };
        const known = shown.some(({ content }) => content === lesson.trim());
        if (!isGeneric(lesson) && !known)
          return { ...last, lessons: [{ section: item.domain, content: lesson.trim() }] };
        refused.push(lesson);
      }
      return last;
    },
  };
}

const operationsSchema = {
  type: "object",
  properties: {
    operations: {
      type: "array",
      maxItems: 4,
      items: {
        anyOf: [
          shape("ADD", {
            section: { type: "string", maxLength: 40 },
            content: { type: "string", maxLength: 240 },
          }),
          shape("UPDATE", {
            id: { type: "string", maxLength: 60 },
            content: { type: "string", maxLength: 240 },
          }),
          shape("MERGE", {
            ids: { type: "array", items: { type: "string", maxLength: 60 }, minItems: 2, maxItems: 4 },
            content: { type: "string", maxLength: 240 },
          }),
          shape("DELETE", { id: { type: "string", maxLength: 60 } }),
        ],
      },
    },
  },
  required: ["operations"],
  additionalProperties: false,
} as const;

function shape(type: string, properties: Readonly<Record<string, unknown>>) {
  return {
    type: "object",
    properties: { type: { const: type }, ...properties },
    required: ["type", ...Object.keys(properties)],
    additionalProperties: false,
  } as const;
}

const text = z.string().min(1);
const operationsAnswer = z.object({
  operations: z.array(
    z.discriminatedUnion("type", [
      z.object({ type: z.literal("ADD"), section: text, content: text }),
      z.object({ type: z.literal("UPDATE"), id: text, content: text }),
      z.object({ type: z.literal("MERGE"), ids: z.array(text).min(2), content: text }),
      z.object({ type: z.literal("DELETE"), id: text }),
    ]),
  ),
});

export function modelCurator(write: JsonWriter): Curator {
  return {
    name: "model",
    async curate(playbook: Playbook, { lessons }, signal): Promise<Operation[]> {
      if (lessons.length === 0) return [];
      const contents = lessons.map(({ content }) => content);
      const related = new Retriever(playbook).top(contents.join(" "), 8, 0).map(({ entry }) => entry);
      const prompt = curatorPrompt(lessons[0]!.section, contents, related);
      const parsed = operationsAnswer.safeParse(
        await write({ ...prompt, schema: operationsSchema, maxTokens: 600 }, signal),
      );
      // A curator that says nothing usable must not lose the lesson.
      if (!parsed.success) return lessons.map((lesson) => ({ type: "ADD", ...lesson }));
      return parsed.data.operations.filter(
        (operation) => !("content" in operation) || !isGeneric(operation.content),
      );
    },
  };
}
