/** Files, links, versions and other technical names. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { host } from "../vocabulary/names.ts";
import { missing, verdict } from "../vocabulary/wording.ts";
import { digits, plain, plainWords, thing } from "../vocabulary/words.ts";

const extensions = "txt csv md png jpg json ts pdf zip html xml log mp3 py doc".split(" ");
const kinds: Readonly<Record<string, readonly string[]>> = {
  image: ["png", "jpg", "gif", "svg"],
  audio: ["mp3", "wav", "ogg"],
  video: ["mp4", "avi", "mov"],
  text: ["txt", "md"],
  table: ["csv", "xlsx"],
  archive: ["zip", "tar", "gz"],
  code: ["py", "js", "ts", "java"],
};

const stem = (random: Random) =>
  random.chance(0.5)
    ? plain(random)
    : plain(random) +
      random.pick(["_", "-", "."]) +
      (random.chance(0.5) ? plain(random) : digits(random, random.between(1, 4)));
const file = (random: Random) => `${stem(random)}.${random.pick(extensions)}`;
const folders = (random: Random, least: number, most: number) =>
  random.many(random.upTo(least, most), () => plain(random));
const path = (random: Random) =>
  (random.chance(0.6) ? "/" : "") + [...folders(random, 1, 3), file(random)].join("/");

function query(random: Random, must?: string): string {
  const names = random.sample(
    ["q", "id", "page", "lang", "sort", "ref", "tag"].filter((name) => name !== must),
    random.upTo(0, 2),
  );
  if (must) names.splice(random.int(names.length + 1), 0, must);
  return names.map((name) => `${name}=${random.chance(0.5) ? plain(random) : random.int(100)}`).join("&");
}
function url(random: Random, withQuery = random.chance(0.3)): string {
  const scheme = random.pick(["https://", "https://", "http://"]);
  const tail = folders(random, 0, 2)
    .map((part) => `/${part}`)
    .join("");
  const asked = withQuery ? query(random) : "";
  return `${scheme}${random.chance(0.2) ? "www." : ""}${host(random)}${tail}${asked ? `?${asked}` : ""}`;
}
const version = (random: Random) => `${random.int(10)}.${random.int(20)}.${random.int(30)}`;

export const paths = families("paths", {
  extension: {
    loose: true,
    specs: [
      "[return|give] the file extension[ without the dot|]",
      "what type is the file: the part after the last dot",
      "extension of the file name",
      "file type",
    ],
    input: (r) => (r.chance(0.6) ? file(r) : path(r)),
    output: (s) => s.split(".").at(-1) as string,
  },
  "drop-extension": {
    specs: ["remove the file extension", "the file name without its ending", "cut from the last dot on"],
    input: file,
    output: (s) => s.slice(0, s.lastIndexOf(".")),
  },
  "change-extension": {
    specs: [
      "change the extension to .{to}",
      "the same file name ending in .{to}",
      "replace the file type with {to}",
    ],
    draw: (r) => {
      const to = r.pick(extensions);
      return { say: { to }, input: file, output: (s) => `${s.slice(0, s.lastIndexOf(".") + 1)}${to}` };
    },
  },
  basename: {
    loose: true,
    specs: [
      "[return|give] the file name from the path",
      "the last part of the path",
      "what comes after the last slash",
      "path -> file name",
    ],
    input: path,
    output: (s) => s.split("/").at(-1) as string,
  },
  "base-stem": {
    specs: [
      "the file name of the path without extension",
      "path -> name, no folders, no ending",
      "what is between the last slash and the last dot",
    ],
    input: path,
    output: (s) => (s.split("/").at(-1) as string).replace(/\.[^.]*$/, ""),
  },
  dirname: {
    specs: [
      "[return|give] the folder of the path",
      "everything before the last slash",
      "path without the file name",
    ],
    input: path,
    output: (s) => s.slice(0, s.lastIndexOf("/")),
  },
  "top-folder": {
    specs: [
      "the first folder of the path",
      "top-level directory[ name|]",
      "which folder comes first in the path",
    ],
    input: path,
    output: (s) => s.replace(/^\//, "").split("/")[0] as string,
  },
  "join-path": {
    specs: [
      "join the parts to a path with /",
      "make a path of the comma separated parts",
      "a, b, c -> a/b/c",
    ],
    input: (r) => [...folders(r, 1, 3), file(r)].join(", "),
    output: (s) => s.split(", ").join("/"),
  },
  "windows-path": {
    specs: [
      "turn backslashes into slashes",
      "Windows path to Unix style[ (keep the rest)|]",
      "use / instead of \\",
    ],
    input: (r) =>
      `${r.chance(0.5) ? `${r.pick(["C", "D", "E"])}:\\` : ""}${[...folders(r, 1, 2), file(r)].join("\\")}`,
    output: (s) => s.replaceAll("\\", "/"),
  },
  "file-kind": {
    specs: [
      "classify the file by its extension: {rules}",
      "which kind of file is it? {rules}",
      "file type rules: {rules}",
    ],
    draw: (r) => {
      const chosen = r.sample(Object.keys(kinds), r.between(2, 3));
      return {
        say: { rules: chosen.map((kind) => `${kinds[kind]?.join("/")} = ${kind}`).join(", ") },
        pair: (q) => {
          const kind = q.pick(chosen);
          return [`${stem(q)}.${q.pick(kinds[kind] as string[])}`, kind];
        },
      };
    },
  },
  "has-extension": {
    specs: [
      "is it a .{type} file? {yes} or {no}",
      "{yes} for .{type} files, {no} for others",
      "check the ending .{type}: {yes}/{no}",
    ],
    draw: (r) => {
      const type = r.pick(extensions);
      const { say, of } = verdict(r);
      return {
        say: { ...say, type },
        input: (q) => (q.chance(0.5) ? `${stem(q)}.${type}` : file(q)),
        output: (s) => of(s.endsWith(`.${type}`)),
      };
    },
  },
  "url-host": {
    loose: true,
    specs: [
      "[return|give|extract] the host of the URL",
      "domain of the link",
      "which site does the URL point to[ (host name)|]",
      "between :// and the next slash",
    ],
    input: (r) => url(r),
    output: (s) => (/\/\/([^/?]+)/.exec(s) as RegExpExecArray)[1] as string,
  },
  "url-path": {
    specs: [
      "the path of the URL[, starting with /|]",
      "what comes after the host[, without the query|]",
      "URL -> path",
    ],
    input: (r) =>
      `${r.pick(["https://", "http://"])}${host(r)}/${folders(r, 1, 3).join("/")}${r.chance(0.3) ? `?${query(r, "id")}` : ""}`,
    output: (s) => (/\/\/[^/]+([^?]*)/.exec(s) as RegExpExecArray)[1] as string,
  },
  "url-last": {
    specs: ["the last segment of the URL path", "what follows the last slash", "slug at the end of the link"],
    input: (r) => `${r.pick(["https://", "http://", ""])}${host(r)}/${folders(r, 1, 3).join("/")}`,
    output: (s) => s.split("/").at(-1) as string,
  },
  "url-scheme": {
    specs: [
      "[return|give] the scheme of the URL",
      "what comes before ://",
      "the protocol: http, https, ftp, ...",
    ],
    input: (r) =>
      `${r.pick(["https", "http", "ftp", "file", "ws", "wss", "ssh"])}://${host(r)}${r.chance(0.5) ? `/${plain(r)}` : ""}`,
    output: (s) => s.split("://")[0] as string,
  },
  "url-param": {
    specs: [
      "the value of the query parameter {name}",
      "URL: what is {name}",
      "get {name} from the link's query",
    ],
    draw: (r) => {
      const name = r.pick(["q", "id", "page", "lang", "sort", "ref"]);
      const none = missing(r);
      return {
        say: { name },
        note: none.note,
        pair: (q) => {
          const base = `${q.chance(0.5) ? "https://" : ""}${host(q)}/${q.chance(0.5) ? plain(q) : ""}`;
          if (none.happens(q)) return [q.chance(0.5) ? base : `${base}?x=${q.int(10)}`, none.value];
          const asked = query(q, name);
          const value = asked.split("&").find((pair) => pair.startsWith(`${name}=`)) as string;
          return [`${base}?${asked}`, value.slice(name.length + 1)];
        },
      };
    },
  },
  "url-no-query": {
    specs: [
      "remove the query from the URL",
      "cut the link at the question mark",
      "URL without ? and what follows",
    ],
    input: (r) => url(r, r.chance(0.8)),
    output: (s) => s.split("?")[0] as string,
  },
  "url-no-scheme": {
    specs: ["remove http:// or https://", "the link without its scheme", "strip the protocol from the URL"],
    input: (r) => (r.chance(0.9) ? url(r) : host(r)),
    output: (s) => s.replace(/^https?:\/\//, ""),
  },
  "url-no-www": {
    specs: ["remove www. from the host", "domain without a leading www.", "strip www."],
    input: (r) => `${r.pick(["", "https://"])}${r.chance(0.75) ? "www." : ""}${host(r)}`,
    output: (s) => s.replace("www.", ""),
  },
  "find-url": {
    loose: true,
    specs: ["[extract|find|return] the link[ in the text|]", "which URL is mentioned", "only the URL"],
    draw: (r) => {
      const none = missing(r);
      return {
        note: none.note,
        pair: (q) => {
          if (none.happens(q)) return [plainWords(q, 2, 5), none.value];
          const link = url(q);
          return [
            `${q.chance(0.7) ? `${plainWords(q, 1, 3)} ` : ""}${link}${q.chance(0.5) ? ` ${plainWords(q, 1, 2)}` : ""}`,
            link,
          ];
        },
      };
    },
  },
  "add-scheme": {
    specs: [
      "add https:// if the link has no scheme",
      "make it a full URL: https:// in front unless there is http:// or https://",
      "complete the link with https://",
    ],
    input: (r) => (r.chance(0.4) ? url(r) : host(r) + (r.chance(0.4) ? `/${plain(r)}` : "")),
    output: (s) => (/^https?:/.test(s) ? s : `https://${s}`),
  },
  "path-slug": {
    specs: [
      "make a URL slug: lower case, spaces become hyphens, no punctuation",
      "slugify the title",
      "title -> slug[ (lower-case-with-hyphens)|]",
    ],
    input: (r) =>
      `${plainWords(r, 1, 4).replace(/\b[a-z]/g, (c) => (r.chance(0.6) ? c.toUpperCase() : c))}${r.pick(["", "", "!", "?", "."])}`,
    output: (s) =>
      s
        .toLowerCase()
        .replace(/[^a-z0-9 ]/g, "")
        .split(" ")
        .join("-"),
  },
  "slug-to-title": {
    specs: [
      "turn the slug into a title: spaces, each word with a capital",
      "my-new-page -> My New Page",
      "slug to title case",
    ],
    input: (r) => folders(r, 1, 4).join("-"),
    output: (s) =>
      s
        .split("-")
        .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
        .join(" "),
  },
  "version-part": {
    specs: [
      "the {part} number of the version[ (major.minor.patch)|]",
      "version x.y.z: return the {part} part",
      "{part} version",
    ],
    draw: (r) => {
      const [part, at] = r.pick([
        ["major", 0],
        ["minor", 1],
        ["patch", 2],
      ] as const);
      return {
        say: { part },
        input: (q) => `${q.pick(["", "", "v"])}${version(q)}`,
        output: (s) => s.replace("v", "").split(".")[at] as string,
      };
    },
  },
  "version-bump": {
    specs: [
      "increase the {part} version[, the parts after it become 0|]",
      "next {part} release of x.y.z",
      "bump {part}",
    ],
    draw: (r) => {
      const [part, at] = r.pick([
        ["major", 0],
        ["minor", 1],
        ["patch", 2],
      ] as const);
      return {
        say: { part },
        note: at < 2 ? "reset what follows to 0" : undefined,
        input: version,
        output: (s) =>
          s
            .split(".")
            .map((n, i) => (i < at ? n : i === at ? Number(n) + 1 : 0))
            .join("."),
      };
    },
  },
  "version-newer": {
    specs: [
      "which version is newer",
      "[return|give] the higher of the two versions",
      "two versions x.y.z: the later one",
    ],
    input: (r) => {
      const a = version(r);
      const b = r.chance(0.5) ? version(r) : `${a.slice(0, a.lastIndexOf("."))}.${r.int(30)}`;
      return `${a}${r.pick([" ", ", ", " vs ", " or "])}${b}`;
    },
    output: (s) => {
      const [a, b] = s.match(/[\d.]+/g) as [string, string];
      const [x, y] = [a, b].map((v) => v.split(".").reduce((sum, n) => sum * 1000 + Number(n), 0)) as [
        number,
        number,
      ];
      return x >= y ? a : b;
    },
  },
  "find-version": {
    specs: [
      "[extract|find] the version number[ x.y.z|]",
      "which version is mentioned, without v",
      "version in the text (digits and dots)",
    ],
    draw: (r) => {
      const none = missing(r);
      return {
        note: none.note,
        pair: (q) => {
          if (none.happens(q)) return [plainWords(q, 2, 4), none.value];
          const v = version(q);
          return [
            `${thing(q)}${q.pick([" v", " ", "-", " version "])}${v}${q.chance(0.5) ? ` ${plainWords(q, 1, 2)}` : ""}`,
            v,
          ];
        },
      };
    },
  },
  "ip-part": {
    specs: ["the {which} number of the IP address", "IP address: {which} octet", "{which} part of a.b.c.d"],
    draw: (r) => {
      const [which, at] = r.pick([
        ["first", 0],
        ["second", 1],
        ["third", 2],
        ["last", 3],
      ] as const);
      return {
        say: { which },
        input: (q) => q.many(4, () => q.int(256)).join("."),
        output: (s) => s.split(".")[at] as string,
      };
    },
  },
  "valid-ip": {
    specs: [
      "is it a valid IPv4 address[ (four numbers from 0 to 255)|]? {yes} or {no}",
      "{yes} for four numbers 0-255 with dots, otherwise {no}",
      "IP check: {yes}/{no}",
    ],
    draw: (r) => {
      const { say, of } = verdict(r, [["valid", "invalid"]]);
      return {
        say,
        input: (q) =>
          q
            .many(q.chance(0.75) ? 4 : q.pick([3, 5]), () =>
              q.chance(0.85) ? q.int(256) : q.between(256, 999),
            )
            .join("."),
        output: (s) => of(s.split(".").length === 4 && s.split(".").every((n) => Number(n) < 256)),
      };
    },
  },
  "hex-form": {
    specs: ["write the colour as {form}", "normalise the hex colour to {form}", "colour code -> {form}"],
    draw: (r) => {
      const upper = r.chance(0.5);
      return {
        say: { form: upper ? "# and capitals, like #A1B2C3" : "# and small letters, like #a1b2c3" },
        input: (q) => {
          const code = q.many(6, () => q.pick([..."0123456789abcdef"])).join("");
          return q.pick(["#", "", "0x"]) + (q.chance(0.5) ? code : code.toUpperCase());
        },
        output: (s) => `#${upper ? s.slice(-6).toUpperCase() : s.slice(-6).toLowerCase()}`,
      };
    },
  },
});
