/** How core says what it did; the entry point decides where that goes. */
export type Log = (
  level: "info" | "warn" | "error",
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

export const noLog: Log = () => {};
