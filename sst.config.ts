/// <reference path="./.sst/platform/config.d.ts" />

/** What is deployed, and where: `npx sst deploy --stage NAME` from here. The parts are in infra/, one file a group. */
export default $config({
  app(input) {
    const production = input.stage === "production";
    return {
      name: "weightsmith",
      home: "aws",
      removal: production ? "retain" : "remove",
      protect: production,
      providers: { aws: { version: "7.20.0" } },
    };
  },
  async run() {
    const { deploy } = await import("./infra/index.ts");
    return deploy();
  },
});
