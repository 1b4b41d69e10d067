/** Every case of every theme. */
import * as accounts from "./accounts.ts";
import * as aliases from "./aliases.ts";
import * as batches from "./batches.ts";
import * as hub from "./hub.ts";
import * as jobs from "./jobs.ts";
import * as programs from "./programs.ts";
import * as specialists from "./specialists.ts";
import type { Bodies, Cases } from "./world.ts";

const themes = [jobs, batches, programs, aliases, hub, specialists, accounts];

/** Statuses that every route answers in the same way have their cases in the test itself. */
export const CASES: Cases = Object.assign({}, ...themes.map(({ cases }) => cases));
export const BODIES: Bodies = Object.assign({}, ...themes.map(({ bodies }) => bodies));
