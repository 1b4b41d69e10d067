/** The lines of a file that is read by ranges, with no more in memory than a range and a line. */
import { AppError, LIMITS } from "@weightsmith/contract";

export interface Line {
  /** From 1, empty lines counted. */
  readonly number: number;
  /** Where the next line begins, in bytes. */
  readonly end: number;
  readonly content: string | AppError;
}

export interface LineSource {
  /** Bytes `start` … `end − 1`, fewer at the file's end. */
  read(start: number, end: number): Promise<Uint8Array>;
  readonly bytes: number;
}

const RANGE_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Every line after a place, empty ones too. A line that is too long or not UTF-8 is an error in the line's place. */
export async function* linesOf(
  source: LineSource,
  from: { readonly offset: number; readonly line: number },
): AsyncGenerator<Line> {
  let number = from.line;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const add = (bytes: Uint8Array) => {
    heldBytes += bytes.length;
    // Of a line that is too long only its length matters.
    if (heldBytes <= LIMITS.batchLineBytes) held.push(bytes);
    else held = [];
  };
  const take = (end: number): Line => {
    const content = heldBytes > LIMITS.batchLineBytes ? tooLong(heldBytes) : textOf(Buffer.concat(held));
    held = [];
    heldBytes = 0;
    return { number: ++number, end, content };
  };
  for (let start = from.offset; start < source.bytes; ) {
    const range = await source.read(start, Math.min(start + RANGE_BYTES, source.bytes));
    if (range.length === 0) break;
    let begin = 0;
    for (let at = range.indexOf(NEWLINE); at >= 0; at = range.indexOf(NEWLINE, begin)) {
      add(range.subarray(begin, at));
      begin = at + 1;
      yield take(start + begin);
    }
    add(range.subarray(begin));
    start += range.length;
  }
  if (heldBytes > 0) yield take(source.bytes);
}

const tooLong = (bytes: number) =>
  new AppError("request.too_large", {
    message: `The line has ${bytes} bytes; at most ${LIMITS.batchLineBytes} are allowed.`,
    context: { limitBytes: LIMITS.batchLineBytes },
  });

function textOf(bytes: Uint8Array): string | AppError {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    return new AppError("request.invalid_json", { message: "The line is not UTF-8.", cause });
  }
}
