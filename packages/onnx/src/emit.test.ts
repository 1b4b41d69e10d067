import { add, concat, gather, input, matmul, parameter, reshape, sum } from "@weightsmith/autodiff";
import { describe, expect, it } from "vitest";
import { emit } from "./emit.ts";
import { evaluate, Session } from "./session.ts";
import { Value } from "./value.ts";

describe("emit", () => {
  const x = input("x", "float32", ["rows", 128]);
  const w = parameter("w", [128, 256]);
  const b = parameter("b", [256]);
  const y = add(matmul(x, w), b);
  const weights = new Map([
    ["w", Float32Array.from({ length: 128 * 256 }, (_, k) => Math.sin(k))],
    ["b", new Float32Array(256).fill(0.5)],
  ]);
  const rows = Value.of("float32", [2, 128], new Float32Array(256).fill(1));

  it("freezes the weights it is given and takes the others as inputs", () => {
    const frozen = emit({ y }, weights);
    expect(Object.keys(frozen.inputs)).toEqual(["x"]);
    const open = emit({ y }, new Map([["b", weights.get("b")!]]));
    expect(Object.keys(open.inputs)).toEqual(["x", "w"]);
    expect(open.outputs.y).toEqual({ dtype: "float32", shape: ["rows", 256] });
  });

  it("puts large weights into files of their own, which compute the same", async () => {
    const inside = emit({ y }, weights);
    const outside = emit({ y }, weights, { externalAboveBytes: 1000 });
    expect(inside.external).toEqual([]);
    expect(outside.external.map(({ data }) => data.byteLength)).toEqual([128 * 256 * 4]);
    expect(outside.bytes.length).toBeLessThan(inside.bytes.length - 128 * 256 * 4 + 1000);
    const [a, c] = [await Session.open(inside), await Session.open(outside)];
    try {
      const [one, other] = [await a.run({ x: rows }), await c.run({ x: rows })];
      expect([...(other.y!.data as Float32Array)]).toEqual([...(one.y!.data as Float32Array)]);
    } finally {
      await a.release();
      await c.release();
    }
  });

  it("names weights that do not fit, names that clash and dimensions that nothing binds", () => {
    expect(() => emit({ y }, new Map([["w", new Float32Array(3)]]))).toThrow(
      'weight "w" is float32 [128,256]',
    );
    expect(() => emit({ y }, new Map([["b", new BigInt64Array(256)]]))).toThrow('weight "b"');
    expect(() => emit({ w: y }, weights)).toThrow('output "w" has the name');
    expect(() => emit({ y: add(x, input("x", "float32", [1])) })).toThrow('called "x"');
    const open = reshape(input("z", "float32", ["a*b"]), ["a", "b"]);
    expect(() => emit({ open })).toThrow('dimension "a"');
  });

  it("grows a cache whose length is a sum of two names, fed back without a copy", async () => {
    const past = input("past", "float32", ["past", 2]);
    const now = input("now", "float32", ["new", 2]);
    const cache = concat([past, now], 0);
    const session = await Session.open(emit({ cache, total: sum(cache) }));
    try {
      const first = await session.run({
        past: Value.zeros("float32", [0, 2]),
        now: Value.of("float32", [1, 2], [1, 2]),
      });
      const second = await session.run({ past: first.cache!, now: [3, 4, 5, 6] });
      expect(second.cache!.shape).toEqual([3, 2]);
      expect(second.total!.number).toBe(21);
    } finally {
      await session.release();
    }
  });
});

describe("Session", () => {
  const table = parameter("table", [3, 2]);
  const at = input("at", "int64", ["n"]);

  it("writes into values it is given and gives only the outputs asked for", async () => {
    const session = await Session.open(emit({ rows: gather(table, at), total: sum(table) }));
    try {
      const feeds = { table: [1, 2, 3, 4, 5, 6], at: [2, 0] };
      const into = Value.zeros("float32", [2, 2]);
      const results = await session.run(feeds, { outputs: ["rows"], into: { rows: into } });
      expect(Object.keys(results)).toEqual(["rows"]);
      expect([...(into.data as Float32Array)]).toEqual([5, 6, 1, 2]);
    } finally {
      await session.release();
    }
  });

  it("refuses feeds that are missing, unknown or of the wrong size, and runs after release", async () => {
    const session = await Session.open(emit({ rows: gather(table, at) }));
    const good = { table: [1, 2, 3, 4, 5, 6], at: [0] };
    await expect(session.run({ at: [0] })).rejects.toThrow('input "table" is missing');
    await expect(session.run({ ...good, extra: [1] })).rejects.toThrow('no input "extra"');
    await expect(session.run({ ...good, table: [1] })).rejects.toThrow("do not say its shape");
    const wrong = Value.of("float32", [1], [0]);
    await expect(session.run({ ...good, at: wrong })).rejects.toThrow("received float32 [1]");
    await expect(session.run({ ...good, at: [7] })).rejects.toThrow();
    await session.release();
    await session.release();
    await expect(session.run(good)).rejects.toThrow("was released");
  });

  it("evaluates a few tensors once", async () => {
    const { double } = await evaluate({ double: add(at, at) }, { at: [3, 4] });
    expect([...(double.data as BigInt64Array)]).toEqual([6n, 8n]);
  });
});
