/// <reference path="../.sst/platform/config.d.ts" />
/** One queue a type of job, so that a long training never delays a short generation, each with its dead letters. */

const queue = (name: string) => {
  const deadLetters = new sst.aws.Queue(`${name}DeadLetters`, {
    // The longest there is: a dead letter waits for people.
    transform: { queue: { messageRetentionSeconds: 14 * 24 * 3600 } },
  });
  const jobs = new sst.aws.Queue(name, {
    // Workers extend it while they work; after a crash the message is back this soon.
    visibilityTimeout: "1 minute",
    dlq: { queue: deadLetters.arn, retry: 5 },
    transform: { queue: { messageRetentionSeconds: 4 * 24 * 3600, receiveWaitTimeSeconds: 20 } },
  });
  return { jobs, deadLetters };
};

export const queues = {
  compile: queue("Compile"),
  generate: queue("Generate"),
  experiment: queue("Experiment"),
};
export const allQueues = Object.values(queues);
