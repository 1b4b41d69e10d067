/** The one error of every reader in this package: what is wrong with a file, and what to do about it. */

/** What kind of file was refused. */
export type FileFormat = "safetensors" | "gguf" | "tokenizer" | "config" | "chat template";

/**
 * A file that cannot be trusted or understood: truncated, corrupt, malicious or of an unsupported kind.
 * `reason` says what was found and what was expected; it never carries a value longer than a line.
 */
export class FormatError extends Error {
  override readonly name = "FormatError";
  readonly format: FileFormat;
  readonly reason: string;
  /** The file, where it is known. */
  readonly file: string | undefined;

  constructor(format: FileFormat, reason: string, options: { file?: string; cause?: unknown } = {}) {
    super(`${options.file ?? format}: ${reason}`, { cause: options.cause });
    this.format = format;
    this.reason = reason;
    this.file = options.file;
  }
}

/** A value of a hostile file, cut to a length that fits a message. */
export function quote(value: unknown, length = 80): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
