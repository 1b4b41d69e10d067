/** Quantities, units and money. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { city, product } from "../vocabulary/names.ts";
import { missing, verdict } from "../vocabulary/wording.ts";
import { plain, plainWords, thing } from "../vocabulary/words.ts";

const units: readonly (readonly [short: string, long: string])[] = [
  ["kg", "kilograms"],
  ["g", "grams"],
  ["km", "kilometres"],
  ["m", "metres"],
  ["cm", "centimetres"],
  ["mm", "millimetres"],
  ["l", "litres"],
  ["ml", "millilitres"],
  ["h", "hours"],
  ["min", "minutes"],
  ["s", "seconds"],
  ["GB", "gigabytes"],
  ["MB", "megabytes"],
  ["W", "watts"],
  ["V", "volts"],
];
const currencies = [
  ["$", "USD", "dollars"],
  ["€", "EUR", "euros"],
  ["£", "GBP", "pounds"],
  ["¥", "JPY", "yen"],
] as const;
const scales = [
  ["km", "m", 1000],
  ["m", "cm", 100],
  ["cm", "mm", 10],
  ["kg", "g", 1000],
  ["l", "ml", 1000],
  ["h", "min", 60],
  ["min", "s", 60],
  ["days", "hours", 24],
  ["weeks", "days", 7],
  ["years", "months", 12],
] as const;
const kindsOfUnit: Readonly<Record<string, readonly string[]>> = {
  length: ["km", "m", "cm", "mm"],
  weight: ["kg", "g", "mg"],
  volume: ["l", "ml"],
  time: ["h", "min", "s"],
  storage: ["GB", "MB", "kB"],
  power: ["W", "kW"],
};

const amount = (random: Random) =>
  `${random.between(1, 500)}${random.chance(0.25) ? `.${random.int(10)}` : ""}`;
const price = (random: Random) =>
  `${random.between(1, 900)}${random.chance(0.5) ? `.${random.int(10)}${random.int(10)}` : ""}`;
const spaced = (random: Random, value: string, unit: string) => value + random.pick([" ", " ", ""]) + unit;

export const unitTasks = families("units", {
  "quantity-value": {
    loose: true,
    specs: [
      "[return|give] the number without its unit",
      "value of the quantity",
      "strip the unit",
      "only the figure",
    ],
    input: (r) => spaced(r, amount(r), r.pick(r.pick(units))),
    output: (s) => (/[\d.]+/.exec(s) as RegExpExecArray)[0],
  },
  "quantity-unit": {
    loose: true,
    specs: [
      "[return|give] the unit without the number",
      "which unit is used",
      "only the unit[ of the quantity|]",
    ],
    input: (r) => spaced(r, amount(r), r.pick(r.pick(units))),
    output: (s) => (/[a-z]+/i.exec(s) as RegExpExecArray)[0],
  },
  "short-unit": {
    specs: [
      "abbreviate the unit: kilograms -> kg, metres -> m, and so on",
      "write the unit in its short form[ (kg, m, h, ...)|]",
      "standard symbol for the unit, keep the number",
    ],
    pair: (r) => {
      const [short, long] = r.pick(units);
      const value = amount(r);
      return [`${value} ${long}`, `${value} ${short}`];
    },
  },
  "long-unit": {
    specs: [
      "write out the unit: kg -> kilograms, m -> metres, and so on",
      "spell the unit in full[, plural|]",
      "unit abbreviation to word, keep the number",
    ],
    pair: (r) => {
      const [short, long] = r.pick(units);
      const value = String(r.between(2, 500));
      return [spaced(r, value, short), `${value} ${long}`];
    },
  },
  "space-before-unit": {
    specs: ["put exactly one space between number and unit", "5kg -> 5 kg", "space before the unit"],
    input: (r) => amount(r) + r.pick(["", "", " ", "  "]) + r.pick(units)[0],
    output: (s) => s.replace(/^([\d.]+)\s*/, "$1 "),
  },
  "convert-unit": {
    specs: [
      "[convert|change] {from} to {to}",
      "{from} -> {to} (1 {from} = {factor} {to})",
      "how many {to} are that? 1 {from} = {factor} {to}",
      "write the quantity in {to}; multiply by {factor}",
    ],
    draw: (r) => {
      const [from, to, factor] = r.pick(scales);
      return {
        say: { from, to, factor: String(factor) },
        input: (q) => spaced(q, String(q.between(1, factor >= 100 ? 300 : 20)), from),
        output: (s) => `${Number.parseInt(s, 10) * factor} ${to}`,
      };
    },
  },
  "unit-kind": {
    specs: ["what is measured: {list}", "kind of the quantity: {list}", "classify the unit as {list}"],
    draw: (r) => {
      const chosen = r.sample(Object.keys(kindsOfUnit), r.between(2, 4));
      return {
        say: { list: chosen.join(", ") },
        pair: (q) => {
          const kind = q.pick(chosen);
          return [
            `${q.chance(0.4) ? `${thing(q)} ` : ""}${spaced(q, amount(q), q.pick(kindsOfUnit[kind] as string[]))}`,
            kind,
          ];
        },
      };
    },
  },
  "find-quantity": {
    loose: true,
    specs: [
      "[extract|find] the quantity with its unit",
      "number and unit in the text, as written",
      "which measure is mentioned",
    ],
    draw: (r) => {
      const none = missing(r);
      return {
        note: none.note,
        pair: (q) => {
          if (none.happens(q)) return [plainWords(q, 2, 4), none.value];
          const quantity = spaced(q, amount(q), q.pick(units)[0]);
          return [
            `${plainWords(q, 1, 2)} ${quantity}${q.chance(0.6) ? ` ${plainWords(q, 1, 2)}` : ""}`,
            quantity,
          ];
        },
      };
    },
  },
  "price-number": {
    loose: true,
    specs: [
      "the price as a plain number[, no currency|]",
      "strip the currency[ sign|]",
      "amount without currency",
      "only the digits and the point of the price",
    ],
    input: (r) => {
      const [sign, iso] = r.pick(currencies);
      const value = price(r);
      return r.pick([
        `${sign}${value}`,
        `${sign} ${value}`,
        `${value} ${iso}`,
        `${iso} ${value}`,
        `${value}${sign}`,
      ]);
    },
    output: (s) => (/[\d.]+/.exec(s) as RegExpExecArray)[0],
  },
  "currency-code": {
    specs: [
      "replace the currency sign by its code after the number: $5 -> 5 USD",
      "amounts as 'number CODE'[ ($ USD, € EUR, £ GBP, ¥ JPY)|]",
      "write the currency as a three letter code[ after the amount|]",
    ],
    pair: (r) => {
      const [sign, iso] = r.pick(currencies);
      const value = price(r);
      return [
        r.pick([`${sign}${value}`, `${sign} ${value}`, `${value}${sign}`, `${value} ${sign}`]),
        `${value} ${iso}`,
      ];
    },
  },
  "currency-sign": {
    specs: [
      "write the amount with the currency sign in front: 5 USD -> $5",
      "use $, €, £ or ¥ before the number",
      "three letter currency code to sign",
    ],
    pair: (r) => {
      const [sign, iso] = r.pick(currencies);
      const value = price(r);
      return [r.pick([`${value} ${iso}`, `${iso} ${value}`]), `${sign}${value}`];
    },
  },
  "which-currency": {
    specs: ["which currency is it: {list}", "currency of the price ({list})", "detect the currency: {list}"],
    draw: (r) => {
      const chosen = r.sample(currencies, r.between(2, 4));
      return {
        say: { list: chosen.map(([, iso]) => iso).join(", ") },
        pair: (q) => {
          const [sign, iso, word] = q.pick(chosen);
          const value = price(q);
          return [
            `${q.chance(0.3) ? `${product(q)} ` : ""}${q.pick([`${sign}${value}`, `${value} ${sign}`, `${value} ${iso}`, `${value} ${word}`])}`,
            iso,
          ];
        },
      };
    },
  },
  "find-price": {
    loose: true,
    specs: [
      "[extract|find] the price[ with its currency sign|]",
      "what does it cost? the price as written",
      "the amount with the currency sign in the text",
    ],
    draw: (r) => {
      const none = missing(r);
      return {
        note: none.note,
        pair: (q) => {
          if (none.happens(q)) return [`${product(q)} ${plainWords(q, 1, 3)}`, none.value];
          const text = `${q.pick(["$", "€", "£"])}${price(q)}`;
          return [
            q.pick([
              `the ${product(q)} costs ${text}`,
              `${product(q)} ${text} in ${city(q)}`,
              `${text} for the ${product(q)}`,
              `only ${text}!`,
              `was ${q.between(1, 99)}, now ${text}`,
              `${plain(q)} ${product(q)} (${text})`,
            ]),
            text,
          ];
        },
      };
    },
  },
  "line-total": {
    specs: [
      "quantity times price: '3 x 5' -> 15",
      "multiply the two numbers[ of the order line|]",
      "total of the line (n x price)",
    ],
    input: (r) => `${r.between(2, 9)} ${r.pick(["x", "x", "*", "times"])} ${r.between(2, 20)}`,
    output: (s) => {
      const [a, b] = (s.match(/\d+/g) as string[]).map(Number) as [number, number];
      return String(a * b);
    },
  },
  "cents-to-price": {
    specs: [
      "cents to {sign}: 1250 -> {sign}12.50",
      "write the cents as an amount with {sign} in front",
      "amount in cents -> {sign} with two decimals",
    ],
    draw: (r) => {
      const sign = r.pick(["$", "€", "£"]);
      return {
        say: { sign },
        input: (q) => `${q.between(1, 99999)}${q.pick(["", "", "c", " cents"])}`,
        output: (s) => `${sign}${(Number.parseInt(s, 10) / 100).toFixed(2)}`,
      };
    },
  },
  "price-to-cents": {
    specs: [
      "the price in cents: $12.50 -> 1250",
      "amount to cents[, number only|]",
      "multiply the price by 100",
    ],
    input: (r) => `${r.pick(["$", "€", ""])}${r.int(200)}.${r.int(10)}${r.int(10)}`,
    output: (s) => String(Number(s.replace(/[^\d]/g, ""))),
  },
  dimensions: {
    specs: [
      "sizes like 30x40: return the {side}",
      "[extract|give] the {side} of WIDTHxHEIGHT",
      "W x H: the {side}",
    ],
    draw: (r) => {
      const first = r.chance(0.5);
      return {
        say: { side: first ? "width" : "height" },
        pair: (q) => {
          const [w, h] = [String(q.between(1, 900)), String(q.between(1, 900))];
          return [
            `${w}${q.pick(["x", " x ", "X"])}${h}${q.pick(["", "", " cm", " px", "mm"])}`,
            first ? w : h,
          ];
        },
      };
    },
  },
  "temperature-text": {
    specs: [
      "{yes} if the temperature is below zero, otherwise {no}",
      "is it freezing (less than 0 degrees)? {yes} or {no}",
      "frost check: {yes} for negative temperatures, else {no}",
    ],
    draw: (r) => {
      const { say, of } = verdict(r, [["frost", "no frost"]]);
      return {
        say,
        input: (q) =>
          `${q.chance(0.4) ? `${city(q)} ` : ""}${q.chance(0.5) ? "-" : q.pick(["", "+"])}${q.between(1, 35)}${q.pick(["°C", " C", " degrees", "°"])}`,
        output: (s) => of(/(^| )-\d/.test(s)),
      };
    },
  },
});
