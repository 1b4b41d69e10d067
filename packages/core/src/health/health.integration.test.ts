import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { freshBucket, freshDatabase, freshQueues } from "@weightsmith/testing/services";
import { expect, test } from "vitest";
import { close, connect } from "../database/index.ts";
import { readiness } from "./index.ts";

const nowhere = {
  endpoint: "http://127.0.0.1:1",
  region: "us-east-1",
  credentials: { accessKeyId: "a", secretAccessKey: "b" },
  maxAttempts: 1,
};

test("is ready when every part answers, and says how fast", async () => {
  const { db } = await freshDatabase();
  const health = await readiness({ db, storage: await freshBucket(), queues: await freshQueues() });
  expect(health.ready).toBe(true);
  for (const part of Object.values(health.parts)) {
    expect(part.ok).toBe(true);
    expect(part.milliseconds).toBeGreaterThan(0);
  }
});

test("names exactly the part that does not answer, without its address or password", async () => {
  const { db, url } = await freshDatabase();
  const storage = await freshBucket();
  const queues = await freshQueues();
  const deaf = connect(url.replace(/:\d+\//, ":1/"));
  const cases = [
    ["postgres", { db: deaf, storage, queues }],
    [
      "storage",
      { db, storage: { ...storage, s3: new S3Client({ ...nowhere, forcePathStyle: true }) }, queues },
    ],
    ["storage", { db, storage: { ...storage, bucket: "no-such-bucket" }, queues }],
    ["queues", { db, storage, queues: { ...queues, sqs: new SQSClient(nowhere) } }],
  ] as const;
  for (const [broken, parts] of cases) {
    const health = await readiness(parts, { timeoutSeconds: 30 });
    expect(health.ready).toBe(false);
    const failing = Object.entries(health.parts).filter(([, part]) => !part.ok);
    expect(failing.map(([name]) => name)).toEqual([broken]);
    expect(failing[0]![1].message).toBeTruthy();
    expect(JSON.stringify(health)).not.toMatch(/127\.0\.0\.1|postgres:\/\//);
  }
  await close(deaf);
});
