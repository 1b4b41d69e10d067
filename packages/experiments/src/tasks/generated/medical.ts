/**
 * Multiple-choice questions in the manner of MedQA about illnesses and medicines that do not exist: each illness has a
 * first choice, and some have another one when a certain finding is present. Nothing here is medical advice.
 */
import type { Random } from "@weightsmith/nn";
import { drawNames, type Part } from "./names.ts";
import type { Fact, Question, World } from "./world.ts";

const findings = ["fever", "renal failure", "pregnancy", "anemia", "rash", "asthma", "gout", "cough"];
const letters = ["A", "B", "C", "D"] as const;

interface Illness {
  readonly name: string;
  readonly choice: string;
  /** The finding with which another medicine is right. */
  readonly exception?: { readonly finding: string; readonly choice: string };
}

export function medicalWorld(part: Part, random: Random, illnesses = 14): World {
  const names = drawNames("condition", illnesses, part, random);
  const drugs = drawNames("drug", illnesses + 6, part, random);
  const all = names.map((name, index): Illness => {
    const choice = drugs[index]!;
    if (index % 3 !== 0) return { name, choice };
    const other = drugs[(index + 1 + random.integer(drugs.length - 1)) % drugs.length]!;
    return {
      name,
      choice,
      exception: { finding: findings[random.integer(findings.length)]!, choice: other },
    };
  });
  const facts: Fact[] = [];
  const places = all.map(({ name, choice, exception }) => {
    const usual = facts.push(fact(name, choice)) - 1;
    const special = exception
      ? facts.push(fact(`${name} with ${exception.finding}`, exception.choice)) - 1
      : usual;
    return { usual, special };
  });
  return {
    domain: "medical",
    facts,
    draw(draw) {
      const index = draw.integer(all.length);
      return question(all[index]!, places[index]!, drugs, draw);
    },
  };
}

const fact = (subject: string, choice: string): Fact => ({
  subject,
  lesson: `${subject} needs ${choice}`,
});

function question(
  { name, choice, exception }: Illness,
  places: { usual: number; special: number },
  drugs: readonly string[],
  random: Random,
): Question {
  const isSpecial = exception !== undefined && random.integer(2) === 0;
  const others = findings.filter((finding) => finding !== exception?.finding);
  const finding = isSpecial ? exception.finding : others[random.integer(others.length)]!;
  const answer = isSpecial ? exception.choice : choice;
  const tempting = exception ? [choice, exception.choice] : [choice];
  const options = new Set(tempting);
  while (options.size < letters.length) options.add(drugs[random.integer(drugs.length)]!);
  const listed = random.shuffle([...options]);
  const age = 18 + random.integer(70);
  const who = ["man", "woman"][random.integer(2)];
  return {
    context: "",
    question: [
      `A ${age} year old ${who} has ${name} with ${finding}. Best treatment?`,
      ...listed.map((option, at) => `${letters[at]}) ${option}`),
    ].join("\n"),
    answer,
    fact: isSpecial ? places.special : places.usual,
    why: isSpecial ? `${name} with ${finding} needs ${answer}` : `${name} needs ${answer}`,
  };
}
