import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormatError } from "../format-error.ts";
import { memorySource } from "./byte-source.ts";
import { fromBigInt64, fromFloat32, toFloat32 } from "./element-type.ts";
import { decodeSafetensors, encodeSafetensors, Safetensors } from "./safetensors.ts";

/** A file of this header and data, whatever they say. */
function forge(header: string, data = 0, length = Buffer.byteLength(header)): Uint8Array {
  const text = Buffer.from(header);
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  return bytes;
}

const tensors = new Map([
  ["w", fromFloat32(Float32Array.of(1, 2, 3, -4, 0.5, 6), [2, 3])],
  ["half", fromFloat32(Float32Array.of(1, 2, 3), [3], "F16")],
  ["steps", fromBigInt64(BigInt64Array.of(7n), [])],
  ["empty", fromFloat32(new Float32Array(0), [0, 4])],
]);

describe("safetensors", () => {
  test("what is written is read, lazily and at once", async () => {
    const bytes = encodeSafetensors(tensors, { format: "pt", seed: "1" });
    const file = await Safetensors.open(memorySource(bytes));
    expect([...file.tensors.keys()].sort()).toEqual(["empty", "half", "steps", "w"]);
    expect(file.metadata).toEqual({ format: "pt", seed: "1" });
    for (const [name, tensor] of tensors) expect(await file.read(name)).toEqual(tensor);
    expect(toFloat32(await file.read("w"))).toEqual(Float32Array.of(1, 2, 3, -4, 0.5, 6));
    expect(decodeSafetensors(bytes).tensors.get("steps")).toEqual(tensors.get("steps"));
    await expect(file.read("v")).rejects.toThrow(/no tensor "v"/);
  });

  test("the order of the tensors does not change the file, and all are aligned", () => {
    const bytes = encodeSafetensors(tensors);
    expect(encodeSafetensors(new Map([...tensors].reverse()))).toEqual(bytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const header = JSON.parse(
      Buffer.from(bytes.subarray(8, 8 + Number(view.getBigUint64(0, true)))).toString(),
    );
    expect(header).toEqual({
      steps: { dtype: "I64", shape: [], data_offsets: [0, 8] },
      empty: { dtype: "F32", shape: [0, 4], data_offsets: [8, 8] },
      w: { dtype: "F32", shape: [2, 3], data_offsets: [8, 32] },
      half: { dtype: "F16", shape: [3], data_offsets: [32, 38] },
    });
    expect(view.getBigUint64(0, true) % 8n).toBe(0n);
  });

  test("a tensor whose bytes do not fit its shape is not written", () => {
    const wrong = { dtype: "F32" as const, shape: [3], bytes: new Uint8Array(8) };
    expect(() => encodeSafetensors(new Map([["w", wrong]]))).toThrow(/w has 8 bytes/);
  });
});

const f32 = (shape: string, offsets: string) =>
  `{"dtype":"F32","shape":[${shape}],"data_offsets":[${offsets}]}`;

describe("a file is refused with its reason", () => {
  test.each<[string, Uint8Array, RegExp]>([
    ["empty", new Uint8Array(0), /has 0 bytes/],
    ["shorter than its prefix", new Uint8Array(7), /has 7 bytes/],
    [
      "a header longer than the file",
      forge("{}", 0, 1000),
      /says its header has 1000 bytes, but the file ends/,
    ],
    ["a header beyond the limit", forge("{}", 0, 2 ** 40), /over the limit/],
    ["a header length of 2^63", forge("{}", 0, 2 ** 63), /over the limit/],
    ["no header", forge("", 0), /does not begin with \{/],
    ["a header that is no JSON", forge(`{"w":`), /not JSON/],
    ["a header that is not UTF-8", forge("{}").fill(0xff, 9), /not JSON/],
    ["a list", forge("[]"), /does not begin with \{/],
    [
      "an unknown type",
      forge(`{"w":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}`, 4),
      /unknown type "F33"/,
    ],
    [
      "a type of Object's",
      forge(`{"w":{"dtype":"toString","shape":[],"data_offsets":[0,4]}}`, 4),
      /unknown type/,
    ],
    ["a negative size", forge(`{"w":${f32("-1", "0,4")}}`, 4), /tensor "w": shape/],
    ["a fraction", forge(`{"w":${f32("0.5", "0,2")}}`, 2), /tensor "w": shape/],
    [
      "a shape beyond numbers",
      forge(`{"w":${f32("9007199254740991,9007199254740991", "0,4")}}`, 4),
      /larger than any/,
    ],
    ["an extra field", forge(`{"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"x":1}}`), /tensor "w"/],
    ["offsets the wrong way", forge(`{"w":${f32("1", "4,0")}}`, 4), /before it begins/],
    [
      "bytes that do not fit the shape",
      forge(`{"w":${f32("2", "0,4")}}`, 4),
      /has 4 bytes, its type and shape/,
    ],
    ["a tensor beyond the end", forge(`{"w":${f32("2", "0,8")}}`, 4), /truncated/],
    [
      "overlapping tensors",
      forge(`{"a":${f32("2", "0,8")},"b":${f32("2", "4,12")}}`, 12),
      /"b" overlaps "a"/,
    ],
    ["the same range twice", forge(`{"a":${f32("1", "0,4")},"b":${f32("1", "0,4")}}`, 4), /overlaps/],
    ["a gap", forge(`{"a":${f32("1", "0,4")},"b":${f32("1", "8,12")}}`, 12), /4 bytes before tensor "b"/],
    ["bytes left over", forge(`{"a":${f32("1", "0,4")}}`, 9), /5 bytes after the last tensor/],
    ["a name twice", forge(`{"a":${f32("1", "0,4")},"\\u0061":${f32("1", "4,8")}}`, 8), /key "a" twice/],
    ["metadata of numbers", forge(`{"__metadata__":{"a":1}}`), /not a map of texts/],
  ])("%s", async (_, bytes, reason) => {
    expect(() => decodeSafetensors(bytes)).toThrow(FormatError);
    expect(() => decodeSafetensors(bytes)).toThrow(reason);
    await expect(Safetensors.open(memorySource(bytes))).rejects.toThrow(reason);
  });

  test("under any mutation: it reads within its bounds or is a FormatError", () => {
    const good = encodeSafetensors(tensors, { format: "pt" });
    const mutation = fc.record({
      at: fc.oneof(fc.nat({ max: 8 }), fc.nat({ max: good.length })),
      cut: fc.nat({ max: 12 }),
      put: fc.oneof(
        fc.uint8Array({ maxLength: 10 }),
        fc.constantFrom("9", "-", "1e99", "]", "}", '"', ",", "null").map((text) => Buffer.from(text)),
      ),
    });
    let refused = 0;
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        let bytes: Uint8Array = good;
        for (const { at, cut, put } of mutations)
          bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]);
        try {
          for (const tensor of decodeSafetensors(bytes).tensors.values())
            if (["F32", "F16"].includes(tensor.dtype)) toFloat32(tensor);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
          refused++;
        }
      }),
      { numRuns: 2000, seed: 2 },
    );
    expect(refused).toBeGreaterThan(1000);
  });
});
