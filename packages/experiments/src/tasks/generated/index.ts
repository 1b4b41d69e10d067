import type { Random } from "@weightsmith/nn";
import { financeWorld } from "./finance.ts";
import { iotWorld } from "./iot.ts";
import { medicalWorld } from "./medical.ts";
import type { Part } from "./names.ts";
import type { Domain, World } from "./world.ts";

const worlds = { finance: financeWorld, medical: medicalWorld, iot: iotWorld } satisfies Record<
  Domain,
  (part: Part, random: Random) => World
>;

/** A fresh world of a domain, with names of one part only. */
export const drawWorld = (domain: Domain, part: Part, random: Random): World => worlds[domain](part, random);

export { type Part, partOf } from "./names.ts";
export { DOMAINS, type Domain, type Fact, type Question, type World } from "./world.ts";
