/** `weightsmith keys`: make, list and revoke API keys. */
import type { Command } from "commander";
import { table } from "../terminal/output.ts";
import type { CommandContext } from "./context.ts";

export function registerKeys(program: Command, context: () => CommandContext): void {
  const keys = program.command("keys").summary("make, list and revoke API keys");
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
}
