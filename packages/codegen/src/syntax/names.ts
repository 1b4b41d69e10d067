/** Words that a function's body may use without binding them. */
import type { Language } from "../print/expression.ts";

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

const KEYWORDS: Readonly<Record<Language, ReadonlySet<string>>> = {
  python: set(
    "return if else elif for while in not and or is lambda True False None break continue pass import from try except raise",
  ),
  typescript: set(
    "return if else for while of in const let new typeof instanceof true false null undefined break continue throw switch case default",
  ),
};

const GLOBALS: Readonly<Record<Language, ReadonlySet<string>>> = {
  python: set(
    "abs all any bool chr dict divmod enumerate filter float format int isinstance len list map max min ord pow range repr reversed round set sorted str sum tuple zip re math collections itertools functools string datetime ValueError Exception",
  ),
  typescript: set(
    "Math Number String Array Object JSON Boolean Map Set RegExp Date parseInt parseFloat isNaN Infinity NaN Error BigInt number string boolean any unknown",
  ),
};

const BINDERS: Readonly<Record<Language, ReadonlySet<string>>> = {
  python: set("for lambda import"),
  typescript: set("const let"),
};

export const keywordsOf = (language: Language): ReadonlySet<string> => KEYWORDS[language];
export const globalsOf = (language: Language): ReadonlySet<string> => GLOBALS[language];
/** Keywords after which a new name stands. */
export const bindersOf = (language: Language): ReadonlySet<string> => BINDERS[language];
