import { expect, test } from "vitest";
import { addressSubject } from "./address.ts";

test.each([
  ["192.0.2.7", "ip:192.0.2.7"],
  ["::ffff:192.0.2.7", "ip:192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "ip:2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002::1", "ip:2001:db8:1:2::/64"],
  ["[2001:db8::1]", "ip:2001:db8:0:0::/64"],
  ["fe80::1%eth0", "ip:fe80:0:0:0::/64"],
  ["::1", "ip:0:0:0:0::/64"],
  ["64:ff9b::192.0.2.7", "ip:64:ff9b:0:0::/64"],
  ["", "ip:unknown"],
  ["unix:", "ip:unknown"],
  ["1.2.3.4, 5.6.7.8", "ip:unknown"],
])("%s is %s", (address, subject) => {
  expect(addressSubject(address)).toBe(subject);
});

test("two addresses of one IPv6 subscriber share a limit, those of two do not", () => {
  expect(addressSubject("2001:db8::1")).toBe(addressSubject("2001:db8::ffff:1"));
  expect(addressSubject("2001:db8:0:1::1")).not.toBe(addressSubject("2001:db8:0:2::1"));
});
