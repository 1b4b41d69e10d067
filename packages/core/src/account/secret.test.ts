import { API_KEY_PATTERN } from "@weightsmith/contract";
import { expect, test } from "vitest";
import { hashSecret, newSecret } from "./secret.ts";

test("a secret is wsk_ and 43 characters of base 62, whatever the random bytes", () => {
  const zeros = newSecret(new Uint8Array(32));
  const ones = newSecret(new Uint8Array(32).fill(255));
  expect(zeros).toBe(`wsk_${"0".repeat(43)}`);
  expect(ones).toMatch(/^wsk_[0-9A-Za-z]{43}$/);
  for (const secret of [zeros, ones, newSecret()]) expect(secret).toMatch(API_KEY_PATTERN);
});

test("different bytes make different secrets: no bit is dropped", () => {
  const lowest = new Uint8Array(32);
  const highest = new Uint8Array(32);
  lowest[31] = 1;
  highest[0] = 128;
  const secrets = [new Uint8Array(32), lowest, highest].map((bytes) => newSecret(bytes));
  expect(new Set(secrets).size).toBe(3);
});

test("the stored hash is SHA-256", () => {
  expect(hashSecret("wsk_test").toString("hex")).toBe(
    "96bd8628b2fcba7f44b5644b86af4b667d72f3c61ce779df100bf4a9515a4d87",
  );
});
