/** `weightsmith mcp`: the server's programs as tools of the Model Context Protocol, over standard input and output. */
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";

export function registerMcp(program: Command, context: () => CommandContext): void {
  program
    .command("mcp")
    .summary("serve compile, run, list and search as MCP tools on stdin and stdout")
    .description(
      "Speaks the Model Context Protocol on standard input and output, for assistants and editors that start it as a command. Needs a server, as all commands do that have no folder.",
    )
    .action(async () => {
      const { api, signal } = context();
      const { StdioServerTransport } = await import("@modelcontextprotocol/sdk/server/stdio.js");
      const { mcpServer } = await import("../mcp/server.ts");
      const server = mcpServer({ api, version: program.version() ?? "0.1.0" });
      await server.connect(new StdioServerTransport());
      await new Promise<void>((resolve) => {
        server.server.onclose = resolve;
        process.stdin.once("end", resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      await server.close();
    });
}
