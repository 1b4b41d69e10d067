/**
 * Explicit domains: `[datascience]` in a prompt hands what follows to that specialist, `[general]` to the generalist,
 * `[auto]` back to the gate. The marks themselves are not read as text; brackets around other words are.
 */

export interface DomainPart {
  readonly text: string;
  /** Undefined: the gate decides. */
  readonly domain?: string;
}

/** @param names the domains that exist, `general` among them */
export function splitDomains(prompt: string, names: readonly string[]): DomainPart[] {
  const known = new Set([...names, "auto"]);
  const parts: DomainPart[] = [];
  let [domain, start] = [undefined as string | undefined, 0];
  const end = (at: number) => {
    const text = prompt.slice(start, at);
    if (text !== "") parts.push({ text, ...(domain === undefined ? {} : { domain }) });
  };
  for (const match of prompt.matchAll(/\[([a-z0-9][a-z0-9_-]*)\] ?/g)) {
    if (!known.has(match[1]!)) continue;
    end(match.index);
    domain = match[1] === "auto" ? undefined : match[1];
    start = match.index + match[0].length;
  }
  end(prompt.length);
  if (parts.length === 0 && domain !== undefined) parts.push({ text: "", domain });
  return parts;
}
