/**
 * A reflector without a model: induces rules from feedback by counting. It understands three forms of questions (rows
 * of a table, options, readings of sensors) and learns nothing from others. It keeps what it has seen in memory; a run
 * that resumes shows it the earlier questions again.
 */
import { wordsOf } from "../metrics/embedding.ts";
import type { Entry } from "../playbook/index.ts";
import type { Outcome, Reflection, Reflector } from "./reflector.ts";
import { aliasInducer } from "./rules/alias.ts";
import { choiceInducer } from "./rules/choice.ts";
import type { Inducer } from "./rules/evidence.ts";
import { rangeInducer } from "./rules/range.ts";

export function rulesReflector(): Reflector {
  const inducers: readonly Inducer[] = [aliasInducer(), choiceInducer(), rangeInducer()];
  return {
    name: "rules",
    async reflect({ item, gold, correct, shown }: Outcome): Promise<Reflection> {
      let [lessons, withdrawn]: [Reflection["lessons"], readonly string[]] = [[], []];
      for (const inducer of inducers) {
        const teaching = inducer.learn(item, gold);
        if (!teaching) continue;
        ({ lessons, withdrawn } = teaching);
        break;
      }
      const applied = shown.filter((entry) => isAbout(entry, item.question));
      const ids = applied.map(({ id }) => id);
      return {
        lessons,
        withdrawn,
        helpful: correct ? ids : [],
        // What is being corrected is not counted against the lesson that comes in its place.
        harmful: correct
          ? []
          : applied.filter(({ key }) => !lessons.some((lesson) => lesson.key === key)).map(({ id }) => id),
        rounds: 0,
      };
    },
  };
}

/** Whether all words of what the lesson is about stand in the question. */
function isAbout({ key, content }: Entry, question: string): boolean {
  const asked = new Set(wordsOf(question));
  const subject = key === undefined ? wordsOf(content).slice(0, 3) : wordsOf(key).slice(1);
  return subject.every((word) => asked.has(word) || word === "with");
}
