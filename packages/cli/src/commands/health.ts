/** `weightsmith health`: whether the server and each of its parts answer. */
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";

export function registerHealth(program: Command, context: () => CommandContext): void {
  program
    .command("health")
    .summary("ask whether the server is well")
    .description("Prints whether each part of the server answers; the exit status is 1 if one does not.")
    .action(async () => {
      const { api, output, signal } = context();
      const health = await api().health({ signal });
      output.result(health, ({ ready, version, parts }) =>
        [
          `${ready ? "Ready" : "Not ready"} (version ${version})`,
          ...Object.entries(parts).map(
            ([name, { ok, message, milliseconds }]) =>
              `  ${ok ? "✓" : "✗"} ${name}${milliseconds === undefined ? "" : ` ${milliseconds.toFixed(0)} ms`}${message === undefined ? "" : ` (${message})`}`,
          ),
        ].join("\n"),
      );
      if (!health.ready) process.exitCode = 1;
    });
}
