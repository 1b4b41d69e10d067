/**
 * What the three roles are told, by domain. Examples of good and bad lessons stand in the reflector's prompt: small
 * models imitate better than they follow definitions.
 * @see Zhang et al. 2025, Agentic Context Engineering, arXiv:2510.04618
 */
import type { AnswerRequest } from "../models/model.ts";

interface DomainPrompts {
  readonly task: string;
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

const domains: Readonly<Record<string, DomainPrompts>> = {
  finance: {
    task: "You answer questions about tables of financial reports. The answer is a cell, a number with its scale, or a year.",
    good: [
      "“turnover” means the row net sales",
      "a change is the later year minus the earlier; write a fall in parentheses",
      "amounts of this report are in thousands: add the scale to the answer",
    ],
    bad: ["read the table carefully", "double-check the numbers"],
  },
  medical: {
    task: "You answer multiple-choice questions. The answer is the text of one option.",
    good: ["velarosis needs tamoxin", "velarosis with renal failure needs dorvane, not tamoxin"],
    bad: ["consider all options", "think about the patient"],
  },
  iot: {
    task: "You label readings of sensors.",
    good: [
      "kiln load: normal 62 to 74",
      "a pump whose flow is 0 while its valve is open is blocked: label it high",
    ],
    bad: ["look for anomalies", "check whether the value is unusual"],
  },
};

const general: DomainPrompts = {
  task: "You answer questions.",
  good: ["answers about dates are written as YYYY-MM-DD"],
  bad: ["be careful", "read the question twice"],
};

const promptsOf = (domain: string): DomainPrompts => domains[domain] ?? general;

export interface Prompt {
  readonly system: string;
  readonly user: string;
}

/** The generator: an answer with the step that leads to it. */
export function generatorPrompt({ domain, lessons, context, question }: AnswerRequest): Prompt {
  const { task } = promptsOf(domain);
  const learnt =
    lessons.length === 0
      ? ""
      : `\nLessons from earlier questions; follow those that apply:\n${lessons.map((lesson) => `- ${lesson}`).join("\n")}`;
  return {
    system: `${task} Reply with JSON: {"why": "the step that decides, in a few words", "answer": "the answer alone"}.${learnt}`,
    user: context === "" ? question : `${context}\n\n${question}`,
  };
}

export interface Feedback {
  readonly domain: string;
  readonly context: string;
  readonly question: string;
  readonly gold: string;
  readonly pred: string;
  readonly why: string;
  readonly lessons: readonly { readonly id: string; readonly content: string }[];
}

/** The reflector: what went wrong, and the lesson that would have prevented it. */
export function reflectorPrompt(feedback: Feedback, before: readonly string[]): Prompt {
  const { task, good, bad } = promptsOf(feedback.domain);
  const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join("\n");
  const earlier =
    before.length === 0
      ? ""
      : `\nThese lessons were refused as too general or not new; be more specific:\n${list(before)}`;
  return {
    system: `You find out why an answer was wrong and write the lesson that would have prevented it. The task: ${task}
A lesson states a fact or a rule that holds for other questions, too, in one short sentence.
Good lessons:\n${list(good)}\nBad lessons, because they say nothing one could apply:\n${list(bad)}${earlier}
Reply with JSON: {"diagnosis": "…", "lesson": "…", "helpful": [ids of lessons that helped], "harmful": [ids that misled]}.`,
    user: `${feedback.context === "" ? "" : `${feedback.context}\n\n`}${feedback.question}
Answer given: ${feedback.pred} (because: ${feedback.why})
Right answer: ${feedback.gold}
Lessons shown:\n${feedback.lessons.length === 0 ? "none" : feedback.lessons.map(({ id, content }) => `[${id}] ${content}`).join("\n")}`,
  };
}

/** The curator: operations that bring the lessons into the playbook. */
export function curatorPrompt(
  domain: string,
  lessons: readonly string[],
  related: readonly { readonly id: string; readonly content: string }[],
): Prompt {
  return {
    system: `You keep a playbook for this task: ${promptsOf(domain).task}
Bring the new lessons in with few operations: ADD what is new; UPDATE an entry that the lesson corrects; MERGE entries that say the same; DELETE what is wrong. Leave out what is there already.
Reply with JSON: {"operations": [{"type": "ADD", "section": "…", "content": "…"}, {"type": "UPDATE", "id": "…", "content": "…"}, {"type": "MERGE", "ids": ["…"], "content": "…"}, {"type": "DELETE", "id": "…"}]}.`,
    user: `New lessons:\n${lessons.map((lesson) => `- ${lesson}`).join("\n")}\n\nRelated entries:\n${related.length === 0 ? "none" : related.map(({ id, content }) => `[${id}] ${content}`).join("\n")}`,
  };
}
