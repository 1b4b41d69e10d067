/** Tells lessons that say something from advice that fits every question ("read carefully"). */
import { wordsOf } from "../metrics/embedding.ts";

const empty = new Set(
  `a an and all always answer answers any are as at attention be before calculation calculations care careful carefully
  check checking clear close closely consider context correct correctly data detail details do double each ensure every
  for from give given in information is it its keep make mind more not note number numbers of on option options or out
  pay possible problem properly question questions read reading relevant remember review right steps step sure table
  the them think thoroughly through to twice use values value verify very when with you your accurate accuracy look
  looking unusual anomalies anomaly patient analyze analyse understand understanding focus important always never try
  best final response based provided whether`.split(/\s+/),
);

/** Whether nothing is left of a lesson without the words of generic advice, or it is too short or long to be one. */
export function isGeneric(lesson: string): boolean {
  const words = wordsOf(lesson);
  if (words.length < 3 || lesson.length > 400) return true;
  const telling = words.filter((word) => !empty.has(word));
  return telling.length < 2 && !/\d/.test(lesson);
}
