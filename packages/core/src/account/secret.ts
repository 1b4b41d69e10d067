/** API secrets: 256 random bits, of which only the SHA-256 is kept. No salt or slow hash: there is nothing to guess. */
import { createHash, randomBytes } from "node:crypto";

const PREFIX = "wsk_";
const BASE_62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_BYTES = 32;
/** ⌈256 / log₂ 62⌉ */
const CHARACTERS = 43;

export function newSecret(bytes: Uint8Array = randomBytes(RANDOM_BYTES)): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  let text = "";
  for (let i = 0; i < CHARACTERS; i++, rest /= 62n) text = BASE_62[Number(rest % 62n)] + text;
  return PREFIX + text;
}

export const hashSecret = (secret: string): Buffer => createHash("sha256").update(secret).digest();
