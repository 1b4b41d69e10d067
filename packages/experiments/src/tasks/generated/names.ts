/**
 * Names for generated worlds: made-up words, so that no model can know anything about them, and pairs of everyday
 * words. Every name belongs to one of two parts by its hash: what a reader model is trained on, and what tasks are
 * made of. The parts share no name, by construction.
 */
import { hashName, type Random } from "@weightsmith/nn";

/** `training`: for models that learn to use lessons; `tasks`: for the tasks that measure them. */
export type Part = "training" | "tasks";

/** One name in four is kept for tasks. */
export const partOf = (name: string): Part => (hashName(name) % 4 === 0 ? "tasks" : "training");

const heads = "b br c ch d dr f fl g gl h j k kr l m n p pl qu r s st t tr v z".split(" ");
const vowels = "a e i o u".split(" ");
const middles = "b c d f g l lv m md n nt p r rn s t v x z".split(" ");
const conditionTails = ["osis", "itis", "emia", "algia", "oma", "ula"];
const drugTails = ["in", "ol", "ane", "mab", "ide", "xil"];

const adjectives =
  "net gross total other deferred accrued adjusted core foreign domestic current retained prepaid operating recurring hosted licensed managed direct pooled".split(
    " ",
  );
const nouns =
  "sales revenue income costs margin assets debt tax cash fees profit expenses reserves inventory rents grants loans wages claims royalties".split(
    " ",
  );
const termFirst =
  "top bottom street house desk ledger floor bridge shop field yard port mill dock gate tower river crown star north".split(
    " ",
  );
const termSecond =
  "line number figure take yield pot flow base pool result count sum stack book share call mark draw gain load".split(
    " ",
  );
const machines =
  "kiln pump press mixer boiler fan mill oven chiller lathe conveyor turbine silo dryer pump valve crane drill furnace belt".split(
    " ",
  );
const quantities =
  "temperature pressure vibration humidity speed torque current voltage flow noise tilt load level tension dust".split(
    " ",
  );

const pick = <T>(items: readonly T[], random: Random): T => items[random.integer(items.length)] as T;
const stem = (random: Random): string =>
  pick(heads, random) + pick(vowels, random) + pick(middles, random) + pick(vowels, random);

/** Draws until a name is of the part asked for. */
function ofPart(part: Part, draw: () => string): string {
  for (;;) {
    const name = draw();
    if (partOf(name) === part) return name;
  }
}

const pair = (first: readonly string[], second: readonly string[]) => (random: Random) =>
  `${pick(first, random)} ${pick(second, random)}`;

const makers = {
  /** a made-up illness, for example "velarosis" */
  condition: (random: Random) => stem(random) + pick(middles, random)[0]! + pick(conditionTails, random),
  /** a made-up medicine */
  drug: (random: Random) => stem(random) + pick(["m", "r", "t", "l", "n"], random) + pick(drugTails, random),
  /** a row of a financial report */
  row: pair(adjectives, nouns),
  /** what people of a house call a row */
  term: pair(termFirst, termSecond),
  /** a machine and what is measured on it */
  sensor: pair(machines, quantities),
} as const satisfies Record<string, (random: Random) => string>;

export type NameKind = keyof typeof makers;

/** So many different names of a kind, all of one part. */
export function drawNames(kind: NameKind, count: number, part: Part, random: Random): string[] {
  const names = new Set<string>();
  while (names.size < count) names.add(ofPart(part, () => makers[kind](random)));
  return [...names];
}
