/// <reference path="../.sst/platform/config.d.ts" />
/** One host name for everything: the page, the API beneath it, and published artifacts from the CDN's cache. */
import { gateway } from "./api.ts";
import { originSecret } from "./secrets.ts";
import { stage } from "./stage.ts";
import { bucket } from "./storage.ts";

/** The page may load and call this host and nothing else; functions/src/server.ts says the same of a local stack. */
const pagePolicy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export const site = new sst.aws.Router("Site", {
  ...(stage.domain === undefined ? {} : { domain: stage.domain }),
  edge: {
    viewerRequest: {
      // The gateway sees the CDN's address; the API limits callers by their own.
      injection: $interpolate`event.request.headers["x-origin-secret"] = { value: "${originSecret.value}" };
event.request.headers["x-viewer-address"] = { value: event.viewer.ip };`,
    },
    viewerResponse: {
      // The page's files come from a bucket, which sets no headers; the API's own answers have theirs.
      injection: `var headers = event.response.headers;
if (!headers["content-security-policy"]) {
  headers["content-security-policy"] = { value: "${pagePolicy}" };
  headers["x-content-type-options"] = { value: "nosniff" };
  headers["referrer-policy"] = { value: "no-referrer" };
  headers["strict-transport-security"] = { value: "max-age=63072000; includeSubDomains" };
}`,
    },
  },
});

for (const path of ["/v1", "/api", "/p", "/health", "/docs", "/openapi.json"]) site.route(path, gateway.url);
site.routeBucket("/artifacts", bucket);

export const page = new sst.aws.StaticSite("Page", {
  path: "packages/web",
  build: { command: "npm run build", output: "dist" },
  router: { instance: site },
});
