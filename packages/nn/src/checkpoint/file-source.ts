/** A file as a source of bytes. */
import { open } from "node:fs/promises";
import type { ByteSource } from "./byte-source.ts";

/** One read call moves at most this much: larger ones fail on some systems. */
const largestRead = 2 ** 30;

/** A file, kept open until `close`. */
export async function openFile(path: string): Promise<ByteSource> {
  const handle = await open(path, "r");
  try {
    const { size } = await handle.stat();
    return {
      name: path,
      size,
      async read(offset, length) {
        const bytes = new Uint8Array(length);
        for (let done = 0; done < length; ) {
          const want = Math.min(length - done, largestRead);
          const { bytesRead } = await handle.read(bytes, done, want, offset + done);
          if (bytesRead === 0) throw new RangeError(`${path} ended at byte ${offset + done}`);
          done += bytesRead;
        }
        return bytes;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
