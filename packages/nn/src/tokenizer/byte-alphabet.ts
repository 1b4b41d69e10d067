/**
 * The byte alphabet of GPT-2: each of the 256 bytes is written as one printable character, so that a token of
 * any bytes can be a JSON string. Printable Latin-1 stands for itself; the other 68 bytes are U+0100 onwards.
 * @see https://github.com/openai/gpt-2/blob/master/src/encoder.py `bytes_to_unicode`
 */

function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

/** byte → its character */
export const characterOfByte: readonly string[] = (() => {
  let extra = 0;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isPrintable(byte) ? byte : 0x100 + extra++),
  );
})();

const byteOfCharacter: ReadonlyMap<string, number> = new Map(
  characterOfByte.map((character, byte) => [character, byte]),
);

/** Bytes written in the alphabet. */
export function spellBytes(bytes: Uint8Array): string {
  let spelled = "";
  for (const byte of bytes) spelled += characterOfByte[byte];
  return spelled;
}

/** The bytes that a token of the alphabet stands for, or undefined where it holds a character outside it. */
export function readBytes(token: string): Uint8Array | undefined {
  const bytes = new Uint8Array(token.length);
  for (let index = 0; index < token.length; index++) {
    const byte = byteOfCharacter.get(token[index]!);
    if (byte === undefined) return undefined;
    bytes[index] = byte;
  }
  return bytes;
}

const utf8 = new TextEncoder();
const text = new TextDecoder("utf-8", { ignoreBOM: true });

/** A copy of a well-formed text. A slice keeps the whole text that it was cut from in memory; this does not. */
export function ownCopy(slice: string): string {
  return text.decode(utf8.encode(slice));
}
