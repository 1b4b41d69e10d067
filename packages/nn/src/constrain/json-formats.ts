/** Formats of strings that JSON Schema names, as regular expressions of their usual spelling. */

const year = String.raw`\d{4}`;
const leapYear = String.raw`(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)`;
const monthAndDay = String.raw`(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))`;
const date = `(?:${year}-${monthAndDay}|${leapYear}-02-29)`;
const hourAndMinute = String.raw`(?:[01]\d|2[0-3]):[0-5]\d`;
const time = String.raw`${hourAndMinute}:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]${hourAndMinute})`;
const byteNumber = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
const hex = "[0-9a-fA-F]";

/** A format that is not here says nothing about a text, as the specification has it. */
export const stringFormats: Readonly<Record<string, string>> = {
  date,
  time,
  "date-time": `${date}T${time}`,
  uuid: `${hex}{8}-${hex}{4}-${hex}{4}-${hex}{4}-${hex}{12}`,
  ipv4: `${byteNumber}(?:\\.${byteNumber}){3}`,
  email: `[A-Za-z0-9_+-]+(?:\\.[A-Za-z0-9_+-]+)*@${label}(?:\\.${label})+`,
  hostname: `${label}(?:\\.${label})*`,
};
