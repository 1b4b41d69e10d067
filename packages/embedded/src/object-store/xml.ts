/** The little XML that the S3 protocol needs: replies from nested values, and the texts of elements in requests. */

export type XmlValue = string | number | boolean | undefined | XmlValue[] | { [name: string]: XmlValue };

/** `{Name: value}` as elements; a list repeats its element, undefined leaves it out. */
export function toXml(root: { [name: string]: XmlValue }): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${elements(root)}`;
}

function elements(value: { [name: string]: XmlValue }): string {
  return Object.entries(value)
    .flatMap(([name, content]) =>
      (Array.isArray(content) ? content : [content]).map((item) => element(name, item)),
    )
    .join("");
}

function element(name: string, content: XmlValue): string {
  if (content === undefined) return "";
  const inside =
    typeof content === "object" && !Array.isArray(content) ? elements(content) : escapeXml(String(content));
  return `<${name}>${inside}</${name}>`;
}

function escapeXml(text: string): string {
  // White space other than a blank would be read as a blank or a line feed.
  return text.replace(/[<>&"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The contents of every element of that name, in order. Requests of S3 clients need no more than this. */
export function contentsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, "g"))].map(
    ([, inside = ""]) => inside,
  );
}

export function unescapeXml(text: string): string {
  const named: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
  return text.replace(
    /&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (decimal) return String.fromCodePoint(Number(decimal));
      return named[name ?? ""] ?? whole;
    },
  );
}
