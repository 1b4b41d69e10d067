/**
 * Readings of sensors to be labelled low, normal or high. What is normal depends on the sensor, and nothing in the
 * question says so.
 */
import type { Random } from "@weightsmith/nn";
import { drawNames, type Part } from "./names.ts";
import type { Question, World } from "./world.ts";

interface Sensor {
  readonly name: string;
  /** Normal readings, both ends included. */
  readonly low: number;
  readonly high: number;
}

export function iotWorld(part: Part, random: Random, sensors = 14): World {
  const all = drawNames("sensor", sensors, part, random).map((name): Sensor => {
    const low = 20 + random.integer(45);
    return { name, low, high: low + 10 + random.integer(Math.min(30, 85 - low - 10)) };
  });
  return {
    domain: "iot",
    facts: all.map(({ name, low, high }) => ({
      subject: name,
      lesson: `${name}: normal ${low} to ${high}`,
    })),
    draw(draw) {
      const fact = draw.integer(all.length);
      return question(all[fact]!, fact, draw);
    },
  };
}

/** How far outside the normal range a reading lies at most. */
const farthest = 10;

function question({ name, low, high }: Sensor, fact: number, random: Random): Question {
  const answer = ["low", "normal", "high"][random.integer(3)] as "low" | "normal" | "high";
  // Not far outside, so that the number alone says little.
  const from = answer === "low" ? low - farthest : answer === "normal" ? low : high + 1;
  const to = answer === "low" ? low - 1 : answer === "normal" ? high : high + farthest;
  const reading = from + random.integer(to - from + 1);
  const unit = 1 + random.integer(9);
  const hour = String(random.integer(24)).padStart(2, "0");
  return {
    context: "",
    question: `Unit ${unit} at ${hour}:00, ${name} ${reading}. Low, normal or high?`,
    answer,
    fact,
    why: `${name}: normal ${low} to ${high}; ${reading}`,
  };
}
