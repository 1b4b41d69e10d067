import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { AppError, type ProgramId } from "@weightsmith/contract";
import { expect, onTestFinished, test } from "vitest";
import { packProgram, unpackProgram } from "./archive.ts";
import { canonicalManifest } from "./file-hashes.ts";
import { assembleProgram, loadProgram, packArtifact, readProgram, saveProgram } from "./program-folder.ts";
import {
  fingerprintOf,
  hashFiles,
  newSigningKey,
  parsePrivateKey,
  parsePublicKey,
  parseSignature,
  signFiles,
  writeSignature,
} from "./signature.ts";
import { readStored, verifyStored } from "./verify.ts";

const nothing = "0".repeat(64);
const { files } = assembleProgram({
  manifest: {
    programId: "3f9a1c0be7d25a684f10" as ProgramId,
    kind: "weights",
    spec: "Return the last word.",
    interpreter: { id: "tiny", sha256: nothing },
    method: "lora",
    requestedMethod: "auto",
    compilerRevision: "1",
    seed: 0,
    adapter: { lora: { rank: 4, alpha: 8, targets: ["q_proj"] } },
    prompt: null,
    scores: { heldOut: { exactMatch: 1, n: 2 }, training: { exactMatch: 1, n: 6 } },
    data: { examples: 8, trainingSha256: nothing, heldOutSha256: nothing },
  },
  report: {
    heldOut: { exactMatch: 1, n: 2 },
    training: { exactMatch: 1, n: 6, steps: 10, seconds: 1, finalLoss: 0.1 },
    predictions: [],
  },
  promptTemplate: "{INPUT_PLACEHOLDER}",
  adapter: new Uint8Array([1, 2, 3]),
});
const names = [...files.keys()];

const pair = newSigningKey();
const privateKey = parsePrivateKey(pair.privateKey);
const publicKey = parsePublicKey(pair.publicKey);
const signature = signFiles(files, privateKey);
const stored = { files, signatureFile: "program.sig", signature };

const flipped = (bytes: Uint8Array, at = 0) => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
const without = (name: string) => new Map([...files].filter(([each]) => each !== name));

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "accepted";
}

test("says what was verified: hashes alone, a signature, a signature of the key that was given", () => {
  const key = fingerprintOf(publicKey);
  expect(key).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(verifyStored({ ...stored, signature: undefined })).toEqual({
    programId: "3f9a1c0be7d25a684f10",
    files: ["adapter.safetensors", "prompt_template.txt", "report.json"],
    hashesFrom: ["program.json"],
    signature: undefined,
  });
  expect(verifyStored(stored)).toMatchObject({ signature: { key, trusted: false } });
  expect(verifyStored(stored, publicKey)).toEqual({
    programId: "3f9a1c0be7d25a684f10",
    files: ["adapter.safetensors", "program.json", "prompt_template.txt", "report.json"],
    hashesFrom: ["program.json", "signature"],
    signature: { key, trusted: true },
  });
});

test("every signed file that is altered in one bit, left out or added is refused", () => {
  for (const name of names) {
    const altered = new Map(files).set(name, flipped(files.get(name)!, files.get(name)!.length - 1));
    expect(refusal(() => verifyStored({ ...stored, files: altered }))).toMatch(
      // program.json may no longer parse, or may still; another file is always named.
      name === "program.json" ? /^artifact\.(invalid|file_altered): / : `artifact.file_altered: ${name}`,
    );
    expect(refusal(() => verifyStored({ ...stored, files: without(name) }))).toMatch(
      new RegExp(`^artifact.file_missing: .*${name} is missing`),
    );
  }
  const added = new Map(files).set("extra.bin", new Uint8Array(1));
  expect(refusal(() => verifyStored({ ...stored, files: added }))).toMatch(
    /^artifact.file_unlisted: extra.bin is not listed in program.json/,
  );
});

test("without a signature, too, every file but the manifest is held to its hash, wherever a program is read", () => {
  for (const name of names.filter((each) => each !== "program.json")) {
    const altered = new Map(files).set(name, flipped(files.get(name)!));
    expect(refusal(() => readProgram(altered))).toContain(`artifact.file_altered: ${name}`);
    expect(refusal(() => readProgram(without(name)))).toMatch(/^artifact.file_missing/);
  }
});

test("a manifest that was rewritten to fit an altered file fits no signature", () => {
  const adapter = flipped(files.get("adapter.safetensors")!);
  const manifest = JSON.parse(new TextDecoder().decode(files.get("program.json")));
  manifest.files["adapter.safetensors"] = hashFiles(new Map([["a", adapter]])).get("a");
  const forged = new Map(files)
    .set("adapter.safetensors", adapter)
    .set("program.json", new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`));
  expect(refusal(() => readProgram(forged))).toBe("accepted");
  expect(refusal(() => verifyStored({ ...stored, files: forged }))).toMatch(/^artifact.file_altered/);
  const relisted = { ...signature, files: Object.fromEntries(hashFiles(forged)) };
  expect(refusal(() => verifyStored({ ...stored, files: forged, signature: relisted }))).toMatch(
    /^signature.invalid/,
  );
});

test("a missing, altered, malformed or foreign signature is refused", () => {
  const bytes = Buffer.from(signature.signature, "base64");
  for (const at of [0, 31, 32, 63]) {
    const altered = { ...signature, signature: Buffer.from(flipped(bytes, at)).toString("base64") };
    expect(refusal(() => verifyStored({ ...stored, signature: altered }))).toMatch(/^signature.invalid/);
  }
  const cut = { ...signature, signature: "" };
  expect(refusal(() => verifyStored({ ...stored, signature: cut }))).toMatch(/^signature.invalid/);
  const keyless = { ...signature, publicKey: "AAAA" };
  expect(refusal(() => verifyStored({ ...stored, signature: keyless }))).toMatch(/no Ed25519 key/);

  const stranger = parsePublicKey(newSigningKey().publicKey);
  expect(refusal(() => verifyStored(stored, stranger))).toMatch(/^signature.other_key/);
  const claimed = {
    ...signature,
    publicKey: stranger.export({ type: "spki", format: "der" }).toString("base64"),
  };
  expect(refusal(() => verifyStored({ ...stored, signature: claimed }, stranger))).toMatch(
    /^signature.invalid/,
  );
  expect(refusal(() => verifyStored({ ...stored, signature: undefined }, publicKey))).toMatch(
    /^signature.missing: .*program.sig/,
  );
  expect(refusal(() => parseSignature("{"))).toMatch(/^signature.invalid: .*does not parse/);
  expect(refusal(() => parseSignature(JSON.stringify({ ...signature, algorithm: "none" })))).toMatch(
    /^signature.invalid/,
  );
  expect(parseSignature(writeSignature(signature))).toEqual(signature);
});

test("what is signed depends on the files alone; archives stay as they are", () => {
  expect(signFiles(new Map([...files].reverse()), privateKey)).toEqual(signature);
  expect(signFiles(unpackProgram(packProgram(files)), privateKey)).toEqual(signature);
  const text = canonicalManifest(
    hashFiles(
      new Map([
        ["b", new Uint8Array()],
        ["a", new Uint8Array()],
      ]),
    ),
  );
  const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  expect(text).toBe(`weightsmith-files 1\n${empty} 0 a\n${empty} 0 b\n`);
});

test("keys of another kind are refused by name", () => {
  expect(refusal(() => parsePrivateKey("hello"))).toMatch(/^signing_key.invalid/);
  expect(refusal(() => parsePrivateKey(pair.publicKey))).toMatch(/^signing_key.invalid/);
  const p256 = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt
6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==
-----END PUBLIC KEY-----`;
  expect(refusal(() => parsePublicKey(p256))).toMatch(/one of the kind ec/);
});

test("on the disk, one signature holds for the archive and the folder, and a folder may hold nothing else", async () => {
  const root = await mkdtemp(path.join(tmpdir(), "weightsmith-verify-"));
  onTestFinished(() => rm(root, { recursive: true }));
  const folder = path.join(root, "program");
  const archive = path.join(root, "program.tgz");
  const program = readProgram(files);
  await saveProgram(program, folder);
  await writeFile(archive, packArtifact(program));
  for (const [place, file] of [
    [folder, path.join(folder, "program.sig")],
    [archive, `${archive}.sig`],
  ] as const) {
    expect(await readStored(place)).toMatchObject({ signatureFile: file, signature: undefined });
    await writeFile(file, writeSignature(signature));
    expect(verifyStored(await readStored(place), publicKey).signature?.trusted).toBe(true);
  }
  await loadProgram(folder);
  await writeFile(path.join(folder, "notes.txt"), "mine");
  const read = await readStored(folder);
  expect(refusal(() => verifyStored(read))).toMatch(/^artifact.file_unlisted: notes.txt/);
  await rm(path.join(folder, "notes.txt"));
  await symlink(archive, path.join(folder, "link"));
  await expect(readStored(folder)).rejects.toMatchObject({ code: "artifact.file_unlisted" });
  const bare = path.join(root, "bare");
  await mkdir(bare);
  const none = await readStored(bare);
  expect(refusal(() => verifyStored(none))).toMatch(/nothing to verify/);
  await expect(readStored(path.join(root, "nowhere"))).rejects.toMatchObject({ code: "artifact.not_found" });
});
