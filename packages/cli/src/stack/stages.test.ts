import { expect, test } from "vitest";
import { type Part, Stages } from "./stages.ts";

function recorder() {
  const events: string[] = [];
  const part = (name: string, stopError?: Error): Part => ({
    stop: async () => {
      events.push(`stop ${name}`);
      if (stopError) throw stopError;
    },
    kill: () => events.push(`kill ${name}`),
  });
  return { events, part };
}

test("later stages stop first", async () => {
  const { events, part } = recorder();
  const stages = new Stages();
  await stages.start([Promise.resolve(part("database"))]);
  await stages.start([Promise.resolve(part("api")), Promise.resolve(part("worker"))]);
  await stages.stop(1);
  expect(events).toEqual(["stop api", "stop worker", "stop database"]);
});

test("if one part of a stage fails, those that come up later than the failure are stopped all the same", async () => {
  const { events, part } = recorder();
  const stages = new Stages();
  const slow = Promise.withResolvers<Part>();
  const starting = stages.start([Promise.reject(new Error("port taken")), slow.promise]);
  slow.resolve(part("slow"));
  await expect(starting).rejects.toThrow("port taken");
  await stages.stop(1);
  expect(events).toEqual(["stop slow"]);
});

test("a part that cannot be stopped does not keep the others from stopping", async () => {
  const { events, part } = recorder();
  const stages = new Stages();
  await stages.start([Promise.resolve(part("database"))]);
  await stages.start([Promise.resolve(part("api", new Error("stuck")))]);
  await expect(stages.stop(1)).rejects.toThrow("stuck");
  expect(events).toEqual(["stop api", "stop database"]);
});

test("the last that was started is killed first", async () => {
  const { events, part } = recorder();
  const stages = new Stages();
  await stages.start([Promise.resolve(part("database"))]);
  await stages.start([Promise.resolve(part("api"))]);
  stages.kill();
  expect(events).toEqual(["kill api", "kill database"]);
});
