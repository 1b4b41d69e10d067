import { describe, expect, it } from "vitest";
import { Random } from "../model/random.ts";
import { type Batch, drawBatch, packRows, type Row } from "./batches.ts";

const row = (...tokens: number[]): Row => ({ tokens });

/** The rows of a batch again, from its segments. */
function unpack(batch: Batch): number[][] {
  const rows: number[][] = [];
  for (let line = 0; line < batch.rows; line++) {
    let segment = 0;
    for (let index = line * batch.length; index < (line + 1) * batch.length; index++) {
      if (batch.segments[index] === 0) continue;
      if (batch.segments[index] !== segment) rows.push([Number(batch.tokens[index])]);
      segment = batch.segments[index] as number;
      expect(batch.positions[index]).toBe(BigInt((rows.at(-1) as number[]).length - 1));
      rows.at(-1)?.push(Number(batch.targets[index]));
    }
  }
  return rows;
}

describe("packing", () => {
  it("holds every row exactly once, whole, with positions from zero", () => {
    const random = new Random(1);
    const rows = Array.from({ length: 40 }, () =>
      Array.from({ length: 2 + random.integer(9) }, () => random.integer(99)),
    );
    const batches = packRows(
      { rows: 3, length: 16 },
      rows.map((tokens) => ({ tokens })),
    );
    const byText = (list: number[][]) => list.map((tokens) => tokens.join()).sort();
    expect(byText(batches.flatMap(unpack))).toEqual(byText(rows));
  });

  it("gives each target its own weight and padding none", () => {
    const [batch] = packRows({ rows: 1, length: 6 }, [
      { tokens: [1, 2, 3], weights: [9, 0.5, 2] },
      { tokens: [4, 5] },
    ]);
    expect([...(batch as Batch).weights]).toEqual([0.5, 2, 1, 0, 0, 0]);
    expect([...(batch as Batch).segments]).toEqual([1, 1, 2, 0, 0, 0]);
    expect(batch?.tokenCount).toBe(3);
  });

  it("leaves little padding when rows are drawn", () => {
    const random = new Random(2);
    const next = () => row(...Array.from({ length: 8 + random.integer(40) }, () => 1));
    const batch = drawBatch({ rows: 32, length: 128 }, next);
    expect(batch.tokenCount / (32 * 128)).toBeGreaterThan(0.95);
  });

  it("refuses rows that cannot be trained on", () => {
    expect(() => packRows({ rows: 1, length: 4 }, [row(1)])).toThrow(/at least 2 tokens/);
    expect(() => packRows({ rows: 1, length: 4 }, [row(1, 2, 3, 4, 5, 6)])).toThrow(
      /does not fit a line of 4/,
    );
  });
});
