/** Functions from trades, science and software that no training family computes: for validation and the out-of-family test. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { company, firstName, host, lastName } from "../vocabulary/names.ts";
import { capital, digits, letters, plain, plainWords, sentence, thing } from "../vocabulary/words.ts";

const chessPieces = { K: "king", Q: "queen", R: "rook", B: "bishop", N: "knight" } as const;
const scale = ["C", "D", "E", "F", "G", "A", "B"];
const books = ["Genesis", "Exodus", "Psalms", "Luke", "John", "Acts", "Romans", "Mark"];
const square = (random: Random) => `${random.pick([..."abcdefgh"])}${random.between(1, 8)}`;

export const trades = families("trades", {
  "isbn-hyphens": {
    specs: [
      "ISBN without hyphens and without the word ISBN",
      "plain ISBN: digits (and X) only",
      "normalise 'ISBN 0-306-40615-2' to 0306406152",
      "book number, no prefix, no hyphens",
    ],
    input: (r) =>
      `${r.pick(["", "ISBN ", "ISBN: "])}${r.between(0, 9)}-${digits(r, 3, true)}-${digits(r, 5, true)}-${r.pick([..."0123456789X"])}`,
    output: (s) => s.replace("ISBN", "").replace(/[^\dX]/g, ""),
  },
  "chess-move": {
    specs: [
      "chess: which piece moves and where? Nf3 -> knight to f3",
      "say the move: K king, Q queen, R rook, B bishop, N knight, no letter pawn; e.g. e4 -> pawn to e4",
      "write the chess move in words, PIECE to SQUARE",
      "read the move aloud",
    ],
    pair: (r) => {
      const letter = r.pick(["K", "Q", "R", "B", "N", ""] as const);
      const to = square(r);
      return [
        `${r.chance(0.25) ? `${r.between(1, 40)}. ` : ""}${letter}${to}`,
        `${letter ? chessPieces[letter] : "pawn"} to ${to}`,
      ];
    },
  },
  "rna-strand": {
    specs: [
      "transcribe DNA to RNA: every T becomes U",
      "DNA letters to RNA letters (T -> U), the rest stays",
      "RNA version of the sequence",
      "write the strand with U instead of T",
    ],
    input: (r) => r.many(r.upTo(4, 12), () => r.pick([..."ACGT"])).join(""),
    output: (s) => s.replaceAll("T", "U"),
  },
  "short-hex": {
    specs: [
      "expand the short colour #abc to #aabbcc",
      "three digit hex colours become six digits by doubling each",
      "#f0a -> #ff00aa",
      "write out the shorthand colour",
    ],
    input: (r) => `#${r.many(3, () => r.pick([..."0123456789abcdef"])).join("")}`,
    output: (s) => `#${[...s.slice(1)].map((c) => c + c).join("")}`,
  },
  "toc-page": {
    specs: [
      "table of contents 'Intro ..... 12': write 'Intro, p. 12'",
      "chapter and page from a line with leader dots, as 'NAME, p. N'",
      "NAME .... N -> NAME, p. N",
      "replace the row of dots by ', p.'",
    ],
    pair: (r) => {
      const [name, page] = [capital(plainWords(r, 1, 3)), r.between(1, 400)];
      return [`${name} ${".".repeat(r.between(3, 9))} ${page}`, `${name}, p. ${page}`];
    },
  },
  "reply-quote": {
    specs: [
      "drop the quoted lines (they start with >) of the mail",
      "keep only lines that do not begin with >",
      "my own words: remove the > lines of the reply",
      "mail reply without the quotation",
    ],
    pair: (r) => {
      const own = sentence(r, 4);
      const quoted = r.many(r.between(1, 2), () => `> ${plainWords(r, 1, 3)}`);
      return [r.chance(0.5) ? [...quoted, own].join("\n") : [own, ...quoted].join("\n"), own];
    },
  },
  "sql-table": {
    specs: [
      "which table does the query read: SELECT … FROM table",
      "table name of the SQL statement",
      "the word after FROM",
      "name of the table in the query",
    ],
    pair: (r) => {
      const table = `${thing(r)}${r.pick(["", "s", "_log"])}`;
      return [
        `${r.pick(["SELECT *", `SELECT ${plain(r)}`, `SELECT ${plain(r)}, ${plain(r)}`])} FROM ${table}${r.pick(["", ";", ` WHERE ${plain(r)} = ${r.int(100)}`, ` LIMIT ${r.between(1, 50)}`])}`,
        table,
      ];
    },
  },
  "import-module": {
    specs: [
      "which module is imported? works for 'import x' and 'from x import y'",
      "module name of the Python import line",
      "from a import b -> a; import c -> c",
      "name of the imported package",
    ],
    pair: (r) => {
      const name = r.chance(0.6) ? plain(r) : `${plain(r)}.${plain(r)}`;
      return [
        r.pick([
          `import ${name}`,
          `from ${name} import ${plain(r)}`,
          `import ${name} as ${plain(r).slice(0, 2)}`,
          `from ${name} import ${plain(r)}, ${plain(r)}`,
        ]),
        name,
      ];
    },
  },
  "flag-value": {
    specs: [
      "command line: what is the value of --{flag}",
      "read the option --{flag} (written --{flag}=x or --{flag} x)",
      "value given to --{flag}",
      "argument of the flag {flag}",
    ],
    draw: (r) => {
      const flag = r.pick(["name", "out", "mode", "port", "level", "user", "file"]);
      return {
        say: { flag },
        pair: (q) => {
          const value = q.chance(0.7) ? plain(q) : digits(q, q.between(1, 4));
          const other = q.pick(["--force", "-v", "--dry-run", "--all"]);
          const wanted = `--${flag}${q.pick(["=", " "])}${value}`;
          return [`${plain(q)} ${q.pick([wanted, `${wanted} ${other}`, `${other} ${wanted}`])}`, value];
        },
      };
    },
  },
  "type-declaration": {
    specs: [
      "C declaration 'int count = 3;': write 'count: int'",
      "name and type of the variable as NAME: TYPE",
      "TYPE NAME = VALUE; -> NAME: TYPE",
      "turn the declaration around: name, colon, type",
    ],
    pair: (r) => {
      const [type, name] = [r.pick(["int", "float", "char", "bool", "long", "double", "string"]), plain(r)];
      return [
        `${type} ${name}${r.chance(0.7) ? ` = ${r.pick([digits(r, 2), "0", "true", `"${plain(r)}"`])}` : ""};`,
        `${name}: ${type}`,
      ];
    },
  },
  "package-name": {
    specs: [
      "'lodash@4.1.2' -> lodash (4.1.2)",
      "package and version as NAME (VERSION)",
      "npm spec name@version to 'name (version)'",
      "write the dependency with its version in parentheses",
    ],
    pair: (r) => {
      const [name, version] = [
        r.chance(0.7) ? plain(r) : `${plain(r)}-${plain(r)}`,
        `${r.int(20)}.${r.int(20)}.${r.int(20)}`,
      ];
      return [`${name}@${version}`, `${name} (${version})`];
    },
  },
  "coordinates-signs": {
    specs: [
      "coordinates '52.1 N, 4.3 W' to signed numbers: S and W are negative",
      "write N/E as plain numbers and S/W with a minus sign, comma and space between",
      "latitude and longitude with signs",
      "52.1 S, 4.3 E -> -52.1, 4.3",
    ],
    pair: (r) => {
      const [lat, ns] = [`${r.int(90)}.${r.int(10)}`, r.pick(["N", "S"])];
      const [lon, ew] = [`${r.int(180)}.${r.int(10)}`, r.pick(["E", "W"])];
      return [`${lat} ${ns}, ${lon} ${ew}`, `${ns === "S" ? "-" : ""}${lat}, ${ew === "W" ? "-" : ""}${lon}`];
    },
  },
  "playlist-time": {
    specs: [
      "tracks '3:45 Title' : write 'Title [3:45]'",
      "put the track length behind the title in square brackets",
      "M:SS NAME -> NAME [M:SS]",
      "title first, then the time in []",
    ],
    input: (r) => `${r.between(1, 12)}:${r.between(10, 59)} ${capital(plainWords(r, 1, 3))}`,
    output: (s) => s.replace(/^(\S+) (.*)$/, "$2 [$1]"),
  },
  "score-points": {
    specs: [
      "team record 'W-W-L-D': points, 3 for W, 1 for D, 0 for L",
      "how many points: win 3, draw 1, loss 0",
      "sum the points of the results (W=3, D=1, L=0)",
      "league points of the form string",
    ],
    pair: (r) => {
      const results = r.many(r.upTo(2, 5), () => r.pick([..."WWDL"]));
      return [
        results.join("-"),
        String(results.reduce((sum, x) => sum + (x === "W" ? 3 : x === "D" ? 1 : 0), 0)),
      ];
    },
  },
  "shelf-mark": {
    specs: [
      "library marks 'QA 76.9 .S3': return the class letters and the number as QA76",
      "class of the shelf mark: letters and whole number, joined",
      "QA 76.9 .S3 -> QA76",
      "letters plus the number before the dot",
    ],
    pair: (r) => {
      const [area, number] = [letters(r, r.between(1, 2)), r.between(1, 999)];
      return [
        `${area} ${number}${r.chance(0.7) ? `.${r.int(10)}` : ""} .${letters(r, 1)}${r.between(1, 99)}`,
        `${area}${number}`,
      ];
    },
  },
  "invoice-amount-due": {
    specs: [
      "invoice lines 'Total 120, paid 50': what is still due",
      "open amount: total minus paid",
      "how much is left to pay",
      "balance of the invoice",
    ],
    pair: (r) => {
      const paid = r.between(1, 90);
      const due = r.between(1, 90);
      return [
        r.pick([
          `Total ${paid + due}, paid ${paid}`,
          `${company(r)}: total ${paid + due}, paid ${paid}`,
          `total ${paid + due} EUR, paid ${paid} EUR`,
        ]),
        String(due),
      ];
    },
  },
  "word-ladder": {
    specs: [
      "how many letters differ between the two words of equal length",
      "number of positions where the words differ",
      "Hamming distance of the two words",
      "count the changed letters",
    ],
    pair: (r) => {
      const word = letters(r, r.between(3, 5)).toLowerCase();
      let changed = "";
      let count = 0;
      for (const c of word) {
        const other = r.chance(0.35) ? r.pick([..."abcdefghkmnprst"]) : c;
        changed += other;
        if (other !== c) count += 1;
      }
      return [`${word} ${changed}`, String(count)];
    },
  },
  "quiz-line": {
    specs: [
      "flash cards 'question? answer': write Q: and A: on two lines",
      "turn 'text? reply' into 'Q: text?' and 'A: reply'",
      "split at the question mark into Q: and A: lines",
      "card to two lines, Q and A",
    ],
    pair: (r) => {
      const [question, answer] = [sentence(r, 4, "?"), plainWords(r, 1, 2)];
      return [`${question} ${answer}`, `Q: ${question}\nA: ${answer}`];
    },
  },
  "verse-reference": {
    specs: [
      "'Luke 3:16' -> Luke, chapter 3, verse 16",
      "write out chapter and verse",
      "BOOK c:v becomes BOOK, chapter c, verse v",
      "spell the reference with the words chapter and verse",
    ],
    pair: (r) => {
      const [book, chapter, verse] = [r.pick([...books, lastName(r)]), r.between(1, 150), r.between(1, 80)];
      return [`${book} ${chapter}:${verse}`, `${book}, chapter ${chapter}, verse ${verse}`];
    },
  },
  "scale-note": {
    specs: [
      "the next note of the scale C D E F G A B (after B comes C) for each note",
      "raise every note by one step: C->D, D->E, …, B->C",
      "move the melody up one step",
      "replace each note by the following one (C D E F G A B, then C)",
    ],
    input: (r) => r.many(r.upTo(2, 6), () => r.pick(scale)).join(" "),
    output: (s) =>
      s
        .split(" ")
        .map((note) => scale[(scale.indexOf(note) + 1) % 7])
        .join(" "),
  },
  "chat-thread": {
    specs: [
      "who wrote last in the chat? lines are 'name: text'",
      "name of the last speaker",
      "the sender of the final line",
      "last person to speak",
    ],
    pair: (r) => {
      const speakers = r.many(r.upTo(2, 3), () => firstName(r));
      return [
        speakers.map((name) => `${name}: ${plainWords(r, 1, 2)}`).join("\n"),
        speakers.at(-1) as string,
      ];
    },
  },
  "redact-names": {
    specs: [
      "replace every word that starts with a capital by [NAME]",
      "hide names: capitalised words become [NAME]",
      "anonymise: each capitalised word -> [NAME]",
      "write [NAME] for all words with a capital first letter",
    ],
    input: (r) =>
      plainWords(r, 2, 4)
        .split(" ")
        .map((word) =>
          r.chance(0.4) ? r.pick([firstName(r).replace(/[^A-Za-z]/g, "n"), "Rome", "Berlin"]) : word,
        )
        .map((word) => (/^[A-Z]/.test(word) ? capital(word.toLowerCase()) : word))
        .join(" "),
    output: (s) => s.replace(/\b[A-Z][a-z]*/g, "[NAME]"),
  },
  "ticket-branch": {
    specs: [
      "git branch from 'ABC-12 Fix login': feature/abc-12-fix-login",
      "branch name: feature/ and the ticket line in lower case with hyphens",
      "ticket title to branch feature/…",
      "make feature/key-words of the ticket",
    ],
    input: (r) => `${letters(r, r.between(2, 3))}-${r.between(1, 999)} ${capital(plainWords(r, 1, 3))}`,
    output: (s) => `feature/${s.toLowerCase().replaceAll(" ", "-")}`,
  },
  "citation-key": {
    specs: [
      "citation 'Smith, J. (2019) Title' -> smith2019",
      "BibTeX key: surname in lower case and year",
      "key of the reference: surname+year",
      "author (lower case) and year without space",
    ],
    pair: (r) => {
      const [name, year] = [lastName(r).replace(/[^A-Za-z]/g, ""), r.between(1950, 2030)];
      return [
        `${name}, ${letters(r, 1)}. (${year}) ${capital(plainWords(r, 1, 3))}`,
        `${name.toLowerCase()}${year}`,
      ];
    },
  },
  "ratio-sides": {
    specs: [
      "mixing ratio 'a:b': how many parts in all",
      "add both sides of the ratio",
      "3:4 -> 7",
      "total parts of the ratio",
    ],
    pair: (r) => {
      const [a, b] = [r.between(1, 40), r.between(1, 40)];
      return [`${a}:${b}${r.chance(0.4) ? ` ${thing(r)}` : ""}`, String(a + b)];
    },
  },
  "cron-hour": {
    specs: [
      "cron line 'm h * * *': write the time as h:mm",
      "at what time does the cron job run? h:mm",
      "30 4 * * * -> 4:30",
      "minute hour * * * as a clock time",
    ],
    pair: (r) => {
      const [m, h] = [r.int(60), r.int(24)];
      return [`${m} ${h} * * *${r.chance(0.5) ? ` ${plain(r)}` : ""}`, `${h}:${String(m).padStart(2, "0")}`];
    },
  },
  "wiki-title": {
    specs: [
      "wiki links {both} : return the page",
      "{both} -> A; {single} -> A",
      "target page of the wiki link[, as in {both}|]",
      "page name before the bar in {both}, or all of {single}",
    ],
    say: { both: "[[A|b]]", single: "[[A]]" },
    pair: (r) => {
      const page = capital(plainWords(r, 1, 2));
      return [
        `${r.chance(0.5) ? `${plainWords(r, 1, 2)} ` : ""}[[${page}${r.chance(0.6) ? `|${plain(r)}` : ""}]]`,
        page,
      ];
    },
  },
  "host-port": {
    specs: [
      "'host:port' -> port on host",
      "write 'port P of HOST'",
      "host:port becomes 'port PORT of HOST'",
      "say which port of which host",
    ],
    pair: (r) => {
      const [name, port] = [
        r.chance(0.6) ? host(r) : r.many(4, () => r.int(256)).join("."),
        r.between(20, 9999),
      ];
      return [`${name}:${port}`, `port ${port} of ${name}`];
    },
  },
  "chord-root": {
    specs: [
      "the root notes of the chords: 'Am7 G C#m' -> A G C#",
      "only the root of each chord (letter and # or b)",
      "strip minor, seventh and so on from the chords",
      "root notes, spaces between",
    ],
    pair: (r) => {
      const chords = r.many(
        r.upTo(1, 4),
        () =>
          [r.pick(scale) + r.pick(["", "", "#", "b"]), r.pick(["", "m", "7", "m7", "maj7", "sus4"])] as const,
      );
      return [chords.map(([root, rest]) => root + rest).join(" "), chords.map(([root]) => root).join(" ")];
    },
  },
});
