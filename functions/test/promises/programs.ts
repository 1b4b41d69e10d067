/** Programs: looked at, changed, run. */
import {
  casePageSchema,
  caseSchema,
  comparisonSchema,
  downloadLinkSchema,
  interpreterFilesSchema,
  programPageSchema,
  programSchema,
  runResultSchema,
  votesSchema,
} from "@weightsmith/contract";
import { INTERPRETER, makeProgram } from "../api.ts";
import { type Bodies, type Cases, freshSpec, NOBODY_PROGRAM, raw, tooLarge } from "./world.ts";

export const cases: Cases = {
  listPrograms: {
    200: ({ ask }) => ask("GET", "/v1/programs?q=extension&kind=weights"),
    400: ({ ask }) => ask("GET", "/v1/programs?sort=recent"),
  },
  getProgram: {
    200: ({ ask, program }) => ask("GET", `/v1/programs/${program}`),
    404: ({ ask }) => ask("GET", `/v1/programs/${NOBODY_PROGRAM}`),
  },
  updateProgram: {
    200: ({ ask, program }) =>
      ask("PATCH", `/v1/programs/${program}`, { name: "extension", tags: ["files"] }),
    400: (world) => raw("PATCH", `/v1/programs/${world.program}`, "{")(world),
    404: ({ ask }) => ask("PATCH", `/v1/programs/${NOBODY_PROGRAM}`, { name: "x" }),
    413: (world) => raw("PATCH", `/v1/programs/${world.program}`, tooLarge)(world),
    415: (world) => raw("PATCH", `/v1/programs/${world.program}`, "{}", "text/csv")(world),
    422: ({ ask, program }) => ask("PATCH", `/v1/programs/${program}`, {}),
  },
  deleteProgram: {
    204: async (world) => {
      const { programId } = await makeProgram(world.services, world.ann, freshSpec());
      return world.ask("DELETE", `/v1/programs/${programId}`);
    },
    404: ({ ask }) => ask("DELETE", `/v1/programs/${NOBODY_PROGRAM}`),
  },
  downloadProgram: {
    200: ({ ask, program }) =>
      ask("GET", `/v1/programs/${program}/download`, undefined, { accept: "application/json" }),
    302: ({ ask, program }) => ask("GET", `/v1/programs/${program}/download`),
    404: ({ ask }) => ask("GET", `/v1/programs/${NOBODY_PROGRAM}/download`),
  },
  getProgramArchive: {
    200: ({ ask, program }) => ask("GET", `/v1/programs/${program}/archive`),
    304: async ({ ask, program }) => {
      const path = `/v1/programs/${program}/archive`;
      const tag = (await ask("GET", path)).headers.get("etag");
      return ask("GET", path, undefined, { "if-none-match": tag! });
    },
    404: ({ ask }) => ask("GET", `/v1/programs/${NOBODY_PROGRAM}/archive`),
  },
  getInterpreterFiles: {
    200: ({ ask }) => ask("GET", "/v1/interpreters/tiny"),
    422: ({ ask }) => ask("GET", "/v1/interpreters/huge"),
  },
  getInterpreterFile: {
    200: ({ ask }) => ask("GET", `/v1/interpreters/tiny/${INTERPRETER.sha256}/config.json`),
    400: ({ ask }) => ask("GET", `/v1/interpreters/tiny/${INTERPRETER.sha256}/interpreter.json`),
    422: ({ ask }) => ask("GET", `/v1/interpreters/tiny/${"0".repeat(64)}/config.json`),
  },
  comparePrograms: {
    200: ({ ask, program }) => ask("GET", `/v1/programs/${program}/compare/${program}`),
    404: ({ ask, program }) => ask("GET", `/v1/programs/${program}/compare/${NOBODY_PROGRAM}`),
  },
  voteProgram: {
    200: ({ ask, program }) => ask("PUT", `/v1/programs/${program}/vote`, { value: 1 }),
    400: (world) => raw("PUT", `/v1/programs/${world.program}/vote`, "{")(world),
    404: ({ ask }) => ask("PUT", `/v1/programs/${NOBODY_PROGRAM}/vote`, { value: 1 }),
    413: (world) => raw("PUT", `/v1/programs/${world.program}/vote`, tooLarge)(world),
    415: (world) => raw("PUT", `/v1/programs/${world.program}/vote`, "1", "text/plain")(world),
    422: ({ ask, program }) => ask("PUT", `/v1/programs/${program}/vote`, { value: 2 }),
  },
  listCases: {
    200: ({ ask, program }) => ask("GET", `/v1/programs/${program}/cases`),
    400: ({ ask, program }) => ask("GET", `/v1/programs/${program}/cases?limit=0`),
    404: ({ ask }) => ask("GET", `/v1/programs/${NOBODY_PROGRAM}/cases`),
  },
  addCase: {
    201: ({ ask, program }) => ask("POST", `/v1/programs/${program}/cases`, { input: "a.B", output: "b" }),
    400: (world) => raw("POST", `/v1/programs/${world.program}/cases`, "{")(world),
    404: ({ ask }) => ask("POST", `/v1/programs/${NOBODY_PROGRAM}/cases`, { input: "a", output: "b" }),
    413: (world) => raw("POST", `/v1/programs/${world.program}/cases`, tooLarge)(world),
    415: (world) => raw("POST", `/v1/programs/${world.program}/cases`, "a", "text/plain")(world),
    422: ({ ask, program }) => ask("POST", `/v1/programs/${program}/cases`, { input: "a" }),
  },
  runProgram: {
    200: ({ ask, program }) => ask("POST", `/v1/programs/${program}/run`, { input: "a.jpg" }),
    400: (world) => raw("POST", `/v1/programs/${world.program}/run`, "")(world),
    404: ({ ask }) => ask("POST", `/v1/programs/${NOBODY_PROGRAM}/run`, { input: "a" }),
    413: (world) => raw("POST", `/v1/programs/${world.program}/run`, tooLarge)(world),
    415: (world) => raw("POST", `/v1/programs/${world.program}/run`, "a", "text/plain")(world),
    422: ({ ask, program }) => ask("POST", `/v1/programs/${program}/run`, { input: 3 }),
    504: ({ ask, program }) => ask("POST", `/v1/programs/${program}/run`, { input: "hang" }),
  },
};

export const bodies: Bodies = {
  listPrograms: programPageSchema,
  getProgram: programSchema,
  updateProgram: programSchema,
  downloadProgram: downloadLinkSchema,
  getInterpreterFiles: interpreterFilesSchema,
  comparePrograms: comparisonSchema,
  voteProgram: votesSchema,
  listCases: casePageSchema,
  addCase: caseSchema,
  runProgram: runResultSchema,
};
