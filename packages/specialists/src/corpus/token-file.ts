/** A long row of token ids in a file, written once and read in pieces from anywhere. */
import { type FileHandle, open } from "node:fs/promises";

/** Ids that fit take two bytes. */
const shortVocabulary = 65_536;
const bufferedTokens = 65_536;

export class TokenWriter {
  readonly #file: FileHandle;
  readonly #wide: boolean;
  #held: number[] = [];
  #length = 0;

  private constructor(file: FileHandle, wide: boolean) {
    this.#file = file;
    this.#wide = wide;
  }

  static async create(path: string, vocabularySize: number): Promise<TokenWriter> {
    return new TokenWriter(await open(path, "w"), vocabularySize > shortVocabulary);
  }

  async add(tokens: readonly number[]): Promise<void> {
    for (const token of tokens) this.#held.push(token);
    if (this.#held.length >= bufferedTokens) await this.#flush();
  }

  async #flush(): Promise<void> {
    const array = this.#wide ? Uint32Array.from(this.#held) : Uint16Array.from(this.#held);
    this.#length += this.#held.length;
    this.#held = [];
    await this.#file.write(new Uint8Array(array.buffer));
  }

  /** @returns how many tokens were written */
  async close(): Promise<number> {
    await this.#flush();
    await this.#file.close();
    return this.#length;
  }
}

export class TokenFile {
  readonly length: number;
  readonly #file: FileHandle;
  readonly #bytesEach: number;

  private constructor(file: FileHandle, length: number, bytesEach: number) {
    this.#file = file;
    this.length = length;
    this.#bytesEach = bytesEach;
  }

  static async open(path: string, vocabularySize: number): Promise<TokenFile> {
    const bytesEach = vocabularySize > shortVocabulary ? 4 : 2;
    const file = await open(path, "r");
    return new TokenFile(file, (await file.stat()).size / bytesEach, bytesEach);
  }

  /** Tokens `start` … `start + count − 1`, fewer at the end of the file. */
  async read(start: number, count: number): Promise<Uint32Array> {
    const bytes = new Uint8Array(Math.max(0, Math.min(count, this.length - start)) * this.#bytesEach);
    await this.#file.read(bytes, 0, bytes.length, start * this.#bytesEach);
    return Uint32Array.from(
      this.#bytesEach === 4 ? new Uint32Array(bytes.buffer) : new Uint16Array(bytes.buffer),
    );
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
