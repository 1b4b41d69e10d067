/** Writing a file so that its name never stands for half of it. */
import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";

/** Writes the parts to a neighbour of `path`, flushes it to the disk and puts it in place of `path`. */
export async function writeParts(path: string, parts: Iterable<Uint8Array>): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  const handle = await open(temporary, "wx");
  try {
    for (const part of parts)
      for (let done = 0; done < part.length; ) {
        const { bytesWritten } = await handle.write(part, done, Math.min(part.length - done, 2 ** 30));
        done += bytesWritten;
      }
    await handle.sync();
    await handle.close();
    await rename(temporary, path);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Writes a text, as `writeParts`. */
export function writeText(path: string, text: string): Promise<void> {
  return writeParts(path, [new TextEncoder().encode(text)]);
}
