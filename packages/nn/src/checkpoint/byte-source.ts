/** Where bytes are read from, range by range: a file, memory, or what a caller brings (an object store). */
import { open } from "node:fs/promises";

export interface ByteSource {
  /** What messages call it. */
  readonly name: string;
  readonly size: number;
  /** Exactly `length` bytes from `offset`; rejects where the source ends before. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

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

/** Bytes in memory; what is read views them. */
export function memorySource(bytes: Uint8Array, name = "memory"): ByteSource {
  return {
    name,
    size: bytes.length,
    read(offset, length) {
      if (offset + length > bytes.length)
        return Promise.reject(new RangeError(`${name} ended at byte ${bytes.length}`));
      return Promise.resolve(bytes.subarray(offset, offset + length));
    },
    close: () => Promise.resolve(),
  };
}
