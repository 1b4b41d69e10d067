/** Jobs: accepted (create), worked on (lease), managed from outside (manage), looked at (list, feed, view). */
export { publishKnown } from "./alias.ts";
export { type Created, countUnfinished, create, get, type NewJob, repeated } from "./create.ts";
export { type Feed, type FeedSettings, feed } from "./feed.ts";
export {
  type Claim,
  claim,
  fail,
  type Heartbeat,
  heartbeat,
  type Lease,
  progress,
  release,
  report,
  stop,
  succeed,
} from "./lease.ts";
export { type ListQuery, list } from "./list.ts";
export { cancel, deadLetter, expireLeases } from "./manage.ts";
export type { Job, StoredEvent } from "./row.ts";
export {
  BACK_OFF,
  type BackOff,
  type JobAction,
  type JobFacts,
  type JobStep,
  transition,
} from "./transition.ts";
export { next } from "./turn.ts";
export { summary, view } from "./view.ts";
export { makerOf, type Outlook, outlook } from "./waiting.ts";
