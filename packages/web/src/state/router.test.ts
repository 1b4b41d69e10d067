import { expect, test } from "vitest";
import { addressOf, routeOf } from "./router.ts";

test("every address leads to its page", () => {
  expect(routeOf("")).toEqual({ page: "compile" });
  expect(routeOf(addressOf.compile)).toEqual({ page: "compile" });
  expect(routeOf(addressOf.programs)).toEqual({ page: "programs", words: "" });
  expect(routeOf(addressOf.search("a b&c"))).toEqual({ page: "programs", words: "a b&c" });
  expect(routeOf(addressOf.search(""))).toEqual({ page: "programs", words: "" });
  expect(routeOf(addressOf.program("3f9a"))).toEqual({ page: "program", id: "3f9a" });
  expect(routeOf(addressOf.generate("loda"))).toEqual({ page: "generate", kind: "loda" });
  expect(routeOf(addressOf.task("iso-date"))).toEqual({ page: "task", id: "iso-date" });
  expect(routeOf(addressOf.hub({ q: "a b&c", kind: "loda" }))).toEqual({
    page: "hub",
    query: { q: "a b&c", tag: "", kind: "loda", sort: "" },
  });
  expect(routeOf(addressOf.jobs)).toEqual({ page: "jobs" });
  expect(routeOf(addressOf.job("job_1"))).toEqual({ page: "job", id: "job_1" });
});

test("an address that the page does not have leads nowhere", () => {
  expect(routeOf("#/nothing")).toEqual({ page: "nowhere" });
  expect(routeOf("#/generate/poetry")).toEqual({ page: "nowhere" });
  expect(routeOf("#/account/keys")).toEqual({ page: "nowhere" });
  expect(routeOf("#/jobs/job_1/more")).toEqual({ page: "nowhere" });
});
