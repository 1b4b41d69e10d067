/// <reference path="../.sst/platform/config.d.ts" />
/** Postgres: Aurora Serverless in the private subnets, behind a proxy that shares connections among functions. */
import { vpc } from "./network.ts";
import { stage } from "./stage.ts";

export const database = new sst.aws.Aurora("Database", {
  engine: "postgres",
  version: "17.5",
  database: "weightsmith",
  vpc,
  proxy: stage.keepsData,
  scaling: { min: stage.database.min, max: stage.database.max },
  transform: {
    cluster: {
      storageEncrypted: true,
      deletionProtection: stage.keepsData,
      skipFinalSnapshot: !stage.keepsData,
      finalSnapshotIdentifier: `weightsmith-${$app.stage}-final`,
      backupRetentionPeriod: stage.database.backupDays,
      copyTagsToSnapshot: true,
      enabledCloudwatchLogsExports: ["postgresql"],
    },
  },
});

/** The password is generated and may hold any character. */
export const databaseUrl = $util
  .all([database.username, database.password, database.host, database.port, database.database])
  .apply(
    ([user, password, host, port, name]) =>
      `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${name}?sslmode=no-verify`,
  );
