/**
 * Runs infra/ with SST's own components against mocks of AWS: what would be created, without an account. One load a
 * process, because SST keeps its state in globals.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

export interface Resource {
  /** Such as `aws:sqs/queue:Queue`. */
  readonly type: string;
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: each type of resource has properties of its own
  readonly inputs: any;
}

export interface MockStack {
  readonly resources: readonly Resource[];
  of(type: string): Resource[];
}

const root = path.resolve(import.meta.dirname, "../..");
export const platform = path.join(root, ".sst/platform");
const account = "123456789012";

export async function loadStack(stage: string): Promise<MockStack> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      const { method } = JSON.parse(body) as { method: string };
      response.end(JSON.stringify({ result: answerOf(method) }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  process.env.SST_SERVER = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.SST_AWS_REGION = "us-east-1";
  process.env.SST_SECRET_OriginSecret = "secret";

  const globals = globalThis as Record<string, unknown>;
  const production = stage === "production";
  globals.$app = {
    name: "weightsmith",
    stage,
    removal: production ? "retain" : "remove",
    protect: production,
    providers: {},
  };
  globals.$dev = false;
  globals.$cli = {
    command: "deploy",
    paths: { root, platform, work: path.join(root, ".sst"), home: path.join(root, ".sst/home") },
    state: { version: {} },
  };
  const require = createRequire(path.join(platform, "package.json"));
  const pulumi = require("@pulumi/pulumi");
  const resources: Resource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs, id }: Resource & { id?: string }) {
        resources.push({ type, name, inputs });
        const known = inputs.name ?? inputs.bucket ?? name;
        return {
          id: id || `${name}-id`,
          state: {
            ...inputs,
            arn: `arn:aws:mock:us-east-1:${account}:${name}`,
            name: known,
            bucket: known,
            url: `https://mock/${name}`,
            functionUrl: `https://${name}.lambda-url/`,
            apiEndpoint: `https://${name}.execute-api/`,
            repositoryUrl: `${account}.dkr.ecr/${name}`,
            result: "generated",
            endpoint: `${name}.db`,
            defaultSecurityGroupId: "sg-1",
            defaultNetworkAclId: "acl-1",
            bucketRegionalDomainName: `${known}.s3.us-east-1.amazonaws.com`,
          },
        };
      },
      call({ token, inputs }: { token: string; inputs: object }) {
        const name = token.split(":").at(-1);
        switch (name) {
          case "getAvailabilityZones":
            return { names: ["us-east-1a", "us-east-1b"], zoneIds: ["z1", "z2"], id: "x" };
          case "getPartition":
            return { partition: "aws", dnsSuffix: "amazonaws.com" };
          case "getRegion":
            return { region: "us-east-1", name: "us-east-1" };
          case "getCallerIdentity":
            return { accountId: account };
          case "getPolicyDocument":
            return { ...inputs, json: JSON.stringify(documentOf(inputs as never)) };
          case "getParameter":
            return { value: "ami-1" };
          default:
            return inputs;
        }
      },
    },
    "weightsmith",
    stage,
    false,
  );
  globals.aws = require("@pulumi/aws");
  globals.$util = pulumi;
  const load = (file: string) => import(/* @vite-ignore */ pathToFileURL(path.join(platform, file)).href);
  Object.assign(globals, await load("src/shim/run.js"));
  globals.sst = await load("src/components/index.ts");
  await pulumi.runtime.runInPulumiStack(async () => (await import("../index.ts")).deploy());
  // Each is the end of a chain: when all are there and nothing new comes, everything is.
  const deadline = Date.now() + 90_000;
  const last = ["Dashboard", "Migrated", "EveryDay"];
  for (let seen = -1; Date.now() < deadline; ) {
    const complete = last.every((name) => resources.some((resource) => resource.name.startsWith(name)));
    if (complete && seen === resources.length) break;
    seen = resources.length;
    await sleep(500);
  }
  server.close();
  return { resources, of: (type) => resources.filter((resource) => resource.type === type) };
}

/** What SST's own command would say. */
function answerOf(method: string): object {
  if (method === "Provider.Aws.Bootstrap") {
    return { asset: "assets", assetEcrUrl: "ecr", state: "state", appsyncHttp: "h", appsyncRealtime: "r" };
  }
  if (method === "Runtime.Build") {
    return {
      handler: "bundle.handler",
      out: path.join(import.meta.dirname, "bundle"),
      errors: [],
      sourcemaps: [],
    };
  }
  return {};
}

interface DocumentInputs {
  readonly statements: readonly {
    readonly actions?: readonly string[];
    readonly resources?: readonly string[];
    readonly effect?: string;
    readonly principals?: readonly { readonly type: string; readonly identifiers: readonly string[] }[];
    readonly conditions?: readonly unknown[];
  }[];
}

/** As AWS renders it, near enough to be read by assertions. */
const documentOf = ({ statements }: DocumentInputs) => ({
  Version: "2012-10-17",
  Statement: statements.map(({ effect = "Allow", actions, resources, principals, conditions }) => ({
    Effect: effect,
    Action: actions,
    Resource: resources,
    ...(principals && {
      Principal: Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers])),
    }),
    ...(conditions && { Condition: conditions }),
  })),
});
