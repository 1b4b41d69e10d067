/**
 * `npm run bench -- bundle [--json]`: the API function as it is deployed, one file: its size, compressed as the upload is,
 * and how long a fresh process takes to load it, beside the time of an empty one; best of several starts, because a cold
 * start has no neighbours. `--parts` lists what the bytes are.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    parts: { type: "boolean", default: false },
    starts: { type: "string", default: "10" },
  },
});
const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "weightsmith-bundle-"));
try {
  const outfile = path.join(folder, "bundle.mjs");
  const { metafile } = await build({
    entryPoints: [path.join(root, "functions/src/lambda.ts")],
    outfile,
    bundle: true,
    minify: true,
    metafile: true,
    platform: "node",
    target: "node24",
    format: "esm",
    external: ["pg-native", "@aws-sdk/signature-v4-crt", "@aws-sdk/signature-v4a"],
    banner: {
      js: 'import { createRequire as weightsmithRequire } from "node:module"; const require = weightsmithRequire(import.meta.url);',
    },
    logLevel: "error",
  });
  const bytes = readFileSync(outfile);
  const empty = path.join(folder, "empty.mjs");
  writeFileSync(empty, "");
  const loadMs = (file: string) => {
    const script = `const began = performance.now(); await import(${JSON.stringify(file)}); process.stdout.write(String(performance.now() - began)); process.exit();`;
    const times = Array.from({ length: Number(flags.starts) }, () =>
      Number(execFileSync(process.execPath, ["--input-type=module", "-e", script]).toString()),
    );
    return Math.round(Math.min(...times) * 10) / 10;
  };
  const figures = {
    bytes: bytes.length,
    gzipBytes: gzipSync(bytes, { level: 9 }).length,
    moduleLoadMs: loadMs(outfile),
    emptyModuleMs: loadMs(empty),
  };
  if (flags.json) console.log(JSON.stringify(figures, null, 2));
  else for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(16)} ${value}`);
  if (flags.parts) {
    const sums = new Map<string, number>();
    for (const output of Object.values(metafile.outputs)) {
      for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
        const name =
          /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? input.split("/").slice(0, 2).join("/");
        sums.set(name, (sums.get(name) ?? 0) + bytesInOutput);
      }
    }
    for (const [name, size] of [...sums].sort((a, b) => b[1] - a[1]).slice(0, 25)) {
      console.log(`${String(size).padStart(9)}  ${name}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
