import { defineConfig } from "vitest/config";

const minute = 60_000;
const integration = "test/**/*.integration.test.ts";
const slow = "test/**/*.slow.test.ts";

/**
 * Modules are loaded by Node itself: tests run what users run, and Pulumi's serializer meets the program's own imports
 * instead of vite's rewritten ones.
 */
export default defineConfig({
  test: {
    experimental: { viteModuleRunner: false },
    pool: "forks",
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["test/**/*.test.ts"], exclude: [integration, slow], testTimeout: 30_000 },
      },
      {
        extends: true,
        // engines and guests want the whole machine, so one file at a time
        test: { name: "integration", include: [integration], fileParallelism: false, testTimeout: 10 * minute, hookTimeout: 10 * minute },
      },
      {
        extends: true,
        test: { name: "slow", include: [slow], fileParallelism: false, testTimeout: 60 * minute, hookTimeout: 60 * minute },
      },
    ],
  },
});
