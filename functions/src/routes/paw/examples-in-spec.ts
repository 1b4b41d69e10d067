/**
 * Examples that a spec spells out, as PAW's users write them: lines `Input: …` and `Output: …` in turns, or
 * `input -> output` in a list. Only what is beyond doubt: contradictory or half examples are left in the prose.
 */
import { type Example, LIMITS } from "@weightsmith/contract";

const INPUT = /^\s*(?:[-*•]\s*)?(?:\d+[.)]\s*)?inputs?(?:\s*\d+)?\s*[:=]\s*(.*?)\s*$/i;
const OUTPUT = /^\s*(?:[-*•]\s*)?(?:expected\s+)?outputs?(?:\s*\d+)?\s*[:=]\s*(.*?)\s*$/i;
const BOTH =
  /^\s*(?:[-*•]\s*)?(?:\d+[.)]\s*)?inputs?\s*[:=]\s*(.+?)\s*(?:[,;|]\s*|\s+)outputs?\s*[:=]\s*(.+?)\s*$/i;
const ARROW = /^\s*(?:[-*•]|\d+[.)])\s+(.+?)\s*(?:->|→|=>)\s*(.+?)\s*$/;

export function examplesInSpec(spec: string): Example[] {
  const found = new Map<string, string | undefined>();
  const add = (input: string, output: string) => {
    const [from, to] = [unquoted(input), unquoted(output)];
    // The same input with two outputs teaches nothing.
    found.set(from, found.has(from) && found.get(from) !== to ? undefined : to);
  };
  let waiting: string | undefined;
  for (const line of spec.split(/\r?\n/)) {
    const both = BOTH.exec(line) ?? ARROW.exec(line);
    const input = INPUT.exec(line);
    const output = OUTPUT.exec(line);
    if (both) {
      add(both[1]!, both[2]!);
      waiting = undefined;
    } else if (input) {
      waiting = input[1]!;
    } else if (output && waiting !== undefined) {
      add(waiting, output[1]!);
      waiting = undefined;
    } else if (line.trim() !== "") {
      waiting = undefined;
    }
  }
  return [...found]
    .flatMap(([input, output]) => (output === undefined ? [] : [{ input, output }]))
    .filter(
      ({ input, output }) =>
        input.length <= LIMITS.exampleInputCharacters && output.length <= LIMITS.exampleOutputCharacters,
    )
    .slice(0, LIMITS.examples);
}

/** Without quotes around the whole, as people write them to show where a text begins and ends. */
function unquoted(text: string): string {
  const match = /^(["'`])(.*)\1$/.exec(text);
  return match && !match[2]!.includes(match[1]!) ? match[2]! : text;
}
