/** The hub and the leaderboard. */
import {
  communitySchema,
  hubPageSchema,
  hubTagsSchema,
  jobSchema,
  leaderboardEntryPageSchema,
  leaderboardPredictionsSchema,
  leaderboardTaskListSchema,
  leaderboardTaskSchema,
  suiteListSchema,
} from "@weightsmith/contract";
import { Leaderboard } from "@weightsmith/core";
import { makeProgram } from "../api.ts";
import {
  type Bodies,
  type Cases,
  freshSpec,
  NOBODY_PROGRAM,
  next,
  raw,
  tooLarge,
  type World,
} from "./world.ts";

/** A task of its own with one entry. */
async function leaderboardTask({ services: { db, storage } }: World): Promise<string> {
  const id = `task-${next()}`;
  const examples = [{ input: "a.PDF", output: "pdf" }];
  await Leaderboard.publishTask(db, storage, {
    id,
    title: "Extension",
    description: "",
    kinds: ["weights"],
    suites: [],
    publicExamples: examples,
    hiddenExamples: examples,
  });
  const measured = { correct: 1, n: 1, latencyMilliseconds: 1, predictions: [] };
  await Leaderboard.saveBaseline(db, { taskId: id, taskVersion: 1, name: "Copy", ...measured });
  return id;
}

export const cases: Cases = {
  searchHub: {
    200: ({ ask }) => ask("GET", "/v1/hub?q=extension&sort=score"),
    400: ({ ask }) => ask("GET", "/v1/hub?sort=luck"),
  },
  getCommunity: {
    200: ({ ask, program }) => ask("GET", `/v1/programs/${program}/community`),
    404: ({ ask }) => ask("GET", `/v1/programs/${NOBODY_PROGRAM}/community`),
  },
  listHubTags: { 200: ({ ask }) => ask("GET", "/v1/hub/tags") },
  reportProgram: {
    204: async (world) => {
      const { programId } = await makeProgram(world.services, world.ann, { ...freshSpec(), public: true });
      return world.ask("POST", `/v1/programs/${programId}/reports`, { reason: "spam" });
    },
    400: (world) => raw("POST", `/v1/programs/${world.program}/reports`, "{")(world),
    404: ({ ask }) => ask("POST", `/v1/programs/${NOBODY_PROGRAM}/reports`, { reason: "spam" }),
    413: (world) => raw("POST", `/v1/programs/${world.program}/reports`, tooLarge)(world),
    415: (world) => raw("POST", `/v1/programs/${world.program}/reports`, "a", "text/plain")(world),
    422: ({ ask, program }) => ask("POST", `/v1/programs/${program}/reports`, { reason: "dull" }),
  },
  listLeaderboardTasks: { 200: ({ ask }) => ask("GET", "/v1/leaderboard/tasks") },
  getLeaderboardTask: {
    200: async (world) => world.ask("GET", `/v1/leaderboard/tasks/${await leaderboardTask(world)}`),
    404: ({ ask }) => ask("GET", "/v1/leaderboard/tasks/nowhere"),
  },
  listLeaderboardEntries: {
    200: async (world) => world.ask("GET", `/v1/leaderboard/tasks/${await leaderboardTask(world)}/entries`),
    400: ({ ask }) => ask("GET", "/v1/leaderboard/tasks/nowhere/entries?limit=0"),
    404: ({ ask }) => ask("GET", "/v1/leaderboard/tasks/nowhere/entries"),
  },
  getLeaderboardPredictions: {
    200: async (world) => {
      const taskId = await leaderboardTask(world);
      const { items } = await Leaderboard.entries(world.services.db, { taskId, version: 1 });
      return world.ask("GET", `/v1/leaderboard/entries/${items[0]!.entry.id}/predictions`);
    },
    404: ({ ask }) => ask("GET", "/v1/leaderboard/entries/ent_none/predictions"),
  },
  submitToLeaderboard: {
    202: async (world) =>
      world.ask("POST", `/v1/leaderboard/tasks/${await leaderboardTask(world)}/submissions`, {
        programId: world.program,
      }),
    400: raw("POST", "/v1/leaderboard/tasks/nowhere/submissions", "{"),
    404: ({ ask, program }) =>
      ask("POST", "/v1/leaderboard/tasks/nowhere/submissions", { programId: program }),
    413: raw("POST", "/v1/leaderboard/tasks/nowhere/submissions", tooLarge),
    415: raw("POST", "/v1/leaderboard/tasks/nowhere/submissions", "a", "text/plain"),
    422: ({ ask }) => ask("POST", "/v1/leaderboard/tasks/nowhere/submissions", { score: 1 }),
  },
  listSuites: { 200: ({ ask }) => ask("GET", "/v1/leaderboard/suites") },
};

export const bodies: Bodies = {
  searchHub: hubPageSchema,
  getCommunity: communitySchema,
  listHubTags: hubTagsSchema,
  listLeaderboardTasks: leaderboardTaskListSchema,
  getLeaderboardTask: leaderboardTaskSchema,
  listLeaderboardEntries: leaderboardEntryPageSchema,
  getLeaderboardPredictions: leaderboardPredictionsSchema,
  submitToLeaderboard: jobSchema,
  listSuites: suiteListSchema,
};
