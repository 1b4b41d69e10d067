import { isIPv4, isIPv6 } from "node:net";

/**
 * The subject of an anonymous caller: an IPv4 address, or the /64 that one IPv6 subscriber has to itself. Everything
 * that is no address is one subject.
 */
export function addressSubject(address: string): string {
  const bare = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const v4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
  if (isIPv4(v4)) return `ip:${v4}`;
  return isIPv6(bare) ? `ip:${networkOf(bare)}::/64` : "ip:unknown";
}

/** The first four groups, without leading zeros. */
function networkOf(address: string): string {
  const [head = "", tail] = address.split("::", 2);
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const all = [...left, ...Array<string>(8 - left.length - right.length).fill("0"), ...right];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}

/** A dotted tail stands for two groups; which, does not matter here, as it lies behind the fourth. */
const groups = (part: string): string[] =>
  part === "" ? [] : part.split(":").flatMap((group) => (group.includes(".") ? ["0", "0"] : [group]));
