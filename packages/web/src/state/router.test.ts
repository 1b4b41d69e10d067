import { expect, test } from "vitest";
import { addressOf, routeOf } from "./router.ts";

test("every address leads to its page", () => {
  expect(routeOf("")).toEqual({ page: "compile" });
  expect(routeOf(addressOf.compile)).toEqual({ page: "compile" });
  expect(routeOf(addressOf.programs)).toEqual({ page: "programs", words: "" });
  expect(routeOf(addressOf.search("a b&c"))).toEqual({ page: "programs", words: "a b&c" });
  expect(routeOf(addressOf.search(""))).toEqual({ page: "programs", words: "" });
  expect(routeOf(addressOf.program("3f9a"))).toEqual({ page: "program", id: "3f9a" });
  expect(routeOf(addressOf.jobs)).toEqual({ page: "jobs" });
  expect(routeOf(addressOf.job("job_1"))).toEqual({ page: "job", id: "job_1" });
});

test("an address that the page does not have leads nowhere", () => {
  expect(routeOf("#/leaderboard")).toEqual({ page: "nowhere" });
  expect(routeOf("#/jobs/job_1/more")).toEqual({ page: "nowhere" });
});
