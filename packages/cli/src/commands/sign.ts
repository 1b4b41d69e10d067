/** `weightsmith sign` and `weightsmith verify`: who made a program, and whether it is still what was made. No server. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Verification } from "@weightsmith/programs";
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";
import { readText } from "./files.ts";

export function registerSigning(program: Command, context: () => CommandContext): void {
  program
    .command("sign")
    .summary("sign a program's archive or folder")
    .description("Writes a signature beside an archive (FILE.sig) or into a folder (program.sig).")
    .argument("<program>", "an archive (.tgz) or a folder")
    .requiredOption("--key <file>", "the private Ed25519 key as PEM, as `weightsmith keys signing` makes one")
    .action(async (name: string, { key: keyFile }: { key: string }) => {
      const { output } = context();
      const programs = await import("@weightsmith/programs");
      const key = programs.parsePrivateKey(await readText(keyFile, "the signing key"));
      const stored = await programs.readStored(path.resolve(name), { ignoreSignature: true });
      const signature = programs.signFiles(stored.files, key);
      // A damaged program is not signed.
      const { signature: signed } = programs.verifyStored({ ...stored, signature });
      await writeFile(stored.signatureFile, programs.writeSignature(signature));
      output.result(
        { signatureFile: stored.signatureFile, key: signed!.key, files: [...stored.files.keys()].sort() },
        () => `Wrote ${stored.signatureFile}\nSigned with ${signed!.key}`,
      );
    });
  program
    .command("verify")
    .summary("check a program's hashes and signature")
    .description("Says what was verified of a program's archive or folder. Nothing is run.")
    .argument("<program>", "an archive (.tgz) or a folder")
    .option("--public-key <file>", "refuse a program that this Ed25519 key (PEM) has not signed")
    .action(async (name: string, { publicKey }: { publicKey?: string }) => {
      const { output } = context();
      const { parsePublicKey, readStored, verifyStored } = await import("@weightsmith/programs");
      const trusted =
        publicKey === undefined ? undefined : parsePublicKey(await readText(publicKey, "the public key"));
      output.result(verifyStored(await readStored(path.resolve(name)), trusted), describe);
    });
}

function describe({ programId, files, hashesFrom, signature }: Verification): string {
  const lines = [
    ...(programId === undefined ? [] : [`Program    ${programId}`]),
    `Hashes     right: ${files.length} ${files.length === 1 ? "file" : "files"} (${files.join(", ")}) as in ${hashesFrom.join(" and ")}`,
  ];
  if (signature === undefined) {
    lines.push("Signature  none: the files fit together, who made them is not known");
  } else {
    lines.push("Signature  right (Ed25519)", `Key        ${signature.key}`);
    lines.push(
      signature.trusted
        ? "           the key that was given"
        : "           carried by the signature itself: compare it with its owner's, or give --public-key",
    );
  }
  return lines.join("\n");
}
