import { defineConfig } from "vitest/config";

/** One project a tier: the suffix of a test file says what it needs (see CONTRIBUTING.md). */
const roots = "{packages/*,functions,gpu-worker,infra}";
const ignored = ["**/node_modules/**", "**/dist/**"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [`${roots}/**/*.test.ts`],
          exclude: [...ignored, "**/*.{integration,browser,gpu}.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "integration",
          include: [`${roots}/**/*.integration.test.ts`],
          exclude: ignored,
          // The AWS clients take a second to load: once a worker, not once a file.
          isolate: false,
          globalSetup: ["packages/testing/src/services/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "browser",
          include: [`${roots}/**/*.browser.test.ts`],
          exclude: ignored,
          globalSetup: ["packages/testing/src/services/global-setup.ts", "packages/web/test/build-page.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: { name: "gpu", include: [`${roots}/**/*.gpu.test.ts`], exclude: ignored, testTimeout: 120_000 },
      },
    ],
  },
});
