import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** In development the page comes from Vite and the API from the local stack; WEIGHTSMITH_API_URL names another one. */
const api = process.env.WEIGHTSMITH_API_URL ?? "http://127.0.0.1:8787";

export default defineConfig({
  plugins: [react(), compressed()],
  resolve: {
    alias: {
      // LODA's stores on disk are never opened here, but stand in the same module as the empty one.
      "node:fs": path.resolve(import.meta.dirname, "src/loda/no-files.ts"),
      "node:path": path.resolve(import.meta.dirname, "src/loda/no-files.ts"),
    },
  },
  // A module worker, so that what it shares with the page is loaded once.
  worker: { format: "es" },
  build: {
    target: ["chrome123", "edge123", "firefox128", "safari17.5"],
    // The content security policy allows no fonts or images out of data: addresses in style sheets.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: Object.fromEntries(
      ["/v1", "/health", "/docs", "/openapi.json"].map((path) => [path, { target: api }]),
    ),
  },
});

/** Writes a .br and a .gz beside each text file, once at build time, for servers that hand them out as they are. */
function compressed(): Plugin {
  let folder = "";
  return {
    name: "compressed",
    apply: "build",
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (!/\.(js|css|html|svg|wasm)$/.test(name)) continue;
        const file = path.join(folder, name);
        const bytes = readFileSync(file);
        // The best compression of the 14 MB of WebAssembly would take most of a minute and gain a tenth.
        const quality = name.endsWith(".wasm") ? 5 : constants.BROTLI_MAX_QUALITY;
        const params = { [constants.BROTLI_PARAM_QUALITY]: quality };
        writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: name.endsWith(".wasm") ? 5 : 9 }));
      }
    },
  };
}
