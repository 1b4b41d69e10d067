/** Log lines, commits, errors and other output of machines. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { missing, verdict } from "../vocabulary/wording.ts";
import { capital, digits, plain, plainWords, thing } from "../vocabulary/words.ts";

const two = (n: number) => String(n).padStart(2, "0");
const levels = ["DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const services = ["auth", "api", "db", "mail", "web", "cache", "queue", "pay"];

interface Line {
  readonly date: string;
  readonly time: string;
  readonly level: string;
  readonly service: string;
  readonly message: string;
}
const line = (random: Random): Line => ({
  date: `${random.between(2015, 2035)}-${two(random.between(1, 12))}-${two(random.between(1, 28))}`,
  time: `${two(random.int(24))}:${two(random.int(60))}:${two(random.int(60))}`,
  level: random.pick(levels),
  service: random.chance(0.6) ? random.pick(services) : plain(random),
  message: plainWords(random, 2, 3),
});

/** Layouts of a log line, as the specs show them. */
const layouts: readonly (readonly [string, (l: Line) => string])[] = [
  ["TIME LEVEL message", (l) => `${l.time} ${l.level} ${l.message}`],
  ["[LEVEL] message", (l) => `[${l.level}] ${l.message}`],
  ["LEVEL service: message", (l) => `${l.level} ${l.service}: ${l.message}`],
  ["DATE TIME [LEVEL] message", (l) => `${l.date} ${l.time} [${l.level}] ${l.message}`],
  ["TIME [service] LEVEL message", (l) => `${l.time} [${l.service}] ${l.level} ${l.message}`],
  ["service | LEVEL | message", (l) => `${l.service} | ${l.level} | ${l.message}`],
];
const parts = { level: "LEVEL", time: "TIME", service: "service", message: "message", date: "DATE" } as const;

const methods = ["GET", "POST", "PUT", "DELETE", "PATCH"];
const request = (random: Random) => {
  const [method, path, status] = [
    random.pick(methods),
    `/${plain(random)}${random.chance(0.5) ? `/${random.chance(0.5) ? random.int(1000) : plain(random)}` : ""}`,
    String(random.pick([200, 201, 204, 301, 302, 400, 401, 403, 404, 409, 422, 500, 502, 503])),
  ];
  const milliseconds = String(random.between(1, 999));
  return { method, path, status, milliseconds, text: `${method} ${path} ${status} ${milliseconds}ms` };
};

const commitTypes = ["feat", "fix", "docs", "test", "build", "style", "perf"];
const commit = (random: Random) => {
  const [type, scope, subject] = [
    random.pick(commitTypes),
    random.chance(0.6) ? plain(random) : "",
    plainWords(random, 2, 4),
  ];
  return { type, scope, subject, text: `${type}${scope ? `(${scope})` : ""}: ${subject}` };
};
const errorNames = [
  "TypeError",
  "ValueError",
  "KeyError",
  "IOError",
  "RangeError",
  "SyntaxError",
  "TimeoutError",
  "ParseError",
];

export const logs = families("logs", {
  "log-part": {
    specs: [
      "log lines look like '{layout}': return the {part}",
      "[extract|return] the {part} of the log line[ ({layout})|]",
      "format {layout} -> {part}",
    ],
    draw: (r) => {
      const [layout, write] = r.pick(layouts);
      const part = r.pick(
        (Object.keys(parts) as (keyof typeof parts)[]).filter((name) => layout.includes(parts[name])),
      );
      return {
        say: { layout, part },
        pair: (q) => {
          const l = line(q);
          return [write(l), l[part]];
        },
      };
    },
  },
  "log-relayout": {
    specs: ["rewrite the log line '{from}' as '{to}'", "{from} -> {to}", "log format: {from} in, {to} out"],
    draw: (r) => {
      const [from, read] = r.pick(layouts);
      const usable = ["LEVEL: message", "LEVEL - message", "message (LEVEL)", "message"];
      const to = r.pick(
        from.includes("TIME")
          ? [...usable, "TIME message", "LEVEL TIME"]
          : from.includes("service")
            ? [...usable, "service: message", "LEVEL/service"]
            : usable,
      );
      return {
        say: { from, to },
        pair: (q) => {
          const l = line(q);
          return [
            read(l),
            to.replace(
              /LEVEL|TIME|service|message/g,
              (name) =>
                ({ LEVEL: l.level, TIME: l.time, service: l.service, message: l.message })[name] as string,
            ),
          ];
        },
      };
    },
  },
  "log-json": {
    specs: [
      "log line '{layout}' to JSON with level and message",
      "parse '{layout}': JSON object with the keys level, message",
      "{layout} -> {level, message} as JSON",
    ],
    draw: (r) => {
      const [layout, write] = r.pick(layouts.slice(0, 3));
      return {
        say: { layout },
        note: "compact JSON",
        pair: (q) => {
          const l = line(q);
          return [write(l), JSON.stringify({ level: l.level, message: l.message })];
        },
      };
    },
  },
  "is-error": {
    specs: [
      "is the log line an error (ERROR or FATAL)? {yes} or {no}",
      "{yes} for ERROR and FATAL, {no} for other levels",
      "alert on ERROR/FATAL: {yes} else {no}",
    ],
    draw: (r) => {
      const { say, of } = verdict(r, [
        ["alert", "ok"],
        ["page", "ignore"],
      ]);
      const [, write] = r.pick(layouts);
      return {
        say,
        input: (q) => write({ ...line(q), level: q.pick(["ERROR", "FATAL", ...levels]) }),
        output: (s) => of(/ERROR|FATAL/.test(s)),
      };
    },
  },
  "level-number": {
    specs: [
      "map the log level to a number: DEBUG 0, INFO 1, WARN 2, ERROR 3, FATAL 4",
      "DEBUG=0 INFO=1 WARN=2 ERROR=3 FATAL=4: number of the line's level",
      "severity of the log line (DEBUG 0 … FATAL 4)",
    ],
    pair: (r) => {
      const l = line(r);
      return [r.pick(layouts)[1](l), String(levels.indexOf(l.level))];
    },
  },
  "request-part": {
    specs: [
      "[return|extract] the {part} of the request line",
      "'GET /x 200 12ms': give the {part}",
      "access log: {part}",
    ],
    draw: (r) => {
      const [part, name] = r.pick([
        ["method", "method"],
        ["path", "path"],
        ["status", "status code"],
        ["milliseconds", "duration in ms (number only)"],
      ] as const);
      return {
        say: { part: name },
        pair: (q) => {
          const asked = request(q);
          return [asked.text, asked[part]];
        },
      };
    },
  },
  "status-class": {
    specs: [
      "2xx is {a}, 3xx {b}, 4xx {c}, 5xx {d}",
      "label the HTTP status: 2xx {a}; 3xx {b}; 4xx {c}; 5xx {d}",
      "status code to class (2 {a}, 3 {b}, 4 {c}, 5 {d})",
    ],
    draw: (r) => {
      const [a, b, c, d] = r.pick([
        ["success", "redirect", "client error", "server error"],
        ["ok", "moved", "client", "server"],
        ["green", "blue", "yellow", "red"],
        ["ok", "redirect", "bad request", "crash"],
      ] as const);
      return {
        say: { a, b, c, d },
        pair: (q) => {
          const asked = request(q);
          return [
            q.pick([
              asked.status,
              asked.text,
              `HTTP ${asked.status}`,
              `status ${asked.status}`,
              `${plain(q)} ${asked.status}`,
            ]),
            [a, b, c, d][Number(asked.status[0]) - 2] as string,
          ];
        },
      };
    },
  },
  "slow-request": {
    specs: [
      "slow if it took more than {n} ms, otherwise fast",
      "more than {n}ms: slow; else fast",
      "slow or fast? limit {n} ms",
    ],
    draw: (r) => {
      const n = r.pick([100, 200, 300, 500]);
      return {
        say: { n: String(n) },
        pair: (q) => {
          const asked = request(q);
          return [asked.text, Number(asked.milliseconds) > n ? "slow" : "fast"];
        },
      };
    },
  },
  "error-name": {
    specs: [
      "which error is it[? Return the name|, only its name]",
      "[extract|return] the error name before the colon",
      "exception type of the line",
    ],
    pair: (r) => {
      const name = r.chance(0.6) ? r.pick(errorNames) : `${capital(thing(r))}Error`;
      return [`${r.pick(["", "Uncaught ", "raise ", "[app] "])}${name}: ${plainWords(r, 2, 4)}`, name];
    },
  },
  "error-message": {
    specs: [
      "the message of the error, without its name",
      "what comes after 'SomeError: '",
      "error text only",
    ],
    pair: (r) => {
      const message = plainWords(r, 2, 4);
      return [`${r.pick(errorNames)}: ${message}`, message];
    },
  },
  "file-and-line": {
    specs: [
      "write the place of the error as file:line",
      'File "x.py", line 3 -> x.py:3',
      "where did it happen? Answer file:line",
    ],
    pair: (r) => {
      const [file, at] = [`${plain(r)}.${r.pick(["py", "js", "ts", "go"])}`, r.between(1, 900)];
      return [
        r.pick([
          `File "${file}", line ${at}`,
          `File "${file}", line ${at}, in ${plain(r)}`,
          `at ${plain(r)} (${file}:${at})`,
          `${file}(${at}): ${plain(r)}`,
          `${file}:${at}:${r.between(1, 80)} error`,
        ]),
        `${file}:${at}`,
      ];
    },
  },
  "line-number": {
    specs: ["in which line is the error", "line number of the error message", "file:line:column -> line"],
    pair: (r) => {
      const at = r.between(1, 900);
      return [
        `${plain(r)}.${r.pick(["py", "js", "ts", "go"])}:${at}:${r.between(1, 80)}${r.chance(0.5) ? ` ${plainWords(r, 1, 2)}` : ""}`,
        String(at),
      ];
    },
  },
  "commit-part": {
    specs: [
      "[return|give] the {part} of the commit[ type(scope): subject|]",
      "conventional commit: {part}",
      "commit message -> {part}",
    ],
    draw: (r) => {
      const part = r.pick(["type", "scope", "subject"] as const);
      const none = part === "scope" ? missing(r, 1) : undefined;
      return {
        say: { part },
        note: none?.note,
        pair: (q) => {
          const c = commit(q);
          return [c.text, c[part] || (none?.value as string)];
        },
      };
    },
  },
  "commit-write": {
    specs: [
      "write 'type: subject' for the line 'subject (type)'",
      "subject (type) -> type: subject",
      "make a conventional commit of the subject and the type in parentheses",
    ],
    pair: (r) => {
      const c = commit(r);
      return [`${c.subject} (${c.type})`, `${c.type}: ${c.subject}`];
    },
  },
  "short-hash": {
    specs: [
      "shorten the commit hash to {n} characters",
      "first {n} characters of the hash",
      "abbreviate hashes to {n} digits[, keep the rest of the line|]",
    ],
    draw: (r) => {
      const n = r.pick([6, 7, 8]);
      const hash = (q: Random) =>
        q.many(q.pick([12, 16, 20]), () => q.pick([..."0123456789abcdef"])).join("");
      return { say: { n: String(n) }, input: hash, output: (s) => s.slice(0, n) };
    },
  },
  "changed-lines": {
    specs: [
      "count the added lines (they start with +)",
      "diff: how many lines begin with +",
      "number of + lines",
    ],
    input: (r) => r.many(r.upTo(1, 4), () => r.pick(["+", "-", " ", "+"]) + plainWords(r, 1, 2)).join("\n"),
    output: (s) => String(s.split("\n").filter((text) => text.startsWith("+")).length),
  },
  "metric-value": {
    specs: [
      "the value of the metric {name}",
      "metrics like a=1 b=2: value of {name}",
      "read {name}[ (number only)|]",
    ],
    draw: (r) => {
      const all = ["cpu", "mem", "disk", "load", "temp", "net"];
      const name = r.pick(all);
      const glue = r.pick(["=", ":", ": "]);
      return {
        say: { name },
        pair: (q) => {
          const chosen = q.shuffle([
            name,
            ...q.sample(
              all.filter((other) => other !== name),
              q.upTo(0, 2),
            ),
          ]);
          const values = new Map(chosen.map((key) => [key, digits(q, q.between(1, 3))]));
          return [
            chosen.map((key) => `${key}${glue}${values.get(key)}`).join(" "),
            values.get(name) as string,
          ];
        },
      };
    },
  },
  "pid-of": {
    specs: [
      "[extract|return] the process id",
      "name[123]: the number in the brackets",
      "pid of the syslog line",
    ],
    pair: (r) => {
      const pid = String(r.between(1, 99999));
      return [`${plain(r)}[${pid}]: ${plainWords(r, 1, 4)}`, pid];
    },
  },
});
