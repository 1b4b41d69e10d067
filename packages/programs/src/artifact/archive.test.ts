import { gzipSync } from "node:zlib";
import { AppError } from "@weightsmith/contract";
import fc from "fast-check";
import { Header } from "tar";
import { expect, test } from "vitest";
import { packProgram, unpackProgram } from "./archive.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const sample = new Map([
  ["program.json", bytes("{}")],
  ["adapter.safetensors", new Uint8Array(1300).fill(7)],
  ["prompt_template.txt", bytes("")],
]);

/** A tar with one member of any kind and name, as a hostile client would make it. */
function hostile(path: string, type: "File" | "SymbolicLink" | "Directory", members = 1): Uint8Array {
  const block = Buffer.alloc(512);
  new Header({
    path,
    size: 0,
    mode: 0o644,
    type,
    ...(type === "SymbolicLink" ? { linkpath: "/etc/passwd" } : {}),
  }).encode(block);
  return gzipSync(Buffer.concat([...Array(members).fill(block), Buffer.alloc(1024)]));
}

function refusal(archive: Uint8Array): string {
  try {
    unpackProgram(archive);
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "accepted";
}

test("what was packed comes out again", () => {
  expect(unpackProgram(packProgram(sample))).toEqual(new Map([...sample].sort()));
});

test("the bytes depend on the contents alone, not on the order of the files", () => {
  expect(packProgram(new Map([...sample].reverse()))).toEqual(packProgram(sample));
});

test("links, folders, climbing paths and repeated names are refused", () => {
  expect(refusal(hostile("program.json", "SymbolicLink"))).toMatch(/artifact.invalid.*SymbolicLink/);
  expect(refusal(hostile("folder/", "Directory"))).toMatch(/artifact.invalid/);
  expect(refusal(hostile("../program.json", "File"))).toMatch(/not a plain file name/);
  expect(refusal(hostile("/program.json", "File"))).toMatch(/not a plain file name/);
  expect(refusal(hostile("program.json", "File", 2))).toMatch(/twice/);
});

test("a decompression bomb is refused before it is expanded", () => {
  const bomb = gzipSync(Buffer.alloc(200 * 2 ** 20));
  expect(refusal(bomb)).toMatch(/expands beyond 128 MiB/);
});

test("damaged archives are refused with a reason, whatever the damage", () => {
  const good = packProgram(sample);
  fc.assert(
    fc.property(
      fc.integer({ min: 10, max: good.length - 9 }),
      fc.integer({ min: 1, max: 255 }),
      (at, change) => {
        const damaged = good.slice();
        damaged[at] = damaged[at]! ^ change;
        const answer = refusal(damaged);
        // A few bits of compressed data say nothing.
        if (answer === "accepted") expect(unpackProgram(damaged)).toEqual(unpackProgram(good));
        else expect(answer).toMatch(/artifact.invalid/);
      },
    ),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: good.length - 1 }), (length) => {
      expect(refusal(good.slice(0, length))).toMatch(/artifact.invalid/);
    }),
  );
});
