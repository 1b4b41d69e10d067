/** Choosing a label: by meaning, by rules the spec states, by the form of the text. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { city, firstName, product } from "../vocabulary/names.ts";
import {
  chat,
  commands,
  complaints,
  fill,
  intents,
  labelled,
  neutral,
  praise,
  topics,
} from "../vocabulary/prose.ts";
import { verdict } from "../vocabulary/wording.ts";
import { code, plain, plainWords, sentence, thing } from "../vocabulary/words.ts";

/** Labels for a task, at times renamed: the spec says which name stands for which meaning. */
function relabel(random: Random, chosen: readonly string[]) {
  const style = random.int(4);
  const names = new Map(
    chosen.map((label, i) => [
      label,
      style === 0 ? label.toUpperCase() : style === 1 ? "ABCDEFG"[i]! : label,
    ]),
  );
  const list = chosen
    .map((label) => (style === 1 ? `${names.get(label)} = ${label}` : (names.get(label) as string)))
    .join(", ");
  return { list, of: (label: string) => names.get(label) as string };
}

function byMeaning(bank: Readonly<Record<string, readonly string[]>>, specs: readonly string[]) {
  return {
    specs,
    draw: (random: Random) => {
      const chosen = random.sample(Object.keys(bank), random.between(2, 5));
      const { list, of } = relabel(random, chosen);
      return {
        say: { list },
        pair: (source: Random): readonly [string, string] => {
          const [text, label] = labelled(source, bank, chosen);
          return [text, of(label)];
        },
      };
    },
  };
}

const kinds: Readonly<Record<string, readonly string[]>> = {
  animal:
    "cat dog horse cow pig sheep goat lion tiger bear wolf fox rabbit mouse duck eagle owl snake monkey zebra parrot frog".split(
      " ",
    ),
  fruit: "apple pear peach plum cherry lemon orange grape banana mango melon fig kiwi".split(" "),
  color: "red blue green yellow black white brown pink purple gray".split(" "),
  tool: "hammer drill saw pliers wrench screwdriver axe shovel rake".split(" "),
  clothing: "hat coat shirt shoe sock scarf glove dress jacket sweater belt".split(" "),
  furniture: "chair table desk bed sofa shelf stool bench cabinet".split(" "),
  drink: "tea coffee milk juice water wine beer cocoa lemonade".split(" "),
  vehicle: "car bus train truck bike plane boat tram van ship".split(" "),
  instrument: "guitar piano violin drum trumpet flute cello harp".split(" "),
  body: "arm leg hand head foot knee ear nose neck eye".split(" "),
};
const languages: Readonly<Record<string, readonly string[]>> = {
  English: [
    "good morning",
    "thank you",
    "where is the station",
    "how are you",
    "the house is big",
    "see you tomorrow",
  ],
  German: [
    "guten Morgen",
    "vielen Dank",
    "wo ist der Bahnhof",
    "wie geht es dir",
    "das Haus ist groß",
    "bis morgen",
  ],
  French: [
    "bonjour",
    "merci beaucoup",
    "où est la gare",
    "comment ça va",
    "la maison est grande",
    "à demain",
  ],
  Spanish: [
    "buenos días",
    "muchas gracias",
    "dónde está la estación",
    "cómo estás",
    "la casa es grande",
    "hasta mañana",
  ],
  Italian: ["buongiorno", "grazie mille", "dov'è la stazione", "come stai", "la casa è grande", "a domani"],
};

export const classify = families("classify", {
  intent: byMeaning(intents, [
    "what does the customer want: {list}",
    "classify the message: {list}",
    "route the ticket to one of: {list}",
    "label the intent ({list})",
    "choose the best label for the message; labels: {list}",
    "which of these topics is the mail about: {list}",
  ]),
  command: byMeaning(commands, [
    "which command is it: {list}",
    "assistant intent, one of {list}",
    "classify the request ({list})",
    "detect the skill needed: {list}",
    "map the utterance to {list}",
  ]),
  topic: byMeaning(topics, [
    "what is the topic: {list}",
    "classify the sentence as {list}",
    "which section of the paper does it belong to: {list}",
    "topic label ({list})",
    "choose one: {list}",
  ]),
  sentiment: {
    specs: [
      "is the review {list}",
      "sentiment: {list}",
      "classify the tone of the comment ({list})",
      "how does the customer feel: {list}",
    ],
    draw: (r) => {
      const three = r.chance(0.5);
      const [good, bad, flat] = r.pick([
        ["positive", "negative", "neutral"],
        ["pos", "neg", "neu"],
        ["happy", "unhappy", "neutral"],
        ["+", "-", "0"],
        ["good", "bad", "mixed"],
      ] as const);
      return {
        say: { list: three ? `${good}, ${bad} or ${flat}` : `${good} or ${bad}` },
        note: good === "+" ? "+ is positive, - is negative" : undefined,
        pair: (q) => {
          const kind = q.int(three ? 3 : 2);
          return [
            chat(q.pick([praise, complaints, neutral][kind] as string[]), q),
            [good, bad, flat][kind] as string,
          ];
        },
      };
    },
  },
  "kind-of-thing": {
    specs: [
      "what is it: {list}",
      "classify the word as {list}",
      "which category does the word belong to: {list}",
      "{list}?",
    ],
    draw: (r) => {
      const chosen = r.sample(Object.keys(kinds), r.between(2, 4));
      const { list, of } = relabel(r, chosen);
      return {
        say: { list },
        pair: (q) => {
          const kind = q.pick(chosen);
          const word = q.pick(kinds[kind] as string[]);
          return [
            q.pick([
              word,
              `a ${q.pick(["small", "big", "nice", "new"])} ${word}`,
              `my ${word}`,
              `${firstName(q)}'s ${word}`,
              `the ${plain(q)} ${word}`,
            ]),
            of(kind),
          ];
        },
      };
    },
  },
  "kind-in-list": {
    specs: [
      "which word of the list belongs to {kind}",
      "find the {kind} word",
      "[return|pick] the item of the kind {kind}",
    ],
    draw: (r) => {
      const kind = r.pick(Object.keys(kinds));
      const others = Object.keys(kinds).filter(
        (name) =>
          name !== kind && !(kind === "color" && name === "fruit") && !(kind === "fruit" && name === "color"),
      );
      return {
        say: { kind },
        pair: (q) => {
          const wanted = q.pick(kinds[kind] as string[]);
          const list = q.sample(others, q.upTo(1, 3)).map((name) => q.pick(kinds[name] as string[]));
          list.splice(q.int(list.length + 1), 0, wanted);
          return [list.join(", "), wanted];
        },
      };
    },
  },
  "keyword-rules": {
    specs: [
      "if the text contains {a} answer {x}, if it contains {b} answer {y}, otherwise {z}",
      "rules: {a} -> {x}; {b} -> {y}; anything else -> {z}",
      "label {x} when {a} is mentioned, {y} for {b}, else {z}",
      "{x} for texts with the word {a}, {y} for {b}, {z} for the rest",
    ],
    draw: (r) => {
      const [a, b] = r.distinct(2, () => thing(r)) as [string, string];
      const [x, y, z] = r.chance(0.5)
        ? (r.distinct(3, () => plain(r)) as [string, string, string])
        : (r.pick([
            ["sales", "support", "other"],
            ["A", "B", "C"],
            ["1", "2", "0"],
            ["red", "blue", "gray"],
            ["urgent", "normal", "low"],
          ] as const) as readonly [string, string, string]);
      return {
        say: { a, b, x, y, z },
        pair: (q) => {
          const kind = q.int(3);
          const words = plainWords(q, 1, 4)
            .split(" ")
            .filter((word) => word !== a && word !== b);
          if (kind < 2) words.splice(q.int(words.length + 1), 0, kind === 0 ? a : b);
          if (words.length === 0) words.push("other");
          return [words.join(" "), [x, y, z][kind] as string];
        },
      };
    },
  },
  "prefix-rules": {
    specs: [
      "codes that start with {a} are {x}, with {b} {y}, all others {z}",
      "by the first letters: {a} = {x}, {b} = {y}, else {z}",
      "classify the code: {a}… {x}; {b}… {y}; otherwise {z}",
    ],
    draw: (r) => {
      const [a, b] = r.distinct(2, () =>
        r.pick(["A", "B", "C", "X", "Z", "AB", "IN", "EX", "PR", "TK", "9", "1"]),
      ) as [string, string];
      const [x, y, z] = r.pick([
        ["book", "film", "other"],
        ["inbound", "outbound", "unknown"],
        ["domestic", "foreign", "invalid"],
        ["red", "green", "gray"],
        ["customer", "supplier", "other"],
      ] as const);
      return {
        say: { a, b, x, y, z },
        input: (q) =>
          q.pick([a, b, q.pick(["D", "Q", "KM", "ZZ", "5", "7"])]) +
          q.pick(["-", "", ""]) +
          String(q.between(10, 9999)),
        output: (s) => {
          const [long, short] = a.length >= b.length ? [a, b] : [b, a];
          const hit = s.startsWith(long) ? long : s.startsWith(short) ? short : "";
          return hit === a ? x : hit === b ? y : z;
        },
      };
    },
  },
  "code-table": {
    specs: [
      "translate the code: {table}",
      "look up the code in {table}",
      "codes: {table}. Which one is given",
      "map: {table}",
    ],
    draw: (r) => {
      const short = r.chance(0.5) ? [..."ABCDEFGH"] : [..."123456789"];
      const keys = r.sample(short, r.between(2, 4));
      const values = r.distinct(keys.length, () =>
        r.chance(0.5)
          ? plain(r)
          : r.pick(["new", "open", "closed", "paid", "sent", "lost", "small", "large"]),
      );
      const none = r.pick(["unknown", "?", "other", "invalid"]);
      return {
        say: { table: keys.map((key, i) => `${key} = ${values[i]}`).join(", ") },
        note: `answer ${none} for any other code`,
        pair: (q) => {
          const i = q.chance(0.88) ? q.int(keys.length) : -1;
          const key = i < 0 ? q.pick([..."UVWXYZ"]) : (keys[i] as string);
          return [
            q.pick([
              key,
              `code ${key}`,
              `status: ${key}`,
              `${plain(q)} ${key}`,
              `${key} (${plain(q)})`,
              `${q.between(1, 99)}-${key}`,
            ]),
            i < 0 ? none : (values[i] as string),
          ];
        },
      };
    },
  },
  "sentence-kind": {
    specs: [
      "is it a question, an exclamation or a statement",
      "by the final mark: ? question, ! exclamation, . statement",
      "sentence type: question, exclamation or statement",
    ],
    input: (r) => sentence(r, 6, r.pick(["?", "!", "."])),
    output: (s) => (s.endsWith("?") ? "question" : s.endsWith("!") ? "exclamation" : "statement"),
  },
  "is-question": {
    specs: [
      "is it a question? {yes} or {no}",
      "{yes} for questions, {no} for anything else",
      "does the text ask something: {yes}/{no}",
    ],
    draw: (r) => {
      const { say, of } = verdict(r, [["question", "statement"]]);
      return {
        say,
        input: (q) =>
          q.chance(0.6)
            ? sentence(q, 5, q.pick(["?", "?", ".", "!"]))
            : fill(q.pick([...neutral, ...(intents.price as string[]), ...(intents.hours as string[])]), q),
        output: (s) => of(s.endsWith("?")),
      };
    },
  },
  urgent: {
    specs: [
      "{yes} if the message is urgent (says urgent, asap, now or immediately), otherwise {no}",
      "urgency: {yes} when it contains asap, urgent, now or immediately, else {no}",
      "does it have to be done at once? {yes} or {no}[ (look for urgent, asap, now, immediately)|]",
    ],
    draw: (r) => {
      const { say, of } = verdict(r, [
        ["urgent", "normal"],
        ["high", "low"],
      ]);
      return {
        say,
        pair: (q) => {
          const text = `${fill(q.pick([...(intents.broken as string[]), ...(intents.cancel as string[]), ...neutral]), q).replace(/\bnow\b/g, "")}`;
          if (q.chance(0.5)) return [text, of(false)];
          const word = q.pick(["urgent", "asap", "now", "immediately"]);
          return [q.pick([`${word}: ${text}`, `${text} ${word}`, `${word.toUpperCase()} ${text}`]), of(true)];
        },
      };
    },
  },
  language: {
    specs: [
      "which language is it: {list}",
      "detect the language ({list})",
      "language of the text, one of {list}",
    ],
    draw: (r) => {
      const chosen = r.sample(Object.keys(languages), r.between(2, 4));
      return {
        say: { list: chosen.join(", ") },
        pair: (q) => {
          const language = q.pick(chosen);
          const text = q.pick(languages[language] as string[]);
          const named = q.chance(0.6)
            ? `${text}${q.pick([", ", " - ", "! "])}${q.chance(0.6) ? firstName(q) : city(q)}`
            : text;
          return [named + q.pick(["", "!", ".", "?"]), language];
        },
      };
    },
  },
  "yes-no": {
    specs: [
      "normalise the answer to {yes} or {no}",
      "did the person agree? {yes} or {no}",
      "map the reply to {yes}/{no}",
    ],
    draw: (r) => {
      const { say, of } = verdict(r);
      return {
        say,
        pair: (q) => {
          const agrees = q.chance(0.5);
          const core = q.pick(
            agrees
              ? [
                  "yes",
                  "yeah",
                  "yep",
                  "sure",
                  "of course",
                  "ok",
                  "okay",
                  "y",
                  "yes please",
                  "absolutely",
                  "fine",
                  "correct",
                  "right",
                ]
              : [
                  "no",
                  "nope",
                  "nah",
                  "never",
                  "not at all",
                  "n",
                  "no thanks",
                  "no way",
                  "wrong",
                  "certainly not",
                  "not today",
                ],
          );
          const text = q.pick([
            core,
            core.toUpperCase(),
            `${core}!`,
            `${core}.`,
            `${core}, ${firstName(q)}`,
            `well, ${core}`,
            `${core}, ${plain(q)} ${thing(q)}`,
          ]);
          return [text, of(agrees)];
        },
      };
    },
  },
  "on-off": {
    specs: [
      "is the device switched {on} or {off}",
      "switch command: answer {on} or {off}",
      "on/off state wanted, as {on} or {off}",
    ],
    draw: (r) => {
      const [on, off] = r.pick([
        ["on", "off"],
        ["ON", "OFF"],
        ["1", "0"],
        ["true", "false"],
      ] as const);
      return {
        say: { on, off },
        pair: (q) => {
          const active = q.chance(0.5);
          const what = q.chance(0.6) ? product(q) : thing(q);
          return [
            q.pick(
              active
                ? [
                    `turn on the ${what}`,
                    `switch the ${what} on`,
                    `${what} on`,
                    `start the ${what}`,
                    `please turn the ${what} on`,
                  ]
                : [
                    `turn off the ${what}`,
                    `switch the ${what} off`,
                    `${what} off`,
                    `stop the ${what}`,
                    `please turn the ${what} off`,
                  ],
            ),
            active ? on : off,
          ];
        },
      };
    },
  },
  "size-words": {
    specs: [
      "small, medium, large (any case, or s/m/l) become S, M, L",
      "normalise the size to S, M or L",
      "clothing size: one letter S, M or L",
    ],
    pair: (r) => {
      const [size, words] = r.pick([
        ["S", ["small", "Small", "SMALL", "s", "sm"]],
        ["M", ["medium", "Medium", "MEDIUM", "m", "med"]],
        ["L", ["large", "Large", "LARGE", "l", "lg"]],
      ] as const);
      return [
        `${r.chance(0.5) ? `${product(r)}, ` : ""}${r.chance(0.3) ? "size " : ""}${r.pick(words)}${r.chance(0.3) ? ` ${r.pick(["red", "blue", "black"])}` : ""}`,
        size,
      ];
    },
  },
  spam: {
    specs: [
      "{yes} if the message is spam (mentions free, winner, prize or a link), otherwise {no}",
      "spam check: free, winner, prize or http means {yes}, else {no}",
      "{no} for ordinary mail, {yes} when it has free, winner, prize or http in it",
    ],
    draw: (r) => {
      const { say, of } = verdict(r, [
        ["spam", "ham"],
        ["spam", "ok"],
      ]);
      return {
        say,
        pair: (q) => {
          const text = fill(
            q.pick([...neutral, ...(intents.thanks as string[]), ...(intents.shipping as string[])]),
            q,
          );
          if (q.chance(0.5)) return [text, of(false)];
          return [
            q.pick([
              `free ${product(q)} for you`,
              `you are the winner, ${firstName(q)}`,
              `claim your prize in ${city(q)}`,
              `see http://${plain(q)}.com`,
              `FREE ${thing(q)}! ${text}`,
              `${text} http://${plain(q)}.net`,
            ]),
            of(true),
          ];
        },
      };
    },
  },
  "text-form": {
    specs: [
      "is the input a word, a number or a code (letters and digits)? answer word, number or code",
      "form of the text: word, number or code",
      "word (letters), number (digits) or code (both)",
    ],
    input: (r) => r.pick([plain(r), String(r.int(10 ** r.between(1, 5))), code(r).replace("-", "")]),
    output: (s) => (/^\d+$/.test(s) ? "number" : /\d/.test(s) ? "code" : "word"),
  },
  "length-class": {
    specs: [
      "{a} if the text has at most {n} words, otherwise {b}",
      "up to {n} words: {a}; more: {b}",
      "label by word count: <= {n} {a}, > {n} {b}",
    ],
    draw: (r) => {
      const [a, b] = r.pick([
        ["short", "long"],
        ["ok", "too long"],
        ["brief", "wordy"],
        ["S", "L"],
      ] as const);
      const n = r.between(2, 4);
      return {
        say: { a, b, n: String(n) },
        input: (q) => plainWords(q, 1, n * 2),
        output: (s) => (s.split(" ").length <= n ? a : b),
      };
    },
  },
});
