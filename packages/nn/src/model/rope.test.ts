import { describe, expect, it } from "vitest";
import { rotaryFrequencies, rotaryTable } from "./rope.ts";

const plain = { theta: 10_000, width: 8, maxPositions: 64 };

describe("rotary tables", () => {
  it("hold cos and sin of position × θ^(−2i/width)", () => {
    const { cos, sin } = rotaryTable(plain, 3);
    expect([...cos.subarray(8, 12)]).toEqual(
      [2, 0.2, 0.02, 0.002].map((angle) => Math.fround(Math.cos(angle))),
    );
    expect([...sin.subarray(8, 12)]).toEqual(
      [2, 0.2, 0.02, 0.002].map((angle) => expect.closeTo(Math.sin(angle), 6)),
    );
  });

  it("start anywhere", () => {
    const whole = rotaryTable(plain, 10);
    const tail = rotaryTable(plain, 4, { start: 6 });
    expect(tail.cos).toEqual(whole.cos.subarray(24));
  });

  it("stretch the base for a context beyond the trained one, and only then (dynamic)", () => {
    const settings = { ...plain, scaling: { kind: "dynamic", factor: 2 } as const };
    expect(rotaryFrequencies(settings, 64).frequencies).toEqual(rotaryFrequencies(plain, 64).frequencies);
    const base = 10_000 * ((2 * 128) / 64 - 1) ** (8 / 6);
    expect(rotaryFrequencies(settings, 128).frequencies[1]).toBeCloseTo(base ** (-2 / 8), 12);
  });

  it("choose the short or the long factors by the planned context (longrope)", () => {
    const scaling = {
      kind: "longrope",
      shortFactor: [1, 1, 1, 1],
      longFactor: [2, 4, 8, 16],
      originalMaxPositions: 32,
    } as const;
    const settings = { ...plain, maxPositions: 64, scaling };
    expect(rotaryFrequencies(settings, 32).frequencies).toEqual(rotaryFrequencies(plain, 32).frequencies);
    const long = rotaryFrequencies(settings, 33);
    expect(long.frequencies[3]).toBeCloseTo(0.001 / 16, 15);
    expect(long.attentionFactor).toBeCloseTo(Math.sqrt(1 + Math.log(2) / Math.log(32)), 12);
  });
});
