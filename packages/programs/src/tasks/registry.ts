/** All families, theme by theme. */
import { compositions } from "./composition.ts";
import { letterCase } from "./families/case.ts";
import { characters } from "./families/characters.ts";
import { checks } from "./families/checks.ts";
import { classify } from "./families/classify.ts";
import { cleanup } from "./families/cleanup.ts";
import { contacts } from "./families/contacts.ts";
import { copy } from "./families/copy.ts";
import { dates } from "./families/dates.ts";
import { dialogue } from "./families/dialogue.ts";
import { json } from "./families/json.ts";
import { lists } from "./families/lists.ts";
import { logs } from "./families/logs.ts";
import { names } from "./families/names.ts";
import { numberForms } from "./families/number-forms.ts";
import { numberTasks } from "./families/numbers.ts";
import { pairs } from "./families/pairs.ts";
import { paths } from "./families/paths.ts";
import { tables } from "./families/tables.ts";
import { templates } from "./families/templates.ts";
import { unitTasks } from "./families/units.ts";
import { words } from "./families/words.ts";
import type { Family } from "./family.ts";
import { everyday } from "./novel/everyday.ts";
import { trades } from "./novel/trades.ts";
import { type Split, splitOf } from "./splits.ts";

const themes: readonly Family[] = [
  ...copy,
  ...letterCase,
  ...words,
  ...characters,
  ...lists,
  ...contacts,
  ...numberTasks,
  ...numberForms,
  ...dates,
  ...names,
  ...json,
  ...pairs,
  ...tables,
  ...paths,
  ...classify,
  ...cleanup,
  ...templates,
  ...dialogue,
  ...logs,
  ...unitTasks,
  ...checks,
];

export const everyFamily: readonly Family[] = [...themes, ...compositions(themes), ...everyday, ...trades];

export function familiesOf(split: Split): Family[] {
  return everyFamily.filter((family) => splitOf(family.name) === split);
}
