/** Dates, times of day and durations. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { missing, verdict } from "../vocabulary/wording.ts";
import { plainWords, thing } from "../vocabulary/words.ts";

const months = "January February March April May June July August September October November December".split(
  " ",
);
const shortMonths = months.map((name) => name.slice(0, 3));
const weekdays = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");
const two = (n: number) => String(n).padStart(2, "0");

export interface Day {
  readonly year: number;
  /** 1 … 12 */
  readonly month: number;
  readonly day: number;
}

export function someDay(random: Random): Day {
  return { year: random.between(1950, 2049), month: random.between(1, 12), day: random.between(1, 28) };
}

/** Ways to write a date, each with the name specs use for it. */
const dateForms = {
  "YYYY-MM-DD": (d: Day) => `${d.year}-${two(d.month)}-${two(d.day)}`,
  "DD/MM/YYYY": (d: Day) => `${two(d.day)}/${two(d.month)}/${d.year}`,
  "MM/DD/YYYY": (d: Day) => `${two(d.month)}/${two(d.day)}/${d.year}`,
  "D.M.YYYY": (d: Day) => `${d.day}.${d.month}.${d.year}`,
  "DD.MM.YYYY": (d: Day) => `${two(d.day)}.${two(d.month)}.${d.year}`,
  "DD-MM-YYYY": (d: Day) => `${two(d.day)}-${two(d.month)}-${d.year}`,
  "YYYY/MM/DD": (d: Day) => `${d.year}/${two(d.month)}/${two(d.day)}`,
  YYYYMMDD: (d: Day) => `${d.year}${two(d.month)}${two(d.day)}`,
  "Month D, YYYY": (d: Day) => `${months[d.month - 1]} ${d.day}, ${d.year}`,
  "D Month YYYY": (d: Day) => `${d.day} ${months[d.month - 1]} ${d.year}`,
  "D Mon YYYY": (d: Day) => `${d.day} ${shortMonths[d.month - 1]} ${d.year}`,
  "Mon D, YYYY": (d: Day) => `${shortMonths[d.month - 1]} ${d.day}, ${d.year}`,
};
type DateForm = keyof typeof dateForms;
const formNames = Object.keys(dateForms) as DateForm[];
const numericForms = formNames.filter((name) => !name.includes("Mon"));
const namedForms = formNames.filter((name) => name.includes("Mon"));
const plainForms: DateForm[] = ["YYYY-MM-DD", "DD/MM/YYYY", "MM/DD/YYYY", "DD.MM.YYYY", "D Month YYYY"];

/** "YYYY-MM-DD", now and then under its other name. */
const called = (random: Random, form: DateForm) =>
  form === "YYYY-MM-DD" && random.chance(0.4) ? random.pick(["ISO", "ISO 8601"]) : form;

const clock24 = (minutes: number) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
function clock12(minutes: number): string {
  const hour = Math.floor(minutes / 60);
  return `${hour % 12 === 0 ? 12 : hour % 12}:${two(minutes % 60)} ${hour < 12 ? "AM" : "PM"}`;
}
const someTime = (random: Random) => random.int(24 * 60);
const minutesOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

/** A date inside a short text. */
function inText(random: Random, date: string): string {
  return random.pick([
    `${thing(random)} due ${date}`,
    `${plainWords(random, 1, 3)} ${date}`,
    `on ${date} ${plainWords(random, 1, 2)}`,
    `${plainWords(random, 1, 2)} (${date})`,
  ]);
}

export const dates = families("dates", {
  "date-to-iso": {
    loose: true,
    specs: [
      "[convert|normalise] the date[, written {from},|] to ISO (YYYY-MM-DD)",
      "{from} -> YYYY-MM-DD",
      "dates come as {from}; return YYYY-MM-DD",
      "the input is a date in the form {from}; write it as year-month-day with zeros",
    ],
    draw: (r) => {
      const from = r.pick(formNames.filter((name) => name !== "YYYY-MM-DD"));
      return {
        say: { from },
        note: r.chance(0.5) ? `the input is ${from}` : undefined,
        pair: (q) => {
          const day = someDay(q);
          return [dateForms[from](day), dateForms["YYYY-MM-DD"](day)];
        },
      };
    },
  },
  "iso-to-date": {
    specs: [
      "[write|format] the ISO date as {to}",
      "YYYY-MM-DD -> {to}",
      "show the date in the form {to}[; the input is YYYY-MM-DD|]",
      "turn an ISO date into {to}",
    ],
    draw: (r) => {
      const to = r.pick(formNames.filter((name) => name !== "YYYY-MM-DD"));
      return {
        say: { to },
        pair: (q) => {
          const day = someDay(q);
          return [dateForms["YYYY-MM-DD"](day), dateForms[to](day)];
        },
      };
    },
  },
  "date-form": {
    specs: [
      "[convert|change] the date from {from} to {to}",
      "date {from} -> {to}",
      "rewrite the {from} date as {to}",
      "input date: {from}, output date: {to}",
    ],
    draw: (r) => {
      const [from, to] = r.sample(formNames, 2) as [DateForm, DateForm];
      return {
        say: { from: called(r, from), to: called(r, to) },
        pair: (q) => {
          const day = someDay(q);
          return [dateForms[from](day), dateForms[to](day)];
        },
      };
    },
  },
  "any-date-to-iso": {
    specs: [
      "the date may be written in words or as DD.MM.YYYY: return YYYY-MM-DD",
      "normalise different date notations (D Month YYYY, Mon D, YYYY, DD.MM.YYYY) to ISO",
      "any of 3 May 2020, May 3, 2020 or 03.05.2020 -> 2020-05-03",
    ],
    pair: (r) => {
      const day = someDay(r);
      return [
        dateForms[r.pick([...namedForms, "DD.MM.YYYY", "D.M.YYYY"] as DateForm[])](day),
        dateForms["YYYY-MM-DD"](day),
      ];
    },
  },
  "date-part": {
    specs: [
      "[return|extract] the {part} of the date[ ({form})|]",
      "which {part} is it[? The date is written {form}|]",
      "only the {part} from a {form} date",
    ],
    draw: (r) => {
      const form = r.pick(numericForms);
      const part = r.pick(["year", "month", "day"] as const);
      return {
        say: { form, part },
        note: part === "year" ? undefined : `the date is ${form}; no leading zeros`,
        pair: (q) => {
          const day = someDay(q);
          return [dateForms[form](day), String(day[part])];
        },
      };
    },
  },
  "year-in-text": {
    loose: true,
    specs: [
      "[extract|find] the year[ (four digits)|]",
      "which year is mentioned",
      "the four digit year in the text",
    ],
    draw: (r) => {
      const none = missing(r);
      return {
        note: none.note,
        pair: (q) => {
          if (none.happens(q)) return [`${plainWords(q, 2, 4)} ${q.between(1, 99)}`, none.value];
          const year = String(q.between(1900, 2049));
          return [
            `${plainWords(q, 1, 3)} ${q.pick([year, `(${year})`, `in ${year}`, `${year},`])}${q.chance(0.5) ? ` ${plainWords(q, 1, 2)}` : ""}`,
            year,
          ];
        },
      };
    },
  },
  "find-date": {
    loose: true,
    specs: [
      "[extract|find|return] the date[ in the text|, written {form}]",
      "which date is mentioned[ (form {form})|]",
      "only the {form} date",
    ],
    draw: (r) => {
      const form = r.pick(plainForms);
      const none = missing(r);
      return {
        say: { form },
        note: none.note,
        pair: (q) => {
          if (none.happens(q)) return [plainWords(q, 2, 5), none.value];
          const date = dateForms[form](someDay(q));
          return [inText(q, date), date];
        },
      };
    },
  },
  "find-date-iso": {
    specs: [
      "find the date ({form}) in the text and return it as YYYY-MM-DD",
      "extract the {form} date as ISO",
      "the text has a date like {form}: give it as year-month-day",
    ],
    draw: (r) => {
      const form = r.pick(plainForms.filter((name) => name !== "YYYY-MM-DD"));
      return {
        say: { form },
        pair: (q) => {
          const day = someDay(q);
          return [inText(q, dateForms[form](day)), dateForms["YYYY-MM-DD"](day)];
        },
      };
    },
  },
  "month-name": {
    specs: [
      "the name of the month of the date[ ({form})|]",
      "which month [is it in|does the date fall in], as a word[; dates are {form}|]",
      "{form} date -> month name",
    ],
    draw: (r) => {
      const form = r.pick(["YYYY-MM-DD", "DD.MM.YYYY", "DD/MM/YYYY"] as const);
      const short = r.chance(0.3);
      return {
        say: { form },
        note: short ? "three letters, like Jan" : undefined,
        pair: (q) => {
          const day = someDay(q);
          return [dateForms[form](day), (short ? shortMonths : months)[day.month - 1] as string];
        },
      };
    },
  },
  "month-number": {
    specs: [
      "replace the month name by its number[ with two digits|]",
      "month name -> number in two digits",
      "write the month as 01-12",
    ],
    note: "use two digits",
    pair: (r) => {
      const m = r.int(12);
      const year = r.between(1950, 2049);
      const name = r.pick([months[m], shortMonths[m]]);
      return [`${name} ${year}`, `${two(m + 1)} ${year}`];
    },
  },
  "month-in-text": {
    specs: ["which month is mentioned", "[extract|find] the month name", "the month in the text, as written"],
    draw: (r) => {
      const none = missing(r);
      return {
        note: none.note,
        pair: (q) => {
          if (none.happens(q)) return [plainWords(q, 2, 4), none.value];
          const month = q.pick(months.filter((name) => name !== "May" && name !== "March"));
          return [
            `${plainWords(q, 1, 3)} ${q.pick(["in ", "by ", ""])}${month}${q.chance(0.5) ? ` ${plainWords(q, 1, 2)}` : ""}`,
            month,
          ];
        },
      };
    },
  },
  "weekday-in-text": {
    specs: [
      "which day of the week is mentioned",
      "[extract|find] the weekday",
      "the weekday in the text[, written in full|]",
    ],
    draw: (r) => {
      const none = missing(r);
      return {
        note: none.note,
        pair: (q) => {
          if (none.happens(q)) return [plainWords(q, 2, 4), none.value];
          const day = q.pick(weekdays);
          return [
            `${plainWords(q, 1, 3)} ${q.pick(["on ", "by ", "next ", ""])}${day}${q.chance(0.5) ? ` ${plainWords(q, 1, 2)}` : ""}`,
            day,
          ];
        },
      };
    },
  },
  "weekend-or-not": {
    specs: [
      "{yes} if the day mentioned is Saturday or Sunday, otherwise {no}",
      "weekend check for the weekday in the text: {yes}/{no}",
      "does it fall on a weekend? {yes} or {no}",
    ],
    draw: (r) => {
      const { say, of } = verdict(r, [
        ["weekend", "weekday"],
        ["weekend", "workday"],
      ]);
      return {
        say,
        pair: (q) => {
          const day = q.chance(0.45) ? q.pick(["Saturday", "Sunday"]) : q.pick(weekdays.slice(0, 5));
          return [
            `${thing(q)} ${q.pick(["on ", "next ", "every ", ""])}${q.chance(0.2) ? day.toLowerCase() : day}`,
            of(day.startsWith("S")),
          ];
        },
      };
    },
  },
  quarter: {
    specs: [
      "the quarter of the date (Q1 to Q4)[; dates are {form}|]",
      "which quarter does the {form} date fall in: Q1, Q2, Q3 or Q4",
      "{form} date -> quarter[ like Q2|] (Jan-Mar is Q1)",
    ],
    draw: (r) => {
      const form = r.pick(["YYYY-MM-DD", "DD.MM.YYYY", "D Month YYYY"] as const);
      return {
        say: { form },
        pair: (q) => {
          const day = someDay(q);
          return [dateForms[form](day), `Q${Math.ceil(day.month / 3)}`];
        },
      };
    },
  },
  "short-year": {
    specs: [
      "two digit years become 20YY",
      "write the year in full: 05.03.21 -> 05.03.2021",
      "expand the short year with 20",
    ],
    input: (r) => `${two(r.between(1, 28))}.${two(r.between(1, 12))}.${two(r.int(50))}`,
    output: (s) => `${s.slice(0, 6)}20${s.slice(6)}`,
  },
  century: {
    specs: [
      "the decade of the year: 1987 -> 1980s",
      "which decade is it[ (like 1990s)|]",
      "year -> decade with s",
    ],
    input: (r) => (r.chance(0.5) ? String(r.between(1900, 2049)) : `${thing(r)} ${r.between(1900, 2049)}`),
    output: (s) => `${/\d{3}/.exec(s)?.[0]}0s`,
  },
  "earlier-date": {
    specs: [
      "which of the two [ISO |]dates is earlier",
      "[return|give] the earlier date",
      "two dates YYYY-MM-DD: the older one",
    ],
    input: (r) => {
      const a = someDay(r);
      const b = r.chance(0.4) ? { ...a, month: r.between(1, 12) } : someDay(r);
      return `${dateForms["YYYY-MM-DD"](a)}${r.pick([" ", ", ", " and ", " / "])}${dateForms["YYYY-MM-DD"](b)}`;
    },
    output: (s) => (s.match(/\d{4}-\d\d-\d\d/g) as string[]).sort()[0] as string,
  },
  "to-24-hours": {
    loose: true,
    specs: [
      "[convert|write] the time in 24 hour format[ HH:MM|]",
      "AM/PM to 24 hours",
      "3:05 PM -> 15:05",
      "12-hour clock to 24-hour clock",
    ],
    pair: (r) => {
      const t = someTime(r);
      const text = clock12(t);
      return [r.pick([text, text, text.toLowerCase(), text.replace(" ", "")]), clock24(t)];
    },
  },
  "to-12-hours": {
    specs: [
      "[convert|write] the time with AM and PM",
      "24 hours to 12 hours with AM/PM",
      "15:05 -> 3:05 PM",
      "24-hour clock to 12-hour clock",
    ],
    pair: (r) => {
      const t = someTime(r);
      return [clock24(t), clock12(t)];
    },
  },
  "find-time": {
    loose: true,
    specs: [
      "[extract|find|return] the time[ in the text|] (HH:MM)",
      "at what time[? HH:MM|, as written]",
      "the time of day mentioned",
    ],
    draw: (r) => {
      const none = missing(r);
      return {
        note: none.note,
        pair: (q) => {
          if (none.happens(q)) return [plainWords(q, 2, 5), none.value];
          const time = clock24(someTime(q));
          return [
            `${plainWords(q, 1, 3)} ${q.pick(["at ", "at ", "from ", ""])}${time}${q.chance(0.5) ? ` ${plainWords(q, 1, 2)}` : ""}`,
            time,
          ];
        },
      };
    },
  },
  "part-of-day": {
    specs: [
      "morning before 12:00, afternoon before 18:00, else evening",
      "name the part of the day for the time: morning (until 11:59), afternoon (12:00-17:59), evening (from 18:00)",
      "classify the time: < 12:00 morning, < 18:00 afternoon, otherwise evening",
    ],
    input: (r) => `${r.chance(0.3) ? `${thing(r)} ` : ""}${clock24(someTime(r))}`,
    output: (s) => {
      const t = minutesOf(s.slice(-5));
      return t < 720 ? "morning" : t < 1080 ? "afternoon" : "evening";
    },
  },
  "minutes-to-hours": {
    specs: [
      "minutes to hours and minutes: 135 -> 2h 15m",
      "write the minutes as [hours and minutes|Xh Ym]",
      "duration in minutes -> '1h 5m'",
    ],
    input: (r) => `${r.between(1, 300)}${r.pick(["", " min", " minutes"])}`,
    output: (s) => {
      const m = Number.parseInt(s, 10);
      return `${Math.floor(m / 60)}h ${m % 60}m`;
    },
  },
  "hours-to-minutes": {
    specs: [
      "hours and minutes to minutes: 2h 15m -> 135",
      "how many minutes is the duration",
      "duration like 1h 5m in minutes",
    ],
    input: (r) => `${r.between(1, 6)}h ${r.int(60)}m`,
    output: (s) => {
      const [h, m] = (s.match(/\d+/g) as string[]).map(Number) as [number, number];
      return String(h * 60 + m);
    },
  },
  "seconds-clock": {
    specs: [
      "seconds as minutes:seconds: 75 -> 1:15",
      "write the seconds as M:SS",
      "format a duration in seconds as m:ss",
    ],
    input: (r) => `${r.between(1, 300)}${r.pick(["", "s", " seconds"])}`,
    output: (s) => {
      const n = Number.parseInt(s, 10);
      return `${Math.floor(n / 60)}:${two(n % 60)}`;
    },
  },
  "time-zeros": {
    specs: [
      "write the time as HH:MM with leading zeros",
      "pad hours and minutes to two digits",
      "9:5 -> 09:05",
    ],
    input: (r) => `${r.int(24)}${r.pick([":", ":", ".", "h"])}${r.int(60)}`,
    output: (s) => {
      const [h, m] = (s.match(/\d+/g) as string[]).map(Number) as [number, number];
      return `${two(h)}:${two(m)}`;
    },
  },
  "drop-seconds": {
    specs: ["remove the seconds from the time", "HH:MM:SS -> HH:MM", "keep hours and minutes only"],
    input: (r) =>
      `${r.chance(0.3) ? `${dateForms["YYYY-MM-DD"](someDay(r))} ` : ""}${clock24(someTime(r))}:${two(r.int(60))}`,
    output: (s) => s.slice(0, -3),
  },
  "split-timestamp": {
    specs: [
      "[return|give] only the {part} of the timestamp",
      "timestamps like 2021-03-05T10:20: the {part}",
      "{part} part of the date-time",
    ],
    draw: (r) => {
      const date = r.chance(0.5);
      const glue = r.pick(["T", " "]);
      return {
        say: { part: date ? "date" : "time" },
        pair: (q) => {
          const [a, b] = [dateForms["YYYY-MM-DD"](someDay(q)), clock24(someTime(q))];
          return [a + glue + b, date ? a : b];
        },
      };
    },
  },
  "valid-time": {
    specs: [
      "is it a valid time (00:00 to 23:59)? {yes} or {no}",
      "{yes} for a possible 24 hour time, otherwise {no}",
      "check HH:MM: {yes}/{no}",
    ],
    draw: (r) => {
      const { say, of } = verdict(r, [["valid", "invalid"]]);
      return {
        say,
        input: (q) =>
          q.chance(0.5)
            ? clock24(someTime(q))
            : q.pick([`${q.between(24, 40)}:${two(q.int(60))}`, `${two(q.int(24))}:${q.between(60, 99)}`]),
        output: (s) => of(Number(s.slice(0, 2)) < 24 && Number(s.slice(3)) < 60),
      };
    },
  },
  "opening-hours": {
    specs: [
      "[return|give] the {which} time of the hours",
      "opening hours like 9:00-17:30: the {which} time",
      "{which} time only",
    ],
    draw: (r) => {
      const opens = r.chance(0.5);
      const glue = r.pick(["-", " - ", " to ", "–"]);
      return {
        say: { which: opens ? r.pick(["opening", "start"]) : r.pick(["closing", "end"]) },
        pair: (q) => {
          const a = clock24(q.between(10, 23) * 30);
          const b = clock24(q.between(24, 46) * 30);
          return [`${q.chance(0.4) ? `${q.pick(weekdays)} ` : ""}${a}${glue}${b}`, opens ? a : b];
        },
      };
    },
  },
});
