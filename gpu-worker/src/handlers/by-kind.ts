/** One handler for several kinds of job of a type. */
import { AppError } from "@weightsmith/contract";
import type { Handler } from "../handler.ts";

/** @throws AppError kind.unavailable, by the handler, for a kind that has none */
export function byKind(handlers: Readonly<Record<string, Handler>>): Handler {
  return (context) => {
    const { kind } = context.job;
    const handler = Object.hasOwn(handlers, kind) ? handlers[kind] : undefined;
    if (handler) return handler(context);
    throw new AppError("kind.unavailable", {
      message: `This worker does not do jobs of kind ${kind}; it does ${Object.keys(handlers).join(", ")}.`,
      context: { served: Object.keys(handlers) },
    });
  };
}
