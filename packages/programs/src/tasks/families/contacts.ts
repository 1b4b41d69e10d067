/** E-mail addresses, telephone numbers, handles and postal details. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { city, email, firstName, handle, host, lastName, mailHosts } from "../vocabulary/names.ts";
import { count, missing, verdict } from "../vocabulary/wording.ts";
import { capital, digits, letters, plain, plainWords, token } from "../vocabulary/words.ts";

/** Ten digits in one of the ways people write them. */
export function phone(random: Random, number = digits(random, 10)): string {
  const [a, b, c] = [number.slice(0, 3), number.slice(3, 6), number.slice(6)];
  return random.pick([
    `${a}-${b}-${c}`,
    `(${a}) ${b}-${c}`,
    `${a}.${b}.${c}`,
    `${a} ${b} ${c}`,
    number,
    `${a}/${b}-${c}`,
    `${a} ${b}${c}`,
  ]);
}

const layouts: readonly (readonly [string, (n: string) => string])[] = [
  ["(123) 456-7890", (n) => `(${n.slice(0, 3)}) ${n.slice(3, 6)}-${n.slice(6)}`],
  ["123-456-7890", (n) => `${n.slice(0, 3)}-${n.slice(3, 6)}-${n.slice(6)}`],
  ["123.456.7890", (n) => `${n.slice(0, 3)}.${n.slice(3, 6)}.${n.slice(6)}`],
  ["123 456 7890", (n) => `${n.slice(0, 3)} ${n.slice(3, 6)} ${n.slice(6)}`],
  ["123-4567890", (n) => `${n.slice(0, 3)}-${n.slice(3)}`],
  ["+1 123 456 7890", (n) => `+1 ${n.slice(0, 3)} ${n.slice(3, 6)} ${n.slice(6)}`],
  ["+11234567890", (n) => `+1${n}`],
];

/** A short text around `inside`, at times none. */
export function around(random: Random, inside: string): string {
  const before = random.chance(0.6) ? `${plainWords(random, 1, 3)} ` : "";
  const after = random.chance(0.5) ? ` ${plainWords(random, 1, 3)}` : "";
  return before + inside + after;
}

export const contacts = families("contacts", {
  "email-domain": {
    loose: true,
    specs: [
      "[return|extract|give] the domain of the e-mail address",
      "what comes after the @",
      "the host part of the email",
      "email -> domain",
      "which domain does the mail address belong to",
    ],
    input: email,
    output: (s) => s.trim().split("@")[1] as string,
  },
  "email-user": {
    loose: true,
    specs: [
      "[return|extract|give] the user name of the e-mail address",
      "what comes before the @",
      "the local part of the email",
      "email -> user name",
    ],
    input: email,
    output: (s) => s.trim().split("@")[0] as string,
  },
  "email-tld": {
    specs: [
      "the top-level domain of the email[, without the dot|]",
      "what follows the last dot of the mail address",
      "the ending of the address: com, org, ...",
    ],
    input: email,
    output: (s) => s.split(".").at(-1) as string,
  },
  "find-email": {
    loose: true,
    specs: [
      "[extract|find|return] the e-mail address[ in the text|]",
      "which email is mentioned",
      "pull out the mail address",
      "only the email address[, nothing else|]",
    ],
    draw: (r) => {
      const none = missing(r);
      return {
        note: none.note,
        pair: (q) => {
          if (none.happens(q)) return [plainWords(q, 2, 5), none.value];
          const address = email(q);
          return [
            around(q, q.pick([address, address, `<${address}>`, `${address},`, `(${address})`])),
            address,
          ];
        },
      };
    },
  },
  "valid-email": {
    specs: [
      "is it a valid e-mail address[ (one @, a dot after it, no spaces)|]? {yes} or {no}",
      "{yes} if the input looks like name@host.tld, {no} otherwise",
      "check the email: {yes}/{no}",
    ],
    draw: (r) => {
      const { say, of } = verdict(r, [["valid", "invalid"]]);
      return {
        say,
        input: (q) => {
          const good = email(q);
          return q.chance(0.5)
            ? good
            : q.pick([
                good.replace("@", ""),
                good.replace("@", "@@"),
                good.split(".")[0] as string,
                good.replace("@", " @ "),
                `@${good.split("@")[1]}`,
                `${good.split("@")[0]}@`,
              ]);
        },
        output: (s) => of(/^[^@\s]+@[^@\s]+\.[^@\s.]+$/.test(s)),
      };
    },
  },
  "mask-email": {
    specs: [
      "mask the email: first letter, {stars}, then the @ and the domain",
      "hide the user name of the address behind {stars}, keep its first letter",
      "a...@host becomes a{stars}@host",
    ],
    draw: (r) => {
      const stars = r.pick(["***", "****", "...", "xxx"]);
      return { say: { stars }, input: email, output: (s) => `${s[0]}${stars}@${s.split("@")[1]}` };
    },
  },
  "change-domain": {
    specs: [
      "replace the domain of the e-mail address with {domain}",
      "same user, but at {domain}",
      "move the address to {domain}",
    ],
    draw: (r) => {
      const domain = host(r);
      return { say: { domain }, input: email, output: (s) => `${s.split("@")[0]}@${domain}` };
    },
  },
  "make-email": {
    specs: [
      "make an email from the name: first.last@{domain}[, lower case|]",
      "name to address first.last at {domain}, all lower case",
      "Ann Lee -> ann.lee@{domain}",
    ],
    draw: (r) => {
      const domain = host(r);
      return {
        say: { domain },
        input: (q) =>
          `${capital(plain(q))} ${q.chance(0.5) ? capital(plain(q)) : q.pick(["Smith", "Jones", "Novak", "Rossi"])}`,
        output: (s) => `${s.toLowerCase().replace(" ", ".")}@${domain}`,
      };
    },
  },
  "initial-email": {
    specs: [
      "make an email: first initial and last name at {domain}[, lower case|]",
      "Ann Lee -> alee@{domain}",
      "user name = first letter + surname, lower case, @{domain}",
    ],
    draw: (r) => {
      const domain = `${plain(r)}.${r.pick(mailHosts)}`;
      return {
        say: { domain },
        input: (q) => `${capital(plain(q))} ${capital(plain(q))}`,
        output: (s) => `${s[0]}${s.split(" ")[1]}@${domain}`.toLowerCase(),
      };
    },
  },
  "email-to-name": {
    specs: [
      "guess the name from the address: ann.lee@x.com -> Ann Lee",
      "turn first.last@host into First Last",
      "the person's name from the email (first.last), capitalised",
    ],
    input: (r) => `${plain(r)}${r.pick([".", ".", "_"])}${plain(r)}@${host(r)}`,
    output: (s) => (s.split("@")[0] as string).split(/[._]/).map(capital).join(" "),
  },
  "named-address": {
    loose: true,
    specs: [
      '[return|extract] the {part} of an address like "Ann Lee <ann@x.com>"',
      "Name <mail>: give the {part}",
      "from a header such as Ann <ann@x.org> take the {part}",
    ],
    draw: (r) => {
      const wantName = r.chance(0.5);
      return {
        say: { part: wantName ? "name" : r.pick(["e-mail address", "mail address", "email"]) },
        pair: (q) => {
          const name = q.chance(0.7) ? `${firstName(q)} ${lastName(q)}` : firstName(q);
          const address = email(q);
          return [`${q.chance(0.2) ? `"${name}"` : name} <${address}>`, wantName ? name : address];
        },
      };
    },
  },
  "phone-digits": {
    loose: true,
    specs: [
      "normalise the phone number to digits only",
      "strip everything but the digits of the telephone number",
      "phone number without spaces, dashes, dots or brackets",
      "bare digits of the phone number",
    ],
    input: (r) => phone(r),
    output: (s) => s.replace(/\D/g, ""),
  },
  "phone-layout": {
    loose: true,
    specs: [
      "format the phone number as {layout}",
      "write the [ten digit |]phone number like {layout}",
      "normalise phone numbers to {layout}",
      "telephone -> {layout}",
    ],
    draw: (r) => {
      const [layout, write] = r.pick(layouts);
      return { say: { layout }, input: (q) => phone(q), output: (s) => write(s.replace(/\D/g, "")) };
    },
  },
  "phone-area": {
    specs: [
      "[return|give] the area code[ (first three digits)|]",
      "the first three digits of the phone number",
      "area code of the telephone number",
    ],
    input: (r) => phone(r),
    output: (s) => s.replace(/\D/g, "").slice(0, 3),
  },
  "phone-last-four": {
    specs: [
      "the last four digits of the phone number",
      "last 4 digits",
      "only the final four digits of the telephone number",
    ],
    input: (r) => phone(r),
    output: (s) => s.replace(/\D/g, "").slice(-4),
  },
  "find-phone": {
    loose: true,
    specs: [
      "[extract|find|return] the phone number [from|in] the text[, as written|]",
      "which telephone number is mentioned",
      "only the phone number",
    ],
    draw: (r) => {
      const none = missing(r);
      return {
        note: none.note,
        pair: (q) => {
          if (none.happens(q)) return [plainWords(q, 2, 5), none.value];
          const number = digits(q, 10);
          const written = q.pick([
            `${number.slice(0, 3)}-${number.slice(3, 6)}-${number.slice(6)}`,
            `(${number.slice(0, 3)}) ${number.slice(3, 6)}-${number.slice(6)}`,
            number,
          ]);
          return [around(q, written), written];
        },
      };
    },
  },
  "country-prefix": {
    specs: [
      "replace the leading 0 of the phone number by +{country}",
      "international form: 0... becomes +{country}...",
      "write +{country} instead of the first zero",
    ],
    draw: (r) => {
      const country = r.pick(["44", "49", "33", "39", "31", "41", "46", "48"]);
      return {
        say: { country },
        input: (q) =>
          `0${digits(q, q.between(3, 4))}${q.pick([" ", "", "-"])}${digits(q, q.between(5, 6), true)}`,
        output: (s) => `+${country}${s.slice(1)}`,
      };
    },
  },
  "valid-phone": {
    specs: [
      "does the phone number have exactly {n} digits? {yes} or {no}",
      "{yes} if there are {n} digits, other characters ignored, {no} otherwise",
      "phone check ({n} digits): {yes}/{no}",
    ],
    draw: (r) => {
      const n = r.pick([7, 9, 10]);
      const { say, of } = verdict(r, [["valid", "invalid"]]);
      return {
        say: { ...say, n: count(r, n) },
        input: (q) => {
          const number = digits(q, q.chance(0.5) ? n : n + q.pick([-2, -1, 1, 2]));
          return q.pick([
            number,
            `${number.slice(0, 3)}-${number.slice(3)}`,
            `(${number.slice(0, 3)}) ${number.slice(3)}`,
            `${number.slice(0, 4)} ${number.slice(4)}`,
          ]);
        },
        output: (s) => of(s.replace(/\D/g, "").length === n),
      };
    },
  },
  mention: {
    loose: true,
    specs: [
      "[extract|return] the @mention[ without the @|]",
      "which user is mentioned[ (after @)|]",
      "the handle after the @ sign",
      "user name of the mention",
    ],
    draw: (r) => {
      const none = missing(r);
      return {
        note: none.note,
        pair: (q) => {
          if (none.happens(q)) return [plainWords(q, 2, 5), none.value];
          const user = q.chance(0.5) ? plain(q) : handle(q).replace(/[.-]/g, "_");
          return [around(q, `@${user}`), user];
        },
      };
    },
  },
  hashtags: {
    specs: [
      "[list|extract|return] the hashtags[, without #|], separated by {name}",
      "all words after # joined by {name}[, # removed|]",
      "tags of the post (#x), joined by {name}[, no #|]",
    ],
    draw: (r) => {
      const [glue, name] = r.pick([
        [", ", "commas"],
        [" ", "spaces"],
        [";", "semicolons"],
      ] as const);
      const none = missing(r);
      return {
        say: { name },
        note: none.note ? `do not print the #; ${none.note}` : "do not print the #",
        input: (q) => {
          const w = q.many(q.upTo(2, 6), () => plain(q));
          const marked = w.map((word) => (q.chance(0.35) ? `#${word}` : word));
          if (!none.note || !none.happens(q)) marked[q.int(w.length)] = `#${plain(q)}`;
          else return w.join(" ");
          return marked.join(" ");
        },
        output: (s) => [...s.matchAll(/#(\w+)/g)].map((m) => m[1]).join(glue) || none.value,
      };
    },
  },
  "address-part": {
    specs: [
      "[return|extract] the {part} of the address[ (street, postcode city)|]",
      "addresses look like '12 Oak Street, 1234 Rome': give the {part}",
      "which {part} is in the address",
    ],
    draw: (r) => {
      const part = r.pick(["city", "postcode", "street", "house number"] as const);
      return {
        say: { part },
        pair: (q) => {
          const number = String(q.between(1, 199));
          const street = `${capital(plain(q))} ${q.pick(["Street", "Road", "Lane", "Avenue"])}`;
          const postcode = digits(q, q.between(4, 5));
          const town = city(q);
          return [
            `${number} ${street}, ${postcode} ${town}`,
            { city: town, postcode, street, "house number": number }[part],
          ];
        },
      };
    },
  },
  postcode: {
    loose: true,
    specs: [
      "[extract|find] the {n} digit postcode[ in the text|]",
      "the zip code ({n} digits)",
      "which {n}-digit number is the postal code",
    ],
    draw: (r) => {
      const n = r.pick([4, 5, 6]);
      const none = missing(r, 0.4);
      return {
        say: { n: count(r, n) },
        note: none.note,
        pair: (q) => {
          const start = `${q.between(1, 99)} ${capital(plain(q))} ${q.pick(["Street", "Road", "Lane"])}, `;
          if (none.happens(q)) return [start + city(q), none.value];
          const zip = digits(q, n);
          return [start + (q.chance(0.5) ? `${zip} ${city(q)}` : `${city(q)} ${zip}`), zip];
        },
      };
    },
  },
  "street-abbreviation": {
    specs: [
      "[expand|write out] St., Rd., Ave. and Ln. as Street, Road, Avenue, Lane",
      "spell out the street abbreviations (St. Rd. Ave. Ln.)",
      "no abbreviations in the street: St. → Street, Rd. → Road, Ave. → Avenue, Ln. → Lane",
    ],
    input: (r) =>
      `${r.between(1, 199)} ${capital(plain(r))} ${r.pick(["St.", "Rd.", "Ave.", "Ln.", "Street", "Road"])}`,
    output: (s) =>
      s.replace("St.", "Street").replace("Rd.", "Road").replace("Ave.", "Avenue").replace("Ln.", "Lane"),
  },
  "contact-kind": {
    specs: [
      "is it an email, a phone number or a {third}? answer {list}",
      "classify the contact detail: {list}",
      "which kind of contact is given ({list})",
    ],
    draw: (r) => {
      const third = r.pick(["url", "handle"] as const);
      return {
        say: { third, list: `email, phone or ${third}` },
        pair: (q) => {
          const kind = q.int(3);
          if (kind === 0) return [email(q), "email"];
          if (kind === 1) return [phone(q), "phone"];
          return third === "url"
            ? [`${q.pick(["https://", "http://", "www."])}${host(q)}`, "url"]
            : [`@${handle(q)}`, "handle"];
        },
      };
    },
  },
  "username-from-name": {
    specs: [
      "make a user name: {rule}, lower case",
      "login from the full name: {rule}[, all lower case|]",
      "user name = {rule} in lower case",
    ],
    draw: (r) => {
      const [rule, make] = r.pick([
        ["first name, dot, last name", (a: string, b: string) => `${a}.${b}`],
        ["first initial followed by the last name", (a: string, b: string) => `${a[0]}${b}`],
        ["last name followed by the first initial", (a: string, b: string) => `${b}${a[0]}`],
        ["first name, underscore, last initial", (a: string, b: string) => `${a}_${b[0]}`],
        [
          "first three letters of the first name and of the last name",
          (a: string, b: string) => a.slice(0, 3) + b.slice(0, 3),
        ],
      ] as const);
      return {
        say: { rule },
        input: (q) => `${capital(plain(q))} ${capital(plain(q))}`,
        output: (s) => {
          const [a, b] = s.toLowerCase().split(" ") as [string, string];
          return make(a, b);
        },
      };
    },
  },
  "plate-spacing": {
    specs: [
      "write the licence plate as letters, {mark}, digits",
      "put {mark} between the letters and the digits of the plate, upper case",
      "normalise the plate: capitals{mark}digits",
    ],
    draw: (r) => {
      const mark = r.pick(["-", " ", "·"]);
      return {
        say: { mark: mark === " " ? "a space" : `"${mark}"` },
        note: "letters in upper case",
        input: (q) => {
          const front = letters(q, q.between(2, 3));
          return (
            (q.chance(0.5) ? front : front.toLowerCase()) +
            q.pick(["", " ", "-"]) +
            digits(q, q.between(2, 4))
          );
        },
        output: (s) => s.toUpperCase().replace(/([A-Z]+)[ -]?(\d+)/, `$1${mark}$2`),
      };
    },
  },
  "swap-at": {
    specs: [
      "write the email so that robots can't read it: @ as {at}, dots as {dot}",
      "obfuscate the address: replace @ by {at} and . by {dot}",
      "e-mail with {at} for @ and {dot} for each dot",
    ],
    draw: (r) => {
      const [at, dot] = r.pick([
        [" at ", " dot "],
        ["[at]", "[dot]"],
        ["(at)", "(dot)"],
        [" (at) ", " (dot) "],
      ] as const);
      return {
        say: { at: `"${at}"`, dot: `"${dot}"` },
        input: (q) => `${token(q).toLowerCase()}@${host(q)}`,
        output: (s) => s.replace("@", at).replaceAll(".", dot),
      };
    },
  },
});
