import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { packProgram } from "@weightsmith/programs";
import { Command } from "commander";
import { expect, onTestFinished, test } from "vitest";
import { createOutput } from "../terminal/output.ts";
import type { CommandContext } from "./context.ts";
import { registerKeys } from "./keys.ts";
import { registerSigning } from "./sign.ts";

/** What the command prints. No server is given: these commands need none. */
async function say(json: boolean, ...args: string[]): Promise<string> {
  let printed = "";
  const stream = { write: (text: string) => (printed += text) };
  const output = createOutput(json, { stdout: stream, stderr: stream });
  const program = new Command("weightsmith");
  for (const register of [registerKeys, registerSigning])
    register(program, () => ({ output }) as CommandContext);
  await program.parseAsync(args, { from: "user" });
  return printed;
}

test("an archive is signed, verified, and refused once it is another", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "weightsmith-sign-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [archive, key] = [path.join(folder, "double.tgz"), path.join(folder, "author.key")];
  const pack = (source: string) => packProgram(new Map([["program.asm", Buffer.from(source)]]));
  await writeFile(archive, pack("mul $0,2\n"));

  const made = JSON.parse(await say(true, "keys", "signing", key));
  expect(made.key).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect((await stat(key)).mode & 0o077).toBe(0);
  await expect(say(false, "keys", "signing", key)).rejects.toThrow(/is there already/);

  const verify = ["verify", archive, "--public-key", `${key}.pub`];
  await expect(say(false, ...verify)).rejects.toMatchObject({ code: "signature.missing" });
  expect(await say(false, "sign", archive, "--key", key)).toContain(made.key);
  const verified = await say(false, ...verify);
  expect(verified).toMatch(/Hashes +right: 1 file \(program\.asm\) as in signature/);
  expect(verified).toMatch(/the key that was given/);
  expect(JSON.parse(await say(true, "verify", archive)).signature).toEqual({ key: made.key, trusted: false });

  await writeFile(archive, pack("mul $0,3\n"));
  const altered = { code: "artifact.file_altered", context: { file: "program.asm" } };
  await expect(say(false, "verify", archive)).rejects.toMatchObject(altered);
  // What has changed on purpose is signed anew.
  await say(false, "sign", archive, "--key", key);
  expect(await say(false, ...verify)).toMatch(/Signature +right/);
  await writeFile(`${archive}.sig`, (await readFile(`${archive}.sig`, "utf8")).replace("ed25519", "none"));
  await expect(say(false, "verify", archive)).rejects.toMatchObject({ code: "signature.invalid" });
});
