/** `weightsmith keys`: make, list and revoke API keys; make a pair of keys that signs programs. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@weightsmith/contract";
import type { Command } from "commander";
import { table } from "../terminal/output.ts";
import type { CommandContext } from "./context.ts";

export function registerKeys(program: Command, context: () => CommandContext): void {
  const keys = program
    .command("keys")
    .summary("make, list and revoke API keys; make keys that sign programs");
  keys
    .command("list", { isDefault: true })
    .description("Lists the workspace's keys.")
    .action(async () => {
      const { api, output, signal } = context();
      const items = await api().keys.list({ signal });
      output.result({ items }, () =>
        table(
          ["ID", "NAME", "KEY", "LAST USED", "STATE"],
          items.map((key) => [
            key.id,
            key.name,
            key.hint,
            key.lastUsedAt?.slice(0, 16).replace("T", " ") ?? "never",
            key.revokedAt === null ? "active" : "revoked",
          ]),
        ),
      );
    });
  keys
    .command("create")
    .description("Makes a key. It is shown this once.")
    .argument("[name]")
    .action(async (name: string | undefined) => {
      const { api, output, signal } = context();
      const key = await api().keys.create(name, { signal });
      output.result(key, ({ secret, id }) => `${secret}\nKeep it: it is not shown again. Its id is ${id}.`);
    });
  keys
    .command("revoke")
    .description("Makes a key worthless at once.")
    .argument("<id>")
    .action(async (id: string) => {
      const { api, output, signal } = context();
      output.result(await api().keys.revoke(id, { signal }), (key) => `Revoked ${key.id} (${key.name}).`);
    });
  keys
    .command("signing")
    .description(
      "Makes a pair of Ed25519 keys: FILE signs programs, FILE.pub verifies them. Needs no server.",
    )
    .argument("<file>", "where to; nothing is overwritten")
    .action(async (name: string) => {
      const { output } = context();
      const { fingerprintOf, newSigningKey, parsePublicKey } = await import("@weightsmith/programs");
      const file = path.resolve(name);
      const pair = newSigningKey();
      await writeNew(file, pair.privateKey, 0o600);
      await writeNew(`${file}.pub`, pair.publicKey, 0o644);
      const key = fingerprintOf(parsePublicKey(pair.publicKey));
      output.result(
        { key, privateKey: file, publicKey: `${file}.pub` },
        () => `Wrote ${file} (keep it secret) and ${file}.pub (give it away).\nFingerprint: ${key}`,
      );
    });
}

async function writeNew(file: string, text: string, mode: number): Promise<void> {
  await writeFile(file, text, { flag: "wx", mode }).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === "EEXIST" ? "is there already" : `cannot be written (${cause.code})`;
    throw new AppError("request.invalid", {
      message: `The file ${file} ${reason}.`,
      remedy: "Name another file: a key that signed programs is never overwritten.",
      cause,
    });
  });
}
