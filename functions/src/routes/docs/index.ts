/**
 * GET /docs: the reference page. Its script comes from this server, so that the page works without the internet and under
 * a policy that lets it load and call nothing else.
 */
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { App } from "../../http/environment.ts";
import { readReferenceScript } from "./reference-script.ts";

const CONFIGURATION = {
  theme: "default",
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: "never",
  mcp: { disabled: true },
  agent: { disabled: true },
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
  documentDownloadType: "json",
};

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Weightsmith API</title>
</head>
<body>
<script id="api-reference" data-url="/openapi.json" data-configuration="${escapeAttribute(JSON.stringify(CONFIGURATION))}"></script>
<script src="/docs/reference.js"></script>
<noscript>The reference needs JavaScript. The same is in <a href="/openapi.json">/openapi.json</a>.</noscript>
</body>
</html>
`;

/** The page's script makes its own style elements; nothing else is inline, and nothing comes from elsewhere. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function docs(app: App): void {
  app.get("/docs", (c) => {
    c.header("content-security-policy", PAGE_POLICY);
    c.header("cache-control", "public, max-age=60");
    return c.html(PAGE);
  });

  let script: Promise<{ compressed: Uint8Array<ArrayBuffer>; tag: string }> | undefined;
  app.get("/docs/reference.js", async (c) => {
    script ??= prepareScript().catch((error) => {
      script = undefined;
      throw error;
    });
    const { compressed, tag } = await script;
    const headers = { etag: tag, "cache-control": "public, max-age=3600", vary: "accept-encoding" };
    if (c.req.header("if-none-match") === tag) return c.body(null, 304, headers);
    // Every browser takes gzip; whoever does not is given the source as it is.
    if (!/\bgzip\b/.test(c.req.header("accept-encoding") ?? "")) {
      return c.body(await readReferenceScript(), 200, {
        ...headers,
        "content-type": "text/javascript; charset=utf-8",
      });
    }
    return c.body(compressed, 200, {
      ...headers,
      "content-type": "text/javascript; charset=utf-8",
      "content-encoding": "gzip",
    });
  });
}

async function prepareScript() {
  const compressed = new Uint8Array(await promisify(gzip)(await readReferenceScript()));
  const tag = `"${createHash("sha256").update(compressed).digest("hex").slice(0, 20)}"`;
  return { compressed, tag };
}

function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
