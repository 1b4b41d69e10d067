/**
 * Where a webhook may go. An address that a customer names must not become a way into the network that this service runs
 * in: outside local mode only https to public addresses, decided on the very address that is then connected to.
 */
import { type LookupAddress, lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { AppError } from "@weightsmith/contract";

/** IANA's special-purpose registries, and what can carry an IPv4 address inside an IPv6 one. */
const RESERVED_IPV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];
/** Global unicast is 2000::/3; of that, these are not for us. Everything else is refused as a whole. */
const RESERVED_IPV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"];

const reserved = new BlockList();
for (const [subnets, family] of [
  [RESERVED_IPV4, "ipv4"],
  [RESERVED_IPV6, "ipv6"],
] as const) {
  for (const subnet of subnets) {
    const [network, bits] = subnet.split("/");
    reserved.addSubnet(network!, Number(bits), family);
  }
}
const globalUnicast = new BlockList();
globalUnicast.addSubnet("2000::", 3, "ipv6");

export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !reserved.check(address, "ipv4");
    case 6:
      return globalUnicast.check(address, "ipv6") && !reserved.check(address, "ipv6");
    default:
      return false;
  }
}

/**
 * Checks what can be seen from the URL alone; the name is looked up when the webhook is sent.
 * @throws AppError webhook.invalid_url, webhook.private_address
 */
export function checkTarget(url: string, { allowPrivate }: { readonly allowPrivate: boolean }): URL {
  const parsed = URL.parse(url);
  if (!parsed || !["https:", "http:"].includes(parsed.protocol)) {
    throw new AppError("webhook.invalid_url", {
      message: "The webhook's address is not an absolute https URL.",
    });
  }
  if (parsed.protocol === "http:" && !allowPrivate) {
    throw new AppError("webhook.invalid_url", { message: "The webhook's address is http; https is needed." });
  }
  if (parsed.username !== "" || parsed.password !== "") {
    throw new AppError("webhook.invalid_url", {
      message: "The webhook's address has a user name or password in it.",
    });
  }
  if (allowPrivate) return parsed;
  const host = parsed.hostname.replace(/^\[|\]$/g, "");
  const named = host.replace(/\.$/, "");
  if (
    isIP(host) ? !isPublicAddress(host) : !named.includes(".") || /\.(localhost|local|internal)$/.test(named)
  ) {
    throw new AppError("webhook.private_address");
  }
  return parsed;
}

export class PrivateAddressError extends Error {
  override readonly name = "PrivateAddressError";
}

type Resolve = (host: string) => Promise<LookupAddress[]>;

const resolveAll: Resolve = (host) =>
  new Promise((done, failed) => {
    lookup(host, { all: true, verbatim: true }, (error, addresses) =>
      error ? failed(error) : done(addresses),
    );
  });

/**
 * A `lookup` for a socket: the addresses it gives are those that were checked, so that a name which changes its answer
 * between the check and the connection gains nothing. One private address among them is enough to refuse.
 */
export function publicLookup(resolve: Resolve = resolveAll): LookupFunction {
  return (host, options, done) => {
    resolve(host).then(
      (addresses) => {
        const [first] = addresses;
        const isPublic = addresses.every(({ address }) => isPublicAddress(address));
        if (!first || !isPublic) {
          done(new PrivateAddressError(`${host} resolves to an address that is not public.`), [], 0);
        } else if (options.all) {
          done(null, addresses);
        } else {
          done(null, first.address, first.family);
        }
      },
      (error: NodeJS.ErrnoException) => done(error, [], 0),
    );
  };
}
