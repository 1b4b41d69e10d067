/** What would be created in AWS. Needs SST's components, which `npm run check` installs; skipped aloud without them. */
import { existsSync } from "node:fs";
import { COMPILE_KINDS, EXPERIMENT_QUEUE_KINDS, GENERATE_KINDS, JOB_TYPES } from "@weightsmith/contract";
import { beforeAll, describe, expect, test } from "vitest";
import { createRunApp } from "../functions/src/app.ts";
import { runEnvironmentSchema as runEnvironment } from "../functions/src/run/settings.ts";
import { PUBLIC_LIMITS } from "../functions/src/services.ts";
import { environmentSchema as apiEnvironment } from "../functions/src/settings.ts";
import { environmentSchema as workerEnvironmentSchema } from "../gpu-worker/src/settings.ts";
import { isOurs, READ_APART, UNSET } from "./test/environment.ts";
import { loadStack, type MockStack, platform, type Resource } from "./test/mock-stack.ts";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

const there = existsSync(platform);

describe.skipIf(!there)("the production stage (needs .sst/platform, which npm run check installs)", () => {
  let stack: MockStack;
  beforeAll(async () => {
    stack = await loadStack("production");
  }, 120_000);

  /** A resource by the name that infra/ gives it; SST adds a suffix to some. */
  const one = (type: string, name: string): Resource => {
    const found = stack.of(type).filter((resource) => resource.name === name);
    expect(found, `${type} ${name}`).toHaveLength(1);
    return found[0]!;
  };
  /** Pulumi wraps what holds a secret. */
  const plain = (value: unknown): unknown =>
    typeof value === "object" && value !== null && "4dabf18193072939515e22adb298388d" in value
      ? (value as unknown as { value: unknown }).value
      : value;
  const statementsOf = (role: string): Statement[] => {
    const { inlinePolicies } = one("aws:iam/role:Role", role).inputs;
    const [inline] = (plain(inlinePolicies) ?? []) as { policy: string }[];
    return inline ? (JSON.parse(inline.policy) as { Statement: Statement[] }).Statement : [];
  };
  const granted = (statements: readonly Statement[]) => {
    const all = statements.flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) => [Resource].flat().map((resource) => `${action} ${resource.split(":").at(-1)}`)),
    );
    return [...new Set(all)].sort();
  };

  test("there are three queues, and each gives its messages to dead letters of its own, which are watched", () => {
    const queues = stack.of("aws:sqs/queue:Queue");
    const jobs = queues.filter(({ inputs }) => inputs.redrivePolicy !== undefined);
    expect(jobs.map(({ name }) => name).sort()).toEqual(["CompileQueue", "ExperimentQueue", "GenerateQueue"]);
    const targets = jobs.map(({ inputs }) => JSON.parse(inputs.redrivePolicy).deadLetterTargetArn as string);
    expect(new Set(targets).size).toBe(3);
    for (const target of targets) expect(target).toMatch(/DeadLettersQueue$/);
    const watched = stack
      .of("aws:cloudwatch/metricAlarm:MetricAlarm")
      .filter(({ name }) => name.endsWith("DeadLetter"));
    expect(watched).toHaveLength(3);
    for (const { inputs } of watched) {
      expect(inputs.dimensions.QueueName).toMatch(/DeadLetters/);
      expect(inputs.alarmActions).not.toEqual([]);
    }
  });

  test("no bucket is public, all refuse plain http, and the CDN reads only the folder of artifacts", () => {
    for (const bucket of stack.of("aws:s3/bucket:Bucket")) {
      const name = bucket.name.replace(/Bucket$/, "");
      expect(
        one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", `${name}PublicAccessBlock`).inputs,
      ).toMatchObject({
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      const { Statement } = JSON.parse(
        one("aws:s3/bucketPolicy:BucketPolicy", `${name}Policy`).inputs.policy,
      ) as {
        Statement: Statement[];
      };
      const allowed = Statement.filter(({ Effect }) => Effect === "Allow");
      for (const { Principal, Action } of allowed) {
        expect(Principal).toEqual({ Service: ["cloudfront.amazonaws.com"] });
        expect([Action].flat()).toEqual(["s3:GetObject"]);
      }
      expect(JSON.stringify(Statement.find(({ Effect }) => Effect === "Deny"))).toContain(
        "aws:SecureTransport",
      );
      if (name === "Artifacts") {
        expect(allowed.flatMap(({ Resource }) => Resource)).toEqual([
          expect.stringMatching(/ArtifactsBucket\/artifacts\/\*$/),
        ]);
      }
    }
  });

  test("artifacts are versioned, encrypted and kept; what jobs leave behind expires", () => {
    expect(
      one("aws:s3/bucketVersioning:BucketVersioning", "ArtifactsVersioning").inputs.versioningConfiguration
        .status,
    ).toBe("Enabled");
    expect(
      stack.of("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"),
    ).toHaveLength(1);
    expect(one("aws:s3/bucket:Bucket", "ArtifactsBucket").inputs.forceDestroy).toBe(false);
    const [lifecycle] = stack.of("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
    expect(JSON.stringify(lifecycle?.inputs.rules)).toMatch(/checkpoints\/.*60|60.*checkpoints\//);
  });

  test("the database is private, encrypted, backed up for a month, and cannot be deleted by accident", () => {
    expect(one("aws:rds/cluster:Cluster", "DatabaseCluster").inputs).toMatchObject({
      engine: "aurora-postgresql",
      storageEncrypted: true,
      deletionProtection: true,
      backupRetentionPeriod: 30,
      skipFinalSnapshot: false,
    });
    for (const { inputs } of stack.of("aws:rds/clusterInstance:ClusterInstance")) {
      expect(inputs.publiclyAccessible ?? false).toBe(false);
    }
    expect(stack.of("aws:rds/proxy:Proxy")).toHaveLength(1);
  });

  test("each function may do what it needs and no more", () => {
    expect(granted(statementsOf("ApiRole"))).toEqual([
      "s3:GetObject ArtifactsBucket/artifacts/*",
      "s3:GetObject ArtifactsBucket/batches/*",
      "s3:GetObject ArtifactsBucket/corpora/*",
      "s3:GetObject ArtifactsBucket/uploads/*",
      "s3:ListBucket ArtifactsBucket",
      "s3:PutObject ArtifactsBucket/artifacts/*",
      "s3:PutObject ArtifactsBucket/batches/*",
      "s3:PutObject ArtifactsBucket/corpora/*",
      "s3:PutObject ArtifactsBucket/uploads/*",
      "sqs:GetQueueAttributes CompileQueue",
      "sqs:GetQueueAttributes ExperimentQueue",
      "sqs:GetQueueAttributes GenerateQueue",
      "sqs:SendMessage CompileQueue",
      "sqs:SendMessage ExperimentQueue",
      "sqs:SendMessage GenerateQueue",
    ]);
    expect(granted(statementsOf("RunRole"))).toEqual([
      "s3:GetObject ArtifactsBucket/artifacts/*",
      "s3:ListBucket ArtifactsBucket",
      "s3:PutObject ArtifactsBucket/artifacts/*",
    ]);
    expect(granted(statementsOf("MigrateRole"))).toEqual([]);
    const mayDelete = ["EveryMinuteHandlerRole", "EveryDayHandlerRole"];
    for (const { name } of stack.of("aws:iam/role:Role")) {
      const actions = granted(statementsOf(name));
      expect(actions.filter((action) => action.includes("*:") || action.startsWith("*"))).toEqual([]);
      if (!mayDelete.includes(name)) expect(actions.join()).not.toContain("s3:DeleteObject");
    }
    const worker = JSON.parse(one("aws:iam/rolePolicy:RolePolicy", "WorkerTaskPolicy").inputs.policy) as {
      Statement: Statement[];
    };
    const work = granted(worker.Statement);
    for (const queue of ["Compile", "Generate", "Experiment"]) {
      expect(work).toContain(`sqs:ReceiveMessage ${queue}Queue`);
    }
    expect(work.filter((action) => action.includes("DeleteObject"))).toEqual([
      "s3:DeleteObject ArtifactsBucket/checkpoints/*",
      "s3:DeleteObject ArtifactsBucket/corpora/*",
    ]);
    expect(work.join("\n")).not.toMatch(/DeadLetters|s3:PutObject ArtifactsBucket\/\*/);
  });

  test("every function runs in the network, on the newest Node, for less than a gateway waits", () => {
    const functions = stack.of("aws:lambda/function:Function");
    expect(functions.map(({ name }) => name.replace(/Function$/, "")).sort()).toEqual([
      "Api",
      "EveryDayHandler",
      "EveryMinuteHandler",
      "Migrate",
      "Run",
    ]);
    for (const { inputs } of functions) {
      expect(inputs.runtime).toBe("nodejs24.x");
      expect(inputs.vpcConfig.subnetIds).not.toEqual([]);
    }
    for (const name of ["Api", "Run"]) {
      expect(one("aws:lambda/function:Function", `${name}Function`).inputs.timeout).toBeLessThan(30);
    }
    expect(stack.of("aws:lambda/functionUrl:FunctionUrl")).toEqual([]);
  });

  test("a deployment migrates the database, once for each new migration", () => {
    const { inputs } = one("aws:lambda/invocation:Invocation", "Migrated");
    expect(inputs.triggers.journal).toMatch(/^[0-9a-f]{64}$/);
  });

  test("a worker reserves one GPU, without privileges, and has the two minutes of a spot instance to end", () => {
    const task = one("aws:ecs/taskDefinition:TaskDefinition", "WorkerTask").inputs;
    const definitions = JSON.parse(String(plain(task.containerDefinitions)));
    expect(definitions).toHaveLength(1);
    const [worker] = definitions;
    expect(worker.resourceRequirements).toEqual([{ type: "GPU", value: "1" }]);
    expect(worker.user).not.toBe("0");
    expect(worker.linuxParameters.capabilities.drop).toEqual(["ALL"]);
    const names = Object.fromEntries(
      worker.environment.map(({ name, value }: { name: string; value: string }) => [name, value]),
    );
    expect(Number(names.WEIGHTSMITH_DRAIN_SECONDS)).toBeLessThan(worker.stopTimeout);
    expect(worker.stopTimeout).toBeLessThan(120);
    const { mixedInstancesPolicy, minSize } = one("aws:autoscaling/group:Group", "WorkerInstances").inputs;
    expect(minSize).toBe(0);
    expect(mixedInstancesPolicy.instancesDistribution.onDemandPercentageAboveBaseCapacity).toBe(0);
    const template = one("aws:ec2/launchTemplate:LaunchTemplate", "WorkerInstance").inputs;
    expect(Buffer.from(template.userData, "base64").toString()).toContain(
      "ECS_ENABLE_SPOT_INSTANCE_DRAINING=true",
    );
    expect(template.metadataOptions).toMatchObject({ httpTokens: "required", httpPutResponseHopLimit: 1 });
  });

  const environmentOf = (name: string): Record<string, string> => {
    const { environment } = one("aws:lambda/function:Function", `${name}Function`).inputs;
    return (plain(environment) as { variables: Record<string, string> }).variables;
  };
  const workerEnvironment = (): Record<string, string> => {
    const task = one("aws:ecs/taskDefinition:TaskDefinition", "WorkerTask").inputs;
    const [worker] = JSON.parse(String(plain(task.containerDefinitions)));
    return Object.fromEntries(
      worker.environment.map(({ name, value }: { name: string; value: string }) => [name, value]),
    );
  };

  test("what the code reads is set or deliberately not, and what is set is read", () => {
    const read = {
      api: Object.keys(apiEnvironment.shape),
      run: Object.keys(runEnvironment.shape),
      worker: Object.keys(workerEnvironmentSchema.shape),
    };
    const set = {
      api: Object.keys(environmentOf("Api")),
      run: Object.keys(environmentOf("Run")),
      worker: Object.keys(workerEnvironment()),
    };
    for (const part of ["api", "run", "worker"] as const) {
      const known = [...read[part], ...READ_APART[part]];
      expect(
        set[part].filter((name) => isOurs(name) && !known.includes(name)),
        `${part} does not read`,
      ).toEqual([]);
      const left = { ...UNSET.everywhere, ...UNSET[part] };
      expect(read[part].filter((name) => !set[part].includes(name)).sort(), `${part} lacks`).toEqual(
        Object.keys(left)
          .filter((name) => read[part].includes(name))
          .sort(),
      );
    }
  });

  test("the environments are usable, and workers do all that the API takes", () => {
    const url = { DATABASE_URL: "postgres://u:p@h/d" };
    const api = apiEnvironment.parse({ ...environmentOf("Api"), ...url });
    expect(api.WEIGHTSMITH_COMPILE_KINDS).toEqual([...COMPILE_KINDS]);
    expect(api.WEIGHTSMITH_GENERATE_KINDS).toEqual([...GENERATE_KINDS]);
    expect(api.WEIGHTSMITH_EXPERIMENT_KINDS).toEqual([...EXPERIMENT_QUEUE_KINDS]);
    const worker = workerEnvironmentSchema.parse({ ...workerEnvironment(), ...url });
    expect(worker.WEIGHTSMITH_JOB_TYPES).toEqual([...JOB_TYPES]);
  });

  test("what only the function with the models can answer is routed to it", () => {
    const services = { log() {}, limits: PUBLIC_LIMITS, runs: {}, kinds: {}, interpreters: [] };
    const served = createRunApp(services as never)
      .routes.filter(({ method, path }) => method !== "ALL" && !/^\/(health|metrics)/.test(path))
      .map(({ method, path }) => `${method} ${path.replace(/:\w+(\{[^}]*\})?/g, "{}")}`);
    const routed = stack
      .of("aws:apigatewayv2/route:Route")
      .map(({ inputs }) => (inputs.routeKey as string).replace(/\{[^}]*\}/g, "{}"))
      .filter((key) => key !== "$default");
    // The API's own routers match names with a slash; a gateway needs a route for them.
    const withAliases = [...new Set(served), "GET /api/v1/programs/{}/{}/download"];
    expect([...new Set(routed)].sort()).toEqual(withAliases.sort());
  });

  test("workers follow the backlog, from none to the most there may be, without a gap between the steps", () => {
    const { minCapacity, maxCapacity } = one("aws:appautoscaling/target:Target", "WorkerScaling").inputs;
    expect([minCapacity, maxCapacity]).toEqual([0, 20]);
    const { stepAdjustments } = one("aws:appautoscaling/policy:Policy", "WorkersGrow").inputs
      .stepScalingPolicyConfiguration;
    let from = "0";
    for (const { metricIntervalLowerBound, metricIntervalUpperBound } of stepAdjustments) {
      expect(metricIntervalLowerBound).toBe(from);
      from = metricIntervalUpperBound;
    }
    expect(from).toBeUndefined();
    expect(
      stepAdjustments.map(({ scalingAdjustment }: { scalingAdjustment: number }) => scalingAdjustment),
    ).toEqual([1, 2, 4, 8, 16, 20]);
    const queries = one("aws:cloudwatch/metricAlarm:MetricAlarm", "JobsWait").inputs.metricQueries;
    expect(queries.filter(({ metric }: { metric?: object }) => metric)).toHaveLength(6);
  });

  test("callers reach the API through the CDN, which says who they are", () => {
    const code = one("aws:cloudfront/function:Function", "SiteCloudfrontFunctionRequest").inputs
      .code as string;
    expect(code).toContain('event.request.headers["x-viewer-address"] = { value: event.viewer.ip }');
    expect(code).toContain("x-origin-secret");
    for (const name of ["ApiFunction", "RunFunction"]) {
      const { environment } = one("aws:lambda/function:Function", name).inputs;
      const { variables } = plain(environment) as { variables: Record<string, string> };
      expect(variables.WEIGHTSMITH_ORIGIN_SECRET).toBe("secret");
      expect(JSON.parse(variables.WEIGHTSMITH_INTERPRETERS!)[0]).toHaveProperty("sha256");
    }
  });
});

describe.skipIf(!there)("settings of stages (needs .sst/platform, which npm run check installs)", () => {
  test("only production keeps its data and pays for spare capacity", async () => {
    const { settingsOf } = await import("./stage.ts");
    expect(settingsOf("production")).toMatchObject({ keepsData: true, nat: "managed" });
    expect(settingsOf("anna")).toMatchObject({ keepsData: false, maxWorkers: 1, warmApi: 0 });
  });
});
