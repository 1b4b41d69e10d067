/// <reference path="../.sst/platform/config.d.ts" />
/** What differs from stage to stage; everything else is the same everywhere. */

export interface StageSettings {
  /** Kept when the stage is removed, and not removed by accident. */
  readonly keepsData: boolean;
  /** The site's host name; a CloudFront name if there is none. */
  readonly domain: string | undefined;
  /** Where alarms and budget notices go. */
  readonly alarmEmail: string | undefined;
  /** Of an OAuth app of GitHub; people then sign in with GitHub on the page. */
  readonly githubClientId: string | undefined;
  /** Where OpenTelemetry traces go (OTLP over HTTP); without it none are made. */
  readonly otlpEndpoint: string | undefined;
  /** Aurora capacity units of about 2 GiB; 0 lets it sleep. */
  readonly database: {
    readonly min: `${number} ACU`;
    readonly max: `${number} ACU`;
    readonly backupDays: number;
  };
  readonly nat: "ec2" | "managed";
  /** Of the largest workers fleet. */
  readonly maxWorkers: number;
  readonly workerInstances: readonly string[];
  /** Functions that stay warm. */
  readonly warmApi: number;
  readonly monthlyBudgetUsd: number;
  readonly logRetention: "1 week" | "3 months";
}

const small: StageSettings = {
  keepsData: false,
  domain: undefined,
  alarmEmail: undefined,
  githubClientId: undefined,
  otlpEndpoint: process.env.WEIGHTSMITH_OTLP_ENDPOINT,
  database: { min: "0 ACU", max: "2 ACU", backupDays: 1 },
  nat: "ec2",
  maxWorkers: 1,
  workerInstances: ["g6.xlarge", "g5.xlarge"],
  warmApi: 0,
  monthlyBudgetUsd: 100,
  logRetention: "1 week",
};

const production: StageSettings = {
  keepsData: true,
  domain: process.env.WEIGHTSMITH_DOMAIN,
  alarmEmail: process.env.WEIGHTSMITH_ALARM_EMAIL,
  githubClientId: process.env.WEIGHTSMITH_GITHUB_CLIENT_ID,
  otlpEndpoint: process.env.WEIGHTSMITH_OTLP_ENDPOINT,
  database: { min: "0.5 ACU", max: "32 ACU", backupDays: 30 },
  nat: "managed",
  maxWorkers: 20,
  workerInstances: ["g6.xlarge", "g5.xlarge", "g4dn.xlarge"],
  warmApi: 2,
  monthlyBudgetUsd: 2000,
  logRetention: "3 months",
};

export const settingsOf = (stage: string): StageSettings => (stage === "production" ? production : small);

export const stage = settingsOf($app.stage);
