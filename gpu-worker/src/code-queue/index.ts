/** The code queue as a part of a worker: loads the generator when the first request comes, and ends with the worker. */
import type { GeneratorHealth } from "@weightsmith/codegen";
import type { Logger } from "pino";
import { type CodeQueueSettings, type CodeQueues, serveCodeQueue } from "./serve-code-queue.ts";

export interface CodeQueue {
  /** What the generator can do; null until the first request has loaded it. */
  health(): { readonly generator: GeneratorHealth | null };
  stop(): Promise<void>;
}

export function startCodeQueue(
  queues: CodeQueues,
  settings: CodeQueueSettings & {
    readonly modelsFolder: string;
    /** `WEIGHTSMITH_CODE_*`. */
    readonly variables: Readonly<Record<string, string | undefined>>;
  },
  log: Logger,
): CodeQueue {
  const ended = new AbortController();
  let health: GeneratorHealth | null = null;
  let opening: ReturnType<typeof open> | undefined;
  const open = async () => {
    const codegen = await import("@weightsmith/codegen");
    const config = await codegen.readGeneratorConfig(settings.modelsFolder, settings.variables);
    const generator = await codegen.openGenerator(config, settings);
    health = generator.health;
    return { generator, sandbox: new codegen.Sandbox(), generateCode: codegen.generateCode };
  };
  const serving = serveCodeQueue(
    queues,
    settings,
    async (request, signal) => {
      opening ??= open();
      // A model that was not there may be there for the next request.
      opening.catch(() => {
        opening = undefined;
      });
      const { generator, sandbox, generateCode } = await opening;
      return generateCode(request, { ...generator.parts, sandbox, signal });
    },
    ended.signal,
    log,
  );
  return {
    health: () => ({ generator: health }),
    async stop() {
      ended.abort();
      await serving;
      const opened = await opening?.catch(() => undefined);
      await opened?.sandbox.close();
      await opened?.generator.close();
    },
  };
}
