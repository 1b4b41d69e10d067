/** Tasks from text to text, for weights and for code. */
import type { Example } from "@weightsmith/contract";
import type { Random } from "./random.ts";
import { distinct, type TaskDefinition } from "./task.ts";

const first = [
  "Ana",
  "Ben",
  "Chloe",
  "David",
  "Emre",
  "Farah",
  "Grace",
  "Hugo",
  "Ivy",
  "Jonas",
  "Kira",
  "Leo",
  "Maya",
  "Nora",
  "Omar",
  "Pia",
  "Quinn",
  "Rosa",
  "Sven",
  "Tara",
];
const last = [
  "Abbott",
  "Becker",
  "Castro",
  "Dubois",
  "Evans",
  "Fischer",
  "Garcia",
  "Hansen",
  "Ito",
  "Jensen",
  "Kowalski",
  "Lopez",
  "Meyer",
  "Novak",
  "Okafor",
  "Petrov",
  "Rossi",
  "Sato",
  "Tanaka",
  "Vogel",
];
const nouns = [
  "report",
  "invoice",
  "garden",
  "window",
  "river",
  "engine",
  "market",
  "letter",
  "bridge",
  "camera",
  "planet",
  "ticket",
  "museum",
  "pepper",
  "blanket",
  "hammer",
  "island",
  "kitchen",
  "lantern",
  "mirror",
];
const adjectives = [
  "blue",
  "quiet",
  "early",
  "broken",
  "heavy",
  "bright",
  "small",
  "ancient",
  "cheap",
  "fresh",
  "gentle",
  "hollow",
  "late",
  "narrow",
  "open",
  "plain",
  "rough",
  "sharp",
  "tall",
  "warm",
];
const extensions = ["pdf", "jpg", "txt", "csv", "png", "zip", "json", "html", "docx", "mp3", "yaml", "svg"];
const hosts = [
  "example.org",
  "mail.example.com",
  "post.example.net",
  "shop.example",
  "uni-nord.example",
  "team.example.io",
];
const months = [
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
const services = ["auth", "billing", "search", "upload", "mailer", "gateway"];
const levels = ["ERROR", "WARN", "INFO", "DEBUG"];

const cased = (random: Random, text: string): string =>
  random.pick([text, text.toUpperCase(), text[0]!.toUpperCase() + text.slice(1)]);
const two = (value: number): string => String(value).padStart(2, "0");

const draws: Record<string, (random: Random) => Example> = {
  "file-extension": (random) => {
    const extension = random.pick(extensions);
    const folder = random.chance(0.5) ? `${random.pick(nouns)}s/` : "";
    const dotted = random.chance(0.3) ? `${random.pick(adjectives)}.` : "";
    return {
      input: `${folder}${dotted}${random.pick(nouns)}_${random.int(1, 99)}.${cased(random, extension)}`,
      output: extension,
    };
  },
  initials: (random) => {
    const names = [
      random.pick(first),
      ...(random.chance(0.4) ? [random.pick(first)] : []),
      random.pick(last),
    ];
    const written = names.map((name) => (random.chance(0.3) ? name.toLowerCase() : name)).join(" ");
    return { input: written, output: names.map((name) => `${name[0]}.`).join("") };
  },
  "iso-date": (random) => {
    const [day, month, year] = [random.int(1, 28), random.int(1, 12), random.int(1950, 2039)];
    const name = months[month - 1]!;
    const written = random.pick([
      `${day} ${name} ${year}`,
      `${name} ${day}, ${year}`,
      `${name.slice(0, 3)} ${day}, ${year}`,
      `${two(day)}.${two(month)}.${year}`,
    ]);
    return { input: written, output: `${year}-${two(month)}-${two(day)}` };
  },
  "mail-domain": (random) => {
    const host = random.pick(hosts);
    const address = `${random.pick(first).toLowerCase()}.${random.pick(last).toLowerCase()}${random.int(1, 99)}@${host}`;
    const text = random.pick([
      `Write to ${address} by noon.`,
      `${random.pick(first)} <${address}>`,
      `From: ${address}`,
      `my address is ${address}, thanks`,
    ]);
    return { input: text, output: host };
  },
  "url-slug": (random) => {
    const words = [
      random.pick(adjectives),
      random.pick(nouns),
      ...(random.chance(0.5) ? [String(random.int(2, 99))] : []),
    ];
    const title = words
      .map((word) => word[0]!.toUpperCase() + word.slice(1))
      .join(random.pick([" ", " ", "  "]));
    return { input: `The ${title}${random.pick(["", "!", "?", "…"])}`, output: ["the", ...words].join("-") };
  },
  "log-level": (random) => {
    const level = random.pick(levels);
    const service = random.pick(services);
    const time = `${two(random.int(0, 23))}:${two(random.int(0, 59))}:${two(random.int(0, 59))}`;
    const message = `${random.pick(adjectives)} ${random.pick(nouns)} ${random.int(1, 999)}`;
    const line = random.pick([
      `${time} ${level} [${service}] ${message}`,
      `[${service}] ${time} ${level.toLowerCase()}: ${message}`,
      `level=${level.toLowerCase()} service=${service} msg="${message}"`,
    ]);
    return { input: line, output: `${service}:${level.toLowerCase()}` };
  },
  "sort-words": (random) => {
    const words = Array.from({ length: random.int(3, 5) }, () =>
      random.pick(random.chance(0.5) ? nouns : adjectives),
    );
    return { input: words.join(", "), output: [...new Set(words)].sort().join(", ") };
  },
  "pairs-to-json": (random) => {
    const keys = ["name", "city", "age", "team", "room"].filter(() => random.chance(0.6));
    const pairs = (keys.length === 0 ? ["name"] : keys).map((key): [string, string] => [
      key,
      key === "age" || key === "room"
        ? String(random.int(10, 99))
        : random.pick(key === "team" ? adjectives : last),
    ]);
    const [equals, between] = random.pick([
      ["=", "; "],
      [": ", ", "],
      [" = ", " | "],
    ]) as [string, string];
    return {
      input: pairs.map(([key, value]) => `${key}${equals}${value}`).join(between),
      output: JSON.stringify(Object.fromEntries(pairs)),
    };
  },
};

const described: readonly [id: string, title: string, description: string][] = [
  [
    "file-extension",
    "File extension",
    "The extension of a file's path, in lower case. Folders and further dots do not matter.",
  ],
  [
    "initials",
    "Initials",
    "The initials of a person's name in capitals, each with a full stop, nothing between them.",
  ],
  ["iso-date", "Dates to ISO 8601", "A date written in one of four ways becomes YYYY-MM-DD."],
  [
    "mail-domain",
    "Domain of a mail address",
    "The text holds one mail address: answer with what stands after its @.",
  ],
  ["url-slug", "Title to slug", "Lower case, words joined by dashes, no punctuation."],
  [
    "log-level",
    "Service and level of a log line",
    "A log line in one of three formats: answer service:level in lower case.",
  ],
  [
    "sort-words",
    "Sorted without repetitions",
    "Words separated by commas: sorted by the alphabet, each once.",
  ],
  [
    "pairs-to-json",
    "Pairs to JSON",
    "Keys and values in one of three notations become a JSON object whose values are strings, in the order given, without spaces.",
  ],
];

export const textTasks: readonly TaskDefinition[] = described.map(([id, title, description]) => ({
  id,
  title,
  description,
  kinds: ["weights", "code"],
  suite: "text",
  make: distinct(draws[id]!),
  publicCount: 48,
  hiddenCount: 128,
}));
