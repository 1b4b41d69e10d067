/** All families, and which split each belongs to. */

import { letterCase } from "./families/case.ts";
import { characters } from "./families/characters.ts";
import { contacts } from "./families/contacts.ts";
import { copy } from "./families/copy.ts";
import { lists } from "./families/lists.ts";
import { words } from "./families/words.ts";
import type { Family } from "./family.ts";

export const everyFamily: readonly Family[] = [
  ...copy,
  ...letterCase,
  ...words,
  ...characters,
  ...lists,
  ...contacts,
];
