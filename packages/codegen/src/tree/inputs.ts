/** Random inputs of the forms that people's tables and lists have, from which the corpus of programs is sampled. */
import { between, pick, type Random, times } from "../random.ts";
import type { Type } from "../values/type.ts";
import type { Value } from "../values/value.ts";

const FIRST = "Ada Alan Grace Linus Maria Omar Yuki Lena Carlos Ivy Noah Zoe Hugo Priya Sven Chloe".split(
  " ",
);
const LAST =
  "Lovelace Turing Hopper Novak Silva Tanaka Berg Okafor Weber Rossi Khan Moreau Lind Castro".split(" ");
const WORDS =
  "river stone cloud maple orange copper garden silver window basket planet rocket pencil bridge forest candle report draft invoice budget summary final notes photo order ticket".split(
    " ",
  );
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const EXTENSIONS = ["txt", "pdf", "PNG", "csv", "tar.gz", "md", "jpg"];
const DOMAINS = ["example.com", "mail.org", "shop.co.uk", "uni.edu"];
const UNITS = ["kg", "cm", "GB", "ms", "EUR", "km", "min"];

const digits = (random: Random, count: number): string =>
  times(count, () => String(between(random, 0, 9))).join("");
const two = (n: number): string => String(n).padStart(2, "0");
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

type Maker = () => string;

const FORMS: readonly ((random: Random) => Maker)[] = [
  (random) => () => `${pick(random, FIRST)} ${pick(random, LAST)}`,
  (random) => () => `${pick(random, LAST)}, ${pick(random, FIRST)}`,
  (random) => () => `${pick(random, FIRST)} ${pick(random, FIRST)} ${pick(random, LAST)}`,
  (random) => () => `${pick(random, ["Dr.", "Mr.", "Ms."])} ${pick(random, FIRST)} ${pick(random, LAST)}`,
  (random) => () =>
    `${pick(random, FIRST).toLowerCase()}.${pick(random, LAST).toLowerCase()}@${pick(random, DOMAINS)}`,
  (random) => {
    const separator = pick(random, ["-", "/", "."]);
    return () =>
      [between(random, 1990, 2030), two(between(random, 1, 12)), two(between(random, 1, 28))].join(separator);
  },
  (random) => {
    const separator = pick(random, ["/", ".", "-"]);
    return () =>
      [two(between(random, 1, 28)), two(between(random, 1, 12)), between(random, 1990, 2030)].join(separator);
  },
  (random) => () => `${pick(random, MONTHS)} ${between(random, 1, 28)}, ${between(random, 1990, 2030)}`,
  (random) => () => `${digits(random, 3)}-${digits(random, 3)}-${digits(random, 4)}`,
  (random) => () => `(${digits(random, 3)}) ${digits(random, 3)}-${digits(random, 4)}`,
  (random) => () => digits(random, between(random, 7, 10)),
  (random) => () => `${pick(random, WORDS)}_${pick(random, WORDS)}.${pick(random, EXTENSIONS)}`,
  (random) => () =>
    `/home/${pick(random, WORDS)}/${pick(random, WORDS)}-${between(random, 1, 99)}.${pick(random, EXTENSIONS)}`,
  (random) => () => `https://${pick(random, ["www.", ""])}${pick(random, DOMAINS)}/${pick(random, WORDS)}`,
  (random) => () =>
    `${pick(random, ["AB", "XK", "QR"])}-${digits(random, 4)}${pick(random, ["-A", "-B", ""])}`,
  (random) => () => times(between(random, 3, 4), () => pick(random, WORDS)).join(","),
  (random) => () => times(between(random, 2, 6), () => pick(random, WORDS)).join(" "),
  (random) => () => capital(`${times(between(random, 3, 6), () => pick(random, WORDS)).join(" ")}.`),
  (random) => () => times(between(random, 2, 3), () => pick(random, WORDS)).join("_"),
  (random) => () =>
    pick(random, WORDS) + times(between(random, 1, 2), () => capital(pick(random, WORDS))).join(""),
  (random) => () => `${between(random, 1, 900)} ${pick(random, UNITS)}`,
  (random) => () => `$${between(random, 1, 9)},${digits(random, 3)}.${digits(random, 2)}`,
  (random) => () => `${two(between(random, 0, 23))}:${two(between(random, 0, 59))}`,
  (random) => () =>
    `${pick(random, WORDS)}=${between(random, 1, 99)};${pick(random, WORDS)}=${between(random, 1, 99)}`,
  (random) => () => `  ${pick(random, WORDS)}  ${pick(random, WORDS)} `,
  (random) => () => pick(random, WORDS),
  (random) => () => `${pick(random, WORDS)} (${pick(random, WORDS)}) ${between(random, 1, 50)}`,
];

/** Texts of no form in particular: words or numbers between the same separators. */
function assembled(random: Random): Maker {
  const parts = times(between(random, 1, 4), () => random() < 0.6);
  const separators = parts.map(() => pick(random, [" ", ", ", "-", "/", ".", "_", ":", "@", "|"]));
  return () =>
    parts
      .map(
        (word, at) =>
          (at === 0 ? "" : separators[at]!) +
          (word
            ? random() < 0.5
              ? pick(random, WORDS)
              : capital(pick(random, WORDS))
            : String(between(random, 1, 2_500))),
      )
      .join("");
}

export interface InputForm {
  readonly types: readonly Type[];
  readonly elementTypes: readonly Type[];
  readonly make: () => Value[];
}

export function inputForm(random: Random): InputForm {
  const text = (): Maker => (random() < 0.75 ? pick(random, FORMS)(random) : assembled(random));
  const numbers = (): number[] => times(between(random, 1, 7), () => between(random, -9, 30));
  const roll = random();
  if (roll < 0.55) {
    const make = text();
    return { types: ["str"], elementTypes: ["str", "num"], make: () => [make()] };
  }
  if (roll < 0.6) {
    const [a, b] = [text(), text()];
    return { types: ["str", "str"], elementTypes: ["str", "num"], make: () => [a(), b()] };
  }
  if (roll < 0.76) return { types: ["list<num>"], elementTypes: ["num"], make: () => [numbers()] };
  if (roll < 0.84) {
    return {
      types: ["list<str>"],
      elementTypes: ["str", "num"],
      make: () => [times(between(random, 1, 5), () => pick(random, random() < 0.3 ? FIRST : WORDS))],
    };
  }
  if (roll < 0.88)
    return { types: ["num"], elementTypes: ["num", "str"], make: () => [between(random, 1, 400)] };
  if (roll < 0.92)
    return {
      types: ["num", "num"],
      elementTypes: ["num"],
      make: () => [between(random, 1, 60), between(random, 1, 60)],
    };
  if (roll < 0.97)
    return {
      types: ["list<num>", "num"],
      elementTypes: ["num"],
      make: () => [numbers(), between(random, 0, 6)],
    };
  return { types: ["list<num>", "list<num>"], elementTypes: ["num"], make: () => [numbers(), numbers()] };
}
