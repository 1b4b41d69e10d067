/** Names of people. */
import { families } from "../family.ts";
import type { Random } from "../random.ts";
import { firstName, fullName, lastName } from "../vocabulary/names.ts";
import { missing, separator } from "../vocabulary/wording.ts";
import { capital, letters, thing } from "../vocabulary/words.ts";
import { ascending } from "./words.ts";

const titles = ["Dr.", "Mr.", "Mrs.", "Ms.", "Prof.", "Mr", "Ms", "Dr"];
const suffixes = ["Jr.", "Sr.", "PhD", "MD", "III"];
const parts = (text: string) => text.trim().split(/\s+/);

function threeNames(random: Random): string {
  return `${firstName(random)} ${random.chance(0.5) ? firstName(random) : `${letters(random, 1)}.`} ${lastName(random)}`;
}

export const names = families("names", {
  "last-comma-first": {
    specs: [
      "[write|format] the name as 'Last, First'",
      "First Last -> Last, First",
      "surname first, then a comma and the first name",
      "turn the name around with a comma",
    ],
    loose: true,
    input: fullName,
    output: (s) => `${parts(s)[1]}, ${parts(s)[0]}`,
  },
  "first-then-last": {
    specs: [
      "[write|format] 'Last, First' as First Last",
      "Last, First -> First Last",
      "swap the parts around the comma and drop the comma",
      "normal order of a name given as surname, first name",
    ],
    loose: true,
    input: (r) => `${lastName(r)}, ${firstName(r)}${r.chance(0.2) ? ` ${letters(r, 1)}.` : ""}`,
    output: (s) => s.split(", ").reverse().join(" "),
  },
  "first-name": {
    loose: true,
    specs: [
      "[return|give] the first name",
      "first name only",
      "what is the person's given name",
      "drop the surname[s|]",
    ],
    input: (r) => (r.chance(0.6) ? fullName(r) : threeNames(r)),
    output: (s) => parts(s)[0] as string,
  },
  surname: {
    loose: true,
    specs: [
      "[return|give] the [last name|surname|family name]",
      "surname only",
      "what is the person's family name",
    ],
    input: (r) => (r.chance(0.6) ? fullName(r) : threeNames(r)),
    output: (s) => parts(s).at(-1) as string,
  },
  initials: {
    loose: true,
    specs: [
      "the initials of the name[, {form}|]",
      "[take|write] the initials as {form}",
      "name -> initials ({form})",
      "only the first letters of the names, like {form}",
    ],
    draw: (r) => {
      const [form, write] = r.pick([
        ["A.B.", (l: string[]) => l.map((c) => `${c}.`).join("")],
        ["AB", (l: string[]) => l.join("")],
        ["A. B.", (l: string[]) => l.map((c) => `${c}.`).join(" ")],
        ["a.b", (l: string[]) => l.join(".").toLowerCase()],
      ] as const);
      return {
        say: { form },
        note: `write them like ${form}`,
        input: (q) => (q.chance(0.6) ? fullName(q) : `${firstName(q)} ${firstName(q)} ${lastName(q)}`),
        output: (s) => write(parts(s).map((part) => [...part][0] as string)),
      };
    },
  },
  "short-name": {
    specs: ["[write|format] the name as {form}", "Ada Lee -> {form}", "abbreviate the first name: {form}"],
    draw: (r) => {
      const [form, write] = r.pick([
        ["A. Lee", (a: string, b: string) => `${[...a][0]}. ${b}`],
        ["Lee A.", (a: string, b: string) => `${b} ${[...a][0]}.`],
        ["Lee, A.", (a: string, b: string) => `${b}, ${[...a][0]}.`],
        ["A Lee", (a: string, b: string) => `${[...a][0]} ${b}`],
      ] as const);
      return {
        say: { form },
        note: r.chance(0.6) ? "that is: initial and surname" : undefined,
        input: fullName,
        output: (s) => {
          const [a, b] = parts(s) as [string, string];
          return write(a, b);
        },
      };
    },
  },
  "short-surname": {
    specs: [
      "first name and initial of the surname with a dot",
      "Ada Lee -> Ada L.",
      "abbreviate the last name to one letter and a dot",
    ],
    input: fullName,
    output: (s) => `${parts(s)[0]} ${[...(parts(s)[1] as string)][0]}.`,
  },
  "drop-title": {
    specs: [
      "remove the title (Dr., Mr., Mrs., Ms., Prof.)[ from the name|]",
      "the name without its title[, if there is one|]",
      "strip academic and polite titles",
    ],
    input: (r) => `${r.chance(0.8) ? `${r.pick(titles)} ` : ""}${fullName(r)}`,
    output: (s) => s.replace(/^(Dr|Mrs|Mr|Ms|Prof)\.? /, ""),
  },
  "find-title": {
    specs: [
      "which title does the person have",
      "[extract|return] the title before the name",
      "Mr., Dr., ...: return the title as written",
    ],
    draw: (r) => {
      const none = missing(r);
      return {
        note: none.note,
        input: (q) => `${none.happens(q) ? "" : `${q.pick(titles)} `}${fullName(q)}`,
        output: (s) => /^(Dr|Mrs|Mr|Ms|Prof)\.?(?= )/.exec(s)?.[0] ?? none.value,
      };
    },
  },
  "drop-suffix": {
    specs: [
      "remove Jr., Sr., PhD, MD or III after the name",
      "the name without suffix[ and comma|]",
      "strip what follows the surname (Jr., PhD, ...)",
    ],
    input: (r) => `${fullName(r)}${r.chance(0.8) ? r.pick([", ", " "]) + r.pick(suffixes) : ""}`,
    output: (s) => s.replace(/,? (Jr\.|Sr\.|PhD|MD|III)$/, ""),
  },
  "drop-middle": {
    specs: [
      "remove the middle name[s|]",
      "first and last name only",
      "drop everything between first name and surname",
    ],
    input: (r) => (r.chance(0.8) ? threeNames(r) : fullName(r)),
    output: (s) => `${parts(s)[0]} ${parts(s).at(-1)}`,
  },
  "middle-initial": {
    specs: [
      "abbreviate the middle name: Ada May Lee -> Ada M. Lee",
      "middle name to an initial with a dot",
      "shorten only the second of three names",
    ],
    input: (r) => `${firstName(r)} ${firstName(r)} ${lastName(r)}`,
    output: (s) => `${parts(s)[0]} ${[...(parts(s)[1] as string)][0]}. ${parts(s)[2]}`,
  },
  "fix-name-case": {
    specs: [
      "write the name with proper capitals",
      "fix the case of the name",
      "each name starts with a capital, the rest is small",
      "normalise ANN LEE or ann lee to Ann Lee",
    ],
    input: (r) => {
      const name = `${r.pick(["ada", "tom", "maria", "ivan", "priya", "noah"])} ${lastName(r)
        .toLowerCase()
        .replace(/[^a-z]/g, "")}`;
      return r.pick([name, name.toUpperCase(), name]);
    },
    output: (s) =>
      parts(s)
        .map((part) => capital(part.toLowerCase()))
        .join(" "),
  },
  "surname-caps": {
    specs: ["write the surname in capitals", "Ada Lee -> Ada LEE", "upper case for the last name only"],
    input: fullName,
    output: (s) => `${parts(s)[0]} ${(parts(s)[1] as string).toUpperCase()}`,
  },
  greeting: {
    specs: [
      "write '{hello} NAME{end}' with the first name",
      "greet the person by first name: {hello} Ada{end}",
      "salutation with {hello} and the given name, ending in {end}",
    ],
    draw: (r) => {
      const hello = r.pick(["Hi", "Hello", "Dear", "Hey", "Welcome,", "Good morning,", "Thanks,"]);
      const end = r.pick(["!", ",", "."]);
      return { say: { hello, end }, input: fullName, output: (s) => `${hello} ${parts(s)[0]}${end}` };
    },
  },
  "polite-greeting": {
    specs: [
      "write 'Dear {title} SURNAME,'",
      "formal salutation: Dear {title} and the last name, then a comma",
      "letter opening with {title} and surname",
    ],
    draw: (r) => {
      const title = r.pick(["Mr.", "Ms.", "Dr.", "Prof.", "Mrs."]);
      return { say: { title }, input: fullName, output: (s) => `Dear ${title} ${parts(s).at(-1)},` };
    },
  },
  nickname: {
    specs: [
      '[return|extract] the nickname[ in quotes|]: Ada "Ace" Lee',
      "which nickname stands in quotation marks",
      "the name between the quotes",
    ],
    draw: (r) => {
      const none = missing(r);
      return {
        note: none.note,
        pair: (q) => {
          if (none.happens(q)) return [fullName(q), none.value];
          const nick = q.chance(0.5) ? capital(thing(q)) : firstName(q);
          return [`${firstName(q)} "${nick}" ${lastName(q)}`, nick];
        },
      };
    },
  },
  "first-names-list": {
    specs: [
      "list the first names, separated by {name}",
      "people separated by semicolons: their first names joined by {name}",
      "only first names ({name} between them)",
    ],
    draw: (r) => {
      const { mark, name } = separator(r, [", ", ";", " | ", "/"]);
      return {
        say: { name },
        input: (q) => q.many(q.upTo(1, 3), () => fullName(q)).join("; "),
        output: (s) =>
          s
            .split("; ")
            .map((person) => parts(person)[0])
            .join(mark),
      };
    },
  },
  "sort-by-surname": {
    specs: [
      "sort the people by surname[, keep the separator '; '|]",
      "order the names (separated by '; ') by last name",
      "alphabetical by family name",
    ],
    input: (r) =>
      r
        .distinct(
          r.upTo(2, 3),
          () =>
            `${r.pick(["Ada", "Tom", "Mia", "Leo", "Eva", "Jack"])} ${r.pick(["Adams", "Baker", "Cole", "Diaz", "Evans", "Ford", "Gray", "Hall", "Ito", "Jones", "King", "Lee", "Moore", "Novak", "Reed", "Stone", "Young"])}`,
        )
        .join("; "),
    output: (s) =>
      s
        .split("; ")
        .sort((a, b) => ascending(parts(a)[1] as string, parts(b)[1] as string))
        .join("; "),
  },
  "count-people": {
    specs: [
      "how many people are named",
      "count the names[ separated by commas and 'and'|]",
      "number of persons in the enumeration",
    ],
    input: (r) => {
      const people = r.many(r.between(1, 4), () => firstName(r));
      return people.length === 1
        ? (people[0] as string)
        : `${people.slice(0, -1).join(", ")} and ${people.at(-1)}`;
    },
    output: (s) => String(s.split(/, | and /).length),
  },
  "name-and-role": {
    specs: [
      "[return|extract] the {part} from 'Name, role'",
      "who is who: 'Ada Lee, pilot' -> the {part}",
      "give the {part} of the entry (name, role)",
    ],
    draw: (r) => {
      const role = r.chance(0.5);
      const glue = r.pick([", ", " - ", " (", ": "]);
      return {
        say: { part: role ? r.pick(["role", "job"]) : "name" },
        pair: (q) => {
          const name = fullName(q);
          const job = q.pick([
            "pilot",
            "nurse",
            "cook",
            "teacher",
            "engineer",
            "designer",
            "manager",
            "clerk",
            "driver",
            "editor",
            "lawyer",
            "painter",
          ]);
          return [name + glue + job + (glue === " (" ? ")" : ""), role ? job : name];
        },
      };
    },
  },
});
