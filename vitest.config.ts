import { defineConfig } from "vitest/config";

/** One project a tier: the suffix of a test file says what it needs (see CONTRIBUTING.md). */
const roots = "{packages/*,functions,gpu-worker,infra,scripts}";
const ignored = ["**/node_modules/**", "**/dist/**"];

/** A slow machine is no failure: what is polled for may take long, and ends as soon as it is there. */
const expectations = { poll: { timeout: 30_000, interval: 50 } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          expect: expectations,
          include: [`${roots}/**/*.test.ts`],
          exclude: [...ignored, "**/*.{integration,browser,gpu}.test.ts"],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: "integration",
          expect: expectations,
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
          expect: expectations,
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
