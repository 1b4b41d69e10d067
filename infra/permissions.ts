/// <reference path="../.sst/platform/config.d.ts" />
/** What each part may do, and no more. SST's `link` would grant everything on what is linked. */
import { allQueues } from "./queues.ts";
import { bucket } from "./storage.ts";

const objects = (...prefixes: string[]) => prefixes.map((prefix) => $interpolate`${bucket.arn}/${prefix}*`);
const jobQueues = allQueues.map(({ jobs }) => jobs.arn);
const deadLetterQueues = allQueues.map(({ deadLetters }) => deadLetters.arn);

/** Without it S3 says "forbidden" of what does not exist. */
export const seeWhatIsMissing = { actions: ["s3:ListBucket"], resources: [bucket.arn] };
/** What runs programs also writes them in other forms, and makes programs of adapters that were uploaded. */
export const makeArtifacts = {
  actions: ["s3:GetObject", "s3:PutObject"],
  resources: objects("artifacts/"),
};
/** Uploads of callers, imports, and what the leaderboard keeps back. */
export const writeObjects = {
  actions: ["s3:GetObject", "s3:PutObject"],
  resources: objects("artifacts/", "uploads/", "corpora/", "batches/"),
};
export const sendJobs = {
  actions: ["sqs:SendMessage", "sqs:GetQueueAttributes"],
  resources: jobQueues,
};
/** Objects that nothing needs any more, lost messages, dead letters. */
export const keepHouse = [
  seeWhatIsMissing,
  { actions: ["s3:GetObject", "s3:DeleteObject"], resources: objects("") },
  sendJobs,
  {
    actions: ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    resources: deadLetterQueues,
  },
];
export const work = [
  seeWhatIsMissing,
  {
    actions: ["s3:GetObject", "s3:PutObject"],
    resources: objects("artifacts/", "checkpoints/", "uploads/", "corpora/", "hidden/", "batches/"),
  },
  // The checkpoint before the newest one, and the corpus of a specialist that is deleted.
  { actions: ["s3:DeleteObject"], resources: objects("checkpoints/", "corpora/") },
  // The output of a batch is put together from parts.
  { actions: ["s3:AbortMultipartUpload"], resources: objects("batches/") },
  {
    actions: [
      "sqs:ReceiveMessage",
      "sqs:DeleteMessage",
      "sqs:ChangeMessageVisibility",
      "sqs:GetQueueAttributes",
    ],
    resources: jobQueues,
  },
  sendJobs,
];
