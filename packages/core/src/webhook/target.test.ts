import { AppError } from "@weightsmith/contract";
import { describe, expect, test } from "vitest";
import { checkTarget, isPublicAddress, publicLookup } from "./target.ts";

describe("public addresses", () => {
  test.each(["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:80e::200e"])(
    "%s",
    (address) => expect(isPublicAddress(address)).toBe(true),
  );
});

describe("addresses that are not public", () => {
  test.each([
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.31.255.255",
    "192.168.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "::ffff:1.1.1.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:db8::1",
    "fc00::1",
    "fe80::1",
    "ff02::1",
    "fd00:ec2::254",
    "not an address",
  ])("%s", (address) => expect(isPublicAddress(address)).toBe(false));
});

const code = (url: string, allowPrivate = false): string => {
  try {
    checkTarget(url, { allowPrivate });
    return "accepted";
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
};

test.each([
  ["https://example.com/hooks", "accepted"],
  ["https://example.com:8443/hooks?a=b", "accepted"],
  ["https://1.1.1.1/", "accepted"],
  ["http://example.com/", "webhook.invalid_url"],
  ["ftp://example.com/", "webhook.invalid_url"],
  ["file:///etc/passwd", "webhook.invalid_url"],
  ["example.com", "webhook.invalid_url"],
  ["", "webhook.invalid_url"],
  ["https://user:secret@example.com/", "webhook.invalid_url"],
  ["https://localhost/", "webhook.private_address"],
  ["https://localhost./", "webhook.private_address"],
  ["https://app.localhost/", "webhook.private_address"],
  ["https://metadata.google.internal/", "webhook.private_address"],
  ["https://intranet/", "webhook.private_address"],
  ["https://127.0.0.1/", "webhook.private_address"],
  ["https://2130706433/", "webhook.private_address"],
  ["https://0x7f.1/", "webhook.private_address"],
  ["https://0177.0.0.1/", "webhook.private_address"],
  ["https://[::1]/", "webhook.private_address"],
  ["https://[::ffff:127.0.0.1]/", "webhook.private_address"],
  ["https://[64:ff9b::a00:1]/", "webhook.private_address"],
])("%s: %s", (url, wanted) => {
  expect(code(url)).toBe(wanted);
});

test("local mode accepts http and private addresses, but neither credentials nor other schemes", () => {
  expect(code("http://127.0.0.1:8080/hook", true)).toBe("accepted");
  expect(code("http://user:secret@127.0.0.1/", true)).toBe("webhook.invalid_url");
  expect(code("file:///etc/passwd", true)).toBe("webhook.invalid_url");
});

describe("looking a name up", () => {
  const answer = (addresses: string[], all = false) =>
    new Promise<string>((done) => {
      const resolve = async () =>
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
      publicLookup(resolve)("name.example", { all }, (error, address) =>
        done(error ? error.name : JSON.stringify(address)),
      );
    });

  test("gives exactly the addresses that were checked", async () => {
    expect(await answer(["1.1.1.1", "2606:4700:4700::1111"])).toBe('"1.1.1.1"');
    expect(await answer(["1.1.1.1"], true)).toBe('[{"address":"1.1.1.1","family":4}]');
  });

  test("one private address among public ones is enough to refuse", async () => {
    expect(await answer(["1.1.1.1", "10.0.0.1"])).toBe("PrivateAddressError");
    expect(await answer(["::ffff:10.0.0.1"], true)).toBe("PrivateAddressError");
  });

  test("no address is refused", async () => {
    expect(await answer([])).toBe("PrivateAddressError");
  });
});
