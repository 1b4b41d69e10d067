/**
 * Signatures of programs: Ed25519 (RFC 8032) over the hashes of all files, `program.json` included. A signature lies
 * beside the archive (`FILE.sig`) or in the folder (`program.sig`), never in the archive, whose bytes stay the same
 * whether it is signed or not; one signature holds for the archive and for its unpacked folder.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { AppError, sha256Schema } from "@weightsmith/contract";
import { z } from "zod";
import type { ProgramFiles } from "./archive.ts";
import { assertSameFiles, canonicalManifest, type FileHashes } from "./file-hashes.ts";

/** The signature in a program's folder. */
export const SIGNATURE_FILE = "program.sig";

export const signatureSchema = z.strictObject({
  format: z.literal("weightsmith-signature"),
  formatVersion: z.literal(1),
  algorithm: z.literal("ed25519"),
  files: z.record(
    z.string().regex(/^[a-z0-9][a-z0-9._-]*$/i),
    z.strictObject({ sha256: sha256Schema, bytes: z.int().min(0) }),
  ),
  publicKey: z.string().meta({ description: "The signer's key: SubjectPublicKeyInfo as DER, in base64." }),
  signature: z.string().meta({ description: "64 bytes in base64." }),
});
export type ProgramSignature = z.output<typeof signatureSchema>;

export const hashFiles = (files: ProgramFiles): FileHashes =>
  new Map([...files].map(([name, bytes]) => [name, { sha256: sha256(bytes), bytes: bytes.byteLength }]));

/** Signs a program's files. The same key and files make the same signature. */
export function signFiles(files: ProgramFiles, privateKey: KeyObject): ProgramSignature {
  const hashes = hashFiles(files);
  return {
    format: "weightsmith-signature",
    formatVersion: 1,
    algorithm: "ed25519",
    files: Object.fromEntries([...hashes].sort(([a], [b]) => (a < b ? -1 : 1))),
    publicKey: derOf(createPublicKey(privateKey)).toString("base64"),
    signature: sign(null, Buffer.from(canonicalManifest(hashes)), privateKey).toString("base64"),
  };
}

/**
 * Proves that the files are those that were signed.
 * @param trusted the key that must have signed; without it the key in the signature is believed
 * @returns the fingerprint of the key that signed
 * @throws AppError signature.invalid, signature.other_key, artifact.file_*
 */
export function verifySignature(
  files: ProgramFiles,
  signature: ProgramSignature,
  trusted?: KeyObject,
): string {
  const signer = signerOf(signature);
  const fingerprint = fingerprintOf(signer);
  if (trusted !== undefined && fingerprintOf(trusted) !== fingerprint) {
    throw new AppError("signature.other_key", {
      message: `The program was signed with the key ${fingerprint}, not with ${fingerprintOf(trusted)}.`,
      context: { expected: fingerprintOf(trusted), found: fingerprint },
    });
  }
  const promised: FileHashes = new Map(Object.entries(signature.files));
  const bytes = Buffer.from(signature.signature, "base64");
  if (!verify(null, Buffer.from(canonicalManifest(promised)), signer, bytes)) {
    throw new AppError("signature.invalid", {
      message: `The signature is not one of the key ${fingerprint} over the files that it lists.`,
      context: { key: fingerprint },
    });
  }
  assertSameFiles(promised, hashFiles(files), "the signature");
  return fingerprint;
}

/** @throws AppError signature.invalid if the text is no signature */
export function parseSignature(text: string): ProgramSignature {
  try {
    return signatureSchema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause).replace(/\s+/g, " ") : String(cause);
    throw new AppError("signature.invalid", {
      message: `The signature's file does not parse (${reason}).`,
      cause,
    });
  }
}

export const writeSignature = (signature: ProgramSignature): string =>
  `${JSON.stringify(signature, null, 2)}\n`;

/** `sha256:` and the hash of the key's DER, as `openssl pkey -pubin -outform DER | openssl dgst -sha256` prints it. */
export const fingerprintOf = (key: KeyObject): string => `sha256:${sha256(derOf(key))}`;

/** A new pair as PEM: PKCS #8 and SubjectPublicKeyInfo, as OpenSSL writes them. */
export function newSigningKey(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}

/** @throws AppError signing_key.invalid if the text is no private Ed25519 key as PEM */
export const parsePrivateKey = (pem: string): KeyObject => ed25519("private", () => createPrivateKey(pem));

/** @throws AppError signing_key.invalid if the text is no public Ed25519 key as PEM */
export const parsePublicKey = (pem: string): KeyObject =>
  ed25519("public", () => createPublicKey({ key: pem, format: "pem" }));

function ed25519(half: "private" | "public", read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (cause) {
    throw new AppError("signing_key.invalid", {
      message: `This is not a ${half} key as PEM without a passphrase.`,
      cause,
    });
  }
  if (key.asymmetricKeyType === "ed25519") return key;
  throw new AppError("signing_key.invalid", {
    message: `Expected a ${half} Ed25519 key, got one of the kind ${key.asymmetricKeyType}.`,
  });
}

function signerOf({ publicKey }: ProgramSignature): KeyObject {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // What is said below holds for either.
  }
  throw new AppError("signature.invalid", {
    message: "The signature's publicKey is no Ed25519 key (SubjectPublicKeyInfo as DER, in base64).",
  });
}

const derOf = (key: KeyObject): Buffer => key.export({ type: "spki", format: "der" });
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
