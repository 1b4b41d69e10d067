/// <reference path="../.sst/platform/config.d.ts" />
/** One host name for everything: the page, the API beneath it, and published artifacts from the CDN's cache. */
import { gateway } from "./api.ts";
import { originSecret } from "./secrets.ts";
import { stage } from "./stage.ts";
import { bucket } from "./storage.ts";

export const site = new sst.aws.Router("Site", {
  ...(stage.domain === undefined ? {} : { domain: stage.domain }),
  edge: {
    viewerRequest: {
      // The gateway sees the CDN's address; the API limits callers by their own.
      injection: $interpolate`event.request.headers["x-origin-secret"] = { value: "${originSecret.value}" };
event.request.headers["x-viewer-address"] = { value: event.viewer.ip };`,
    },
  },
});

for (const path of ["/v1", "/api", "/health", "/docs", "/openapi.json"]) site.route(path, gateway.url);
site.routeBucket("/artifacts", bucket);

export const page = new sst.aws.StaticSite("Page", {
  path: "packages/web",
  build: { command: "npm run build", output: "dist" },
  router: { instance: site },
});
