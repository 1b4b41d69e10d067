/** Times, sizes and counts as people read them. */

/** A time of day, with its date unless that is today. */
export function shownTime(iso: string, now = new Date()): string {
  const date = new Date(iso);
  const time = date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  if (date.toDateString() === now.toDateString()) return `today, ${time}`;
  const day = date.toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });
  return `${day}, ${time}`;
}

export function shownSeconds(seconds: number): string {
  if (seconds < 1) return "under 1 s";
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

export function shownBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1e6) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** What of a text its heading has not said yet; all of it under a heading of its own or one that was cut. */
export function belowHeading(text: string, heading: string): string {
  const trimmed = text.trim();
  const rest = trimmed.startsWith(heading) ? trimmed.slice(heading.length) : trimmed;
  return rest === "" || rest.startsWith("\n") ? rest.trim() : trimmed;
}

/** The first line of a text, for a heading. */
export function headline(text: string, most = 90): string {
  const line = text.trim().split("\n", 1)[0] ?? "";
  return line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line;
}
