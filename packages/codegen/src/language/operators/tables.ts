/** Operators that look things up in tables everyone knows: months, weekdays, ordinals, Roman numerals, number words. */
import { type Operator, operator as op } from "../operator.ts";

export const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
export const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const ROMAN: readonly (readonly [string, number])[] = [
  ["M", 1000],
  ["CM", 900],
  ["D", 500],
  ["CD", 400],
  ["C", 100],
  ["XC", 90],
  ["L", 50],
  ["XL", 40],
  ["X", 10],
  ["IX", 9],
  ["V", 5],
  ["IV", 4],
  ["I", 1],
];

function roman(n: number): string | undefined {
  if (!Number.isInteger(n) || n < 1 || n > 3999) return undefined;
  let rest = n;
  let text = "";
  for (const [letters, value] of ROMAN) {
    while (rest >= value) {
      text += letters;
      rest -= value;
    }
  }
  return text;
}

function fromRoman(s: string): number | undefined {
  if (!/^[MDCLXVI]+$/i.test(s)) return undefined;
  let rest = s.toUpperCase();
  let total = 0;
  for (const [letters, value] of ROMAN) {
    while (rest.startsWith(letters)) {
      total += value;
      rest = rest.slice(letters.length);
    }
  }
  return rest === "" ? total : undefined;
}

function ordinal(n: number): string | undefined {
  if (!Number.isInteger(n) || n < 0) return undefined;
  const suffix = n % 100 >= 11 && n % 100 <= 13 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${suffix}`;
}

const ONES =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

function numberWords(n: number): string | undefined {
  if (!Number.isInteger(n) || n < 0 || n > 999) return undefined;
  if (n < 20) return ONES[n];
  if (n < 100) return TENS[Math.floor(n / 10)]! + (n % 10 === 0 ? "" : `-${ONES[n % 10]}`);
  return `${ONES[Math.floor(n / 100)]} hundred${n % 100 === 0 ? "" : ` ${numberWords(n % 100)}`}`;
}

const monthNumber = (s: string): number | undefined => {
  const at = MONTHS.findIndex((month) => month.slice(0, 3).toLowerCase() === s.slice(0, 3).toLowerCase());
  return s.length >= 3 && at >= 0 ? at + 1 : undefined;
};

/** Monday is 0; undefined for what is no day of the calendar. */
function weekday(iso: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  if (!match) return undefined;
  const date = new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
  return date.getUTCMonth() === Number(match[2]) - 1 ? (date.getUTCDay() + 6) % 7 : undefined;
}

export const TABLES: readonly Operator[] = [
  op("month_name", "num -> str", 5, (n: number) => MONTHS[n - 1], "MONTHS[{0} - 1]", "MONTHS[{0:6} - 1]!", {
    words: "month name date long",
    helpers: ["MONTHS"],
  }),
  op(
    "month_abbreviation",
    "num -> str",
    6,
    (n: number) => MONTHS[n - 1]?.slice(0, 3),
    "MONTHS[{0} - 1][:3]",
    "MONTHS[{0:6} - 1]!.slice(0, 3)",
    { words: "month abbreviation short Jan Feb date", helpers: ["MONTHS"] },
  ),
  op("month_number", "str -> num", 5, monthNumber, "month_number({0})", "monthNumber({0})", {
    words: "month number from name date",
    helpers: ["month_number", "MONTHS"],
  }),
  op(
    "weekday_of_date",
    "str -> str",
    8,
    (s: string) => WEEKDAYS[weekday(s) ?? -1],
    'datetime.date.fromisoformat({0}).strftime("%A")',
    'new Date({0}).toLocaleDateString("en-US", { weekday: "long", timeZone: "UTC" })',
    { words: "weekday day of week date Monday" },
  ),
  op("ordinal", "num -> str", 6, ordinal, "ordinal({0})", "ordinal({0})", {
    words: "ordinal suffix 1st 2nd 3rd th rank",
    helpers: ["ordinal"],
  }),
  op("roman", "num -> str", 7, roman, "to_roman({0})", "toRoman({0})", {
    words: "roman numeral convert number",
    helpers: ["to_roman", "ROMAN"],
  }),
  op("from_roman", "str -> num", 7, fromRoman, "from_roman({0})", "fromRoman({0})", {
    words: "roman numeral to integer",
    helpers: ["from_roman", "ROMAN"],
  }),
  op("number_words", "num -> str", 8, numberWords, "number_words({0})", "numberWords({0})", {
    words: "number in words spelled english",
    helpers: ["number_words"],
  }),
  op(
    "word_number",
    "str -> num",
    9,
    (s: string) => {
      const at = ONES.indexOf(s.toLowerCase());
      return at === -1 ? undefined : at;
    },
    "ONES.index({0:9}.lower())",
    "ONES.indexOf({0:9}.toLowerCase())",
    { words: "word to number digit english", helpers: ["ONES"] },
  ),
];
