/** The TypeScript SDK. Needs `fetch` and nothing else: runs in Node, in browsers and in workers. */
export type { StartBatchOptions } from "./batches.ts";
export { type ClientErrorCode, WeightsmithError } from "./error.ts";
export type { HubQuery } from "./hub.ts";
export type { FollowOptions } from "./job-events.ts";
export type { Routing, WritePiece, WriteRequest } from "./specialists.ts";
export {
  type CallOptions,
  type JobQuery,
  type ProgramQuery,
  type StartOptions,
  type WaitOptions,
  Weightsmith,
  type WeightsmithOptions,
} from "./weightsmith.ts";
